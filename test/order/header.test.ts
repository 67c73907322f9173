import t from 'tap';
import { headerOf } from '../../src/order/header.js';
import { type Message, type Trusted, textMessage } from '../../src/wire/message.js';
import { readPacket } from '../../src/wire/packet.js';
import { pcapCaptures } from '../support/captures.js';

const header = (fields: Record<string, string>) => headerOf(textMessage(fields) as Trusted<Message>);
const complete = { t: 'status', src: 'Node1', seq: '1f', hg: '6b003411', ts: '6b003412' };

t.test('a header is read', async (t) => {
  t.same(header(complete), { ok: true, header: { from: 'node1', type: 'status', seq: 31, generation: 0x6b003411 } });
});

t.test('what is absent or no number can be told apart', async (t) => {
  const { seq: _, hg: __, ...bare } = complete;
  t.match(header(bare), { ok: true, header: { seq: null, generation: 0 } });
  t.match(header({ ...complete, seq: 'x', hg: '-1' }), {
    ok: true,
    header: { seq: Number.NaN, generation: Number.NaN },
  });
});

t.test('sender, type and time must be there', async (t) => {
  t.same(header({ ...complete, src: '' }), { ok: false, text: 'A packet does not name its sender.' });
  t.same(header({ ...complete, t: '' }), { ok: false, text: 'A packet from Node1 has no type.' });
  for (const ts of ['', '0', 'x']) {
    t.same(header({ ...complete, ts }), { ok: false, text: 'A packet from Node1 has no time.' });
  }
});

t.test('every captured packet has a header', async (t) => {
  for (const { name, keys, packets } of pcapCaptures()) {
    const wrong = packets.filter((packet) => {
      const read = readPacket(packet, keys);
      const result = read.ok ? headerOf(read.message) : read;
      return !('header' in result) || (result.header.seq === null) !== result.header.type.startsWith('NS_');
    });
    t.same(wrong, [], name);
  }
});

t.test('a name longer than any node may have is no sender', async (t) => {
  const read = (fields: Record<string, string>) =>
    headerOf(textMessage({ src: 'a', t: 'status', ts: '1', ...fields }) as Trusted<Message>);
  t.match(read({ src: 'x'.repeat(99) }), { ok: true });
  t.same(read({ src: 'x'.repeat(100) }), {
    ok: false,
    text: 'A packet names a sender of 100 bytes; no name is longer than 99.',
  });
  t.match(read({ t: 'x'.repeat(100_000) }), {
    text: 'A packet names a type of 100000 bytes; no name is longer than 99.',
  });
});

t.test('a generation that no node can have is none', async (t) => {
  t.match(header({ ...complete, hg: '1000000000000' }), { ok: true, header: { generation: 2 ** 48 } });
  t.match(header({ ...complete, hg: '1000000000001' }), { ok: true, header: { generation: Number.NaN } });
});
