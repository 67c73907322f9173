import t from 'tap';
import { Outgoing } from '../../src/order/outgoing.js';
import { rexmitMessage } from '../../src/order/reliability.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { type Message, textFields } from '../../src/wire/message.js';
import { readPacket } from '../../src/wire/packet.js';
import { pingConfigs, testAuth, testConfig } from '../support/config.js';

const uuid = 'sixteen bytes...';

/** Node a of two in its 26th generation, started at 5000 on its own clock. */
function started(overrides: Parameters<typeof testConfig>[0] = {}): Outgoing {
  const outgoing = new Outgoing({ self: 'a', config: testConfig(overrides), auth: testAuth() });
  outgoing.start({ at: 5000, wallMs: 1_700_000_000_500, generation: 26, uuid });
  return outgoing;
}

function read(bytes: Uint8Array, secret?: string): Message {
  const packet = readPacket(bytes, prepareKeys(testAuth(secret)));
  if (!packet.ok) throw new Error(packet.text);
  return packet.message;
}

const names = (message: Message) => message.fields.map(({ name }) => name).join(' ');

t.test('a message is completed as Heartbeat does it, in its order', async (t) => {
  const { seq, bytes } = started().status(textFields({ st: 'active', dt: 'bb8' }), 6000);
  const message = read(bytes);
  t.equal(seq, 1);
  t.equal(names(message), 't st dt src srcuuid seq hg ts ttl auth');
  for (const [name, value] of Object.entries({
    t: 'status',
    st: 'active',
    src: 'a',
    srcuuid: uuid,
    seq: '1',
    hg: '1a',
    ts: (1_700_000_001).toString(16),
    ttl: '3',
  })) {
    t.equal(message.get(name), value, name);
  }
});

t.test('numbers ascend over all kinds of numbered messages', async (t) => {
  const outgoing = started();
  for (let count = 1; count <= 20; count++) {
    const bytes = count % 2 === 0 ? outgoing.status([], 6000).bytes : outgoing.message('shutdone', [], 6000);
    t.equal(read(bytes).get('seq'), count.toString(16));
  }
  t.equal(outgoing.counters.sent, 20);
  t.equal(outgoing.history.highest, 20);
});

t.test('reliability messages have no number and are not kept', async (t) => {
  const outgoing = started();
  const message = read(outgoing.control(rexmitMessage({ to: 'b', seq: 7 }), 6000));
  t.equal(names(message), 't dest firstseq lastseq src srcuuid hg ts ttl auth');
  t.equal(outgoing.history.highest, 0);
  t.equal(outgoing.counters.sent, 0);
});

t.test('they carry the uuid of the node they are for, once it is known', async (t) => {
  const outgoing = started();
  outgoing.learn('b', 'the uuid of b...');
  t.equal(read(outgoing.control(rexmitMessage({ to: 'b', seq: 7 }), 0)).get('destuuid'), 'the uuid of b...');
  t.equal(read(outgoing.control(rexmitMessage({ to: 'c', seq: 7 }), 0)).get('destuuid'), undefined);
  outgoing.learn('b', 'another uuid ...');
  t.equal(read(outgoing.control(rexmitMessage({ to: 'b', seq: 7 }), 0)).get('destuuid'), 'another uuid ...');
});

t.test('a kept message is sent again as it was, under the key of now', async (t) => {
  const outgoing = started();
  const first = read(outgoing.message('status', textFields({ st: 'up' }), 6000));
  outgoing.useKeys(testAuth('a new key'));
  const [kept] = outgoing.history.rexmit({ from: 'b', firstSeq: 1, lastSeq: 1 }, 7000).resend;
  if (kept === undefined) return t.fail('not kept');
  const again = read(outgoing.again(kept), 'a new key');
  const content = ({ fields }: Message) => fields.filter(({ name }) => name !== 'auth');
  t.same(content(again), content(first));
  t.equal(outgoing.counters.resent, 1);
});

t.test('the time to live counts nodes and hopfudge', async (t) => {
  const outgoing = started({ nodes: ['a', 'b', 'c'], overrides: { hopfudge: 4 } });
  t.equal(read(outgoing.message('status', [], 6000)).get('ttl'), '7');
  const pinging = started({ overrides: { pingNodes: pingConfigs('gw') } });
  t.equal(read(pinging.message('status', [], 6000)).get('ttl'), '4', 'ping nodes too');
});

t.test('what a ping node is asked to give back', async (t) => {
  for (const [msgfmt, auth] of [
    ['classic', ['auth']],
    ['netstring', []],
  ] as const) {
    const outgoing = started({ overrides: { msgfmt } });
    const [gw] = pingConfigs('10.77.0.1');
    if (gw === undefined) return t.fail('no ping node');
    const message = read(outgoing.ping({ ...gw, plugin: 'ping_group' }, 6000));
    // Heartbeat's fields in Heartbeat's order, and what makes each different.
    t.same(
      message.fields.map(({ name }) => name),
      ['t', 'st', 'info', 'src', 'ts', 'sy', ...auth],
    );
    t.match(
      ['t', 'st', 'info', 'src'].map((name) => message.get(name)),
      ['NS_st', 'ping', 'ping_group', '10.77.0.1'],
    );
    t.not(read(outgoing.ping(gw, 6000)).get('sy'), message.get('sy'));
  }
});

t.test('the form on the wire is the configured one', async (t) => {
  for (const [msgfmt, inner] of [
    ['classic', true],
    ['netstring', false],
  ] as const) {
    const message = read(started({ overrides: { msgfmt } }).message('status', [], 6000));
    t.equal(message.get('auth') !== undefined, inner, msgfmt);
  }
});

t.test('with a serial line every packet has a string form too, of whatever kind', async (t) => {
  const media = [{ type: 'serial', device: '/dev/ttyS0', baud: 19_200 }] as const;
  const outgoing = started({ overrides: { media, msgfmt: 'netstring' } });
  const kept = read(outgoing.message('resource', textFields({ info: 'x' }), 0));
  for (const bytes of [
    outgoing.status(textFields({ st: 'active' }), 0).bytes,
    outgoing.message('shutdone', [], 0),
    outgoing.control(rexmitMessage({ to: 'b', seq: 7 }), 0),
    outgoing.again(kept),
  ]) {
    const forms = outgoing.formsOf(bytes);
    t.equal(forms.bytes, bytes);
    t.equal(Buffer.from(forms.text ?? []).toString('latin1', 0, 4), '>>>\n');
    const [plain, text] = [read(bytes), read(forms.text ?? new Uint8Array())];
    t.same(
      text.fields.filter(({ name }) => name !== 'auth'),
      plain.fields,
      `${plain.get('t')}: the same fields`,
    );
    t.not(text.get('auth'), undefined, 'with the inner signature, whatever msgfmt says');
  }
  const without = started();
  t.same(Object.keys(without.formsOf(without.message('shutdone', [], 0))), ['bytes'], 'and none without');
});
