import t from 'tap';
import { ackMessage, nakMessage, parseAck, parseNak, parseRexmit, rexmitMessage } from '../../src/order/reliability.js';
import { type Message, textMessage } from '../../src/wire/message.js';
import { readPacket } from '../../src/wire/packet.js';
import { pcapCaptures } from '../support/captures.js';

/** All captured messages of a type. */
function captured(type: string): Message[] {
  const messages: Message[] = [];
  for (const { keys, packets } of pcapCaptures()) {
    for (const packet of packets) {
      const read = readPacket(packet, keys);
      if (read.ok && read.message.get('t') === type) messages.push(read.message);
    }
  }
  return messages;
}

/** The first fields of a captured message, which are those that its type adds; the rest is on every packet. */
const beginning = (message: Message, count: number) => message.fields.slice(0, count);

t.test('a request is decimal, as captured', async (t) => {
  const messages = captured('NS_rexmit');
  t.equal(messages.length, 10);
  for (const message of messages) {
    const range = parseRexmit(message);
    t.ok(range !== null && range.firstSeq === range.lastSeq && range.firstSeq > 30 && range.firstSeq < 80);
    const ours = rexmitMessage({ to: message.get('dest') ?? '', seq: range?.firstSeq ?? 0 });
    t.same(ours.fields, beginning(message, 4));
  }
});

t.test('an acknowledgement is hexadecimal, as captured', async (t) => {
  const messages = captured('NS_ackmsg');
  t.ok(messages.length > 50);
  t.ok(messages.some((message) => /[a-f]/.test(message.get('ackseq') ?? '')));
  for (const message of messages) {
    const ours = ackMessage({ to: message.get('dest') ?? '', seq: parseAck(message)?.seq ?? 0 });
    t.same(ours.fields, beginning(message, 3));
  }
});

t.test('a refusal is hexadecimal', async (t) => {
  const message = nakMessage({ to: 'node2', seq: 31, reason: 'seqno too low' });
  t.same(
    message.fields.map(({ name, value }) => `${name}=${value}`),
    ['t=NS_nak_rexmit', 'firstseq=1f', 'dest=node2', 'info=seqno too low'],
  );
  t.same(parseNak(message), { seq: 31, reason: 'seqno too low' });
});

t.test('nonsense is no message of these', async (t) => {
  for (const [firstseq, lastseq] of [
    ['0', '5'],
    ['5', '4'],
    ['', '4'],
    ['1', ''],
    ['1f', '1f'],
    ['-1', '3'],
    ['1', '9999999999999999999999'],
  ] as const) {
    t.equal(parseRexmit(textMessage({ firstseq, lastseq })), null, `${firstseq} to ${lastseq}`);
  }
  for (const text of ['', '0', '-1', 'xyz', 'ffffffffffffffffff']) {
    t.equal(parseAck(textMessage({ ackseq: text })), null, `ack ${text}`);
    t.equal(parseNak(textMessage({ firstseq: text })), null, `nak ${text}`);
  }
  t.equal(parseRexmit(textMessage({})), null);
  t.equal(parseAck(textMessage({})), null);
  t.equal(parseNak(textMessage({})), null);
});
