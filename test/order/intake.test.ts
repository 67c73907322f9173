import t from 'tap';
import { Intake } from '../../src/order/intake.js';
import { Outgoing } from '../../src/order/outgoing.js';
import { nakMessage, rexmitMessage } from '../../src/order/reliability.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { type Message, textFields, textMessage } from '../../src/wire/message.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { pingConfigs, testAuth, testConfig } from '../support/config.js';

const config = testConfig({ nodes: ['a', 'b', 'c'] });
const keys = prepareKeys(testAuth());

/** What a node sends, in its nth life. */
function sender(self: string, generation = 1, secret?: string): Outgoing {
  const outgoing = new Outgoing({ self, config, auth: testAuth(secret) });
  outgoing.start({ at: 0, wallMs: 1_700_000_000_000, generation, uuid: `${self.repeat(15)}${generation}` });
  return outgoing;
}

/** The way into node a, with what it sends itself. */
function way(saved: Record<string, number> = {}): { intake: Intake; outgoing: Outgoing } {
  const outgoing = sender('a', 5);
  const intake = new Intake({ self: 'a', config, auth: testAuth(), outgoing });
  intake.start({ seed: 1, saved: { generations: saved } });
  return { intake, outgoing };
}

function status(from: Outgoing): Uint8Array {
  return from.status(textFields({ st: 'active' }), 0).bytes;
}

function read(bytes: Uint8Array | undefined): Message {
  const packet = readPacket(bytes ?? new Uint8Array(), keys);
  if (!packet.ok) throw new Error(packet.text);
  return packet.message;
}

/** A signed packet with any fields. */
function crafted(fields: Record<string, string | undefined>): Uint8Array {
  const base = { t: 'status', src: 'b', seq: '1', hg: '1', ts: '1', st: 'active' };
  return writePacket(textMessage({ ...base, ...fields }), { form: 'classic', keys });
}

t.test('a new packet of a node of the cluster passes', async (t) => {
  const { intake } = way();
  const received = intake.receive('eth0', status(sender('b')), 0);
  t.match(received, { from: 'b', seq: 1, log: [] });
  t.equal(received.message?.get('st'), 'active');
  t.same(intake.counters, { received: 1 });
  t.same(intake.generations(), { b: 1 });
});

t.test('everything else changes nothing but a counter and one kind of log line', async (t) => {
  for (const [bytes, reason, text] of [
    [new Uint8Array(), 'garbage', null],
    [Buffer.from('hello'), 'garbage', null],
    [
      status(sender('b', 1, 'a wrong key')),
      'badSignature',
      'The signature of a packet with key 1 (sha1) is wrong. (link eth0)',
    ],
    [status(sender('x')), 'unknownNode', 'process_status_message: bad node [x] in message (link eth0)'],
    [status(sender('a', 9)), 'ownName', 'another machine calls itself a too: two nodes must not share a name'],
    [crafted({ src: undefined }), 'incomplete', 'A packet does not name its sender.'],
    [crafted({ t: undefined }), 'incomplete', 'A packet from b has no type.'],
    [crafted({ ts: '0' }), 'incomplete', 'A packet from b has no time.'],
    [crafted({ seq: undefined }), 'badSequence', 'A status packet from b has no sequence number.'],
    [crafted({ t: 'shutdone' }), 'unknownGeneration', null],
  ] as const) {
    const { intake, outgoing } = way();
    const { from, message, replies, log } = intake.receive('eth0', bytes, 0);
    t.same([from, message, replies], [null, null, []], reason);
    const [line] = log;
    t.equal(line?.level, 'warn');
    t.equal(line?.throttle?.startsWith('refused '), true);
    if (text !== null) t.equal(line?.text, text);
    const counted = Object.keys(intake.counters).filter((name) => name.startsWith('refused.'));
    t.equal(counted.length, 1, `${reason}: ${counted}`);
    if (reason !== 'garbage') t.same(counted, [`refused.${reason}`]);
    t.same(intake.generations(), {});
    t.equal(outgoing.counters.sent, 0);
  }
});

t.test('the echo of its own packets is only counted', async (t) => {
  const { intake, outgoing } = way();
  const received = intake.receive('eth0', status(outgoing), 0);
  t.match(received, { from: null, message: null, log: [] });
  t.equal(intake.counters.own, 1);
});

t.test('a copy from another link proves the link and nothing else', async (t) => {
  const { intake } = way();
  const b = sender('b');
  const packets = Array.from({ length: 10 }, () => status(b));
  for (const bytes of packets) intake.receive('eth0', bytes, 0);
  for (const [index, bytes] of packets.entries()) {
    const received = intake.receive('eth1', bytes, 0);
    t.match(received, { from: 'b', seq: index + 1, message: null, replies: [], log: [] }, `packet ${index + 1}`);
  }
  t.equal(intake.counters.duplicates, 10);
});

t.test('a copy of an earlier life proves nothing', async (t) => {
  const { intake } = way();
  const old = sender('b', 1);
  const packets = Array.from({ length: 10 }, () => status(old));
  for (const bytes of packets) intake.receive('eth0', bytes, 0);
  intake.receive('eth0', status(sender('b', 2)), 0);
  for (const bytes of packets) {
    t.match(intake.receive('eth1', bytes, 0), { from: null, message: null });
  }
  t.equal(intake.counters['refused.replay'], 10);
});

t.test('a copy under a key that is not in use any more is refused', async (t) => {
  const { intake } = way();
  const bytes = status(sender('b'));
  intake.receive('eth0', bytes, 0);
  intake.useKeys(testAuth('another key'));
  t.match(intake.receive('eth1', bytes, 0), { from: null });
  t.equal(intake.counters['refused.badSignature'], 1);
});

t.test('older generations are known from the disk', async (t) => {
  const { intake } = way({ b: 7, a: 99, stranger: 3 });
  t.same(intake.generations(), { b: 7 });
  t.match(intake.receive('eth0', status(sender('b', 6)), 0), { from: null, message: null });
  t.equal(intake.counters['refused.replay'], 1);
  t.match(intake.receive('eth0', status(sender('b', 7)), 0), { from: 'b' });
  t.match(intake.receive('eth0', status(sender('b', 8)), 0), { from: 'b' });
  t.same(intake.generations(), { b: 8 });
});

t.test('what is missing is asked for, in time, and asked no more when it came or its sender is gone', async (t) => {
  const { intake } = way();
  const b = sender('b');
  const [first, second, third] = [status(b), status(b), status(b)];
  intake.receive('eth0', first, 0);
  t.equal(intake.nextDeadline(), Number.POSITIVE_INFINITY);
  const { log } = intake.receive('eth0', third, 0);
  t.match(log, [{ level: 'warn', text: '1 lost packet(s) for [b]', throttle: 'lost b' }]);
  const at = intake.nextDeadline();
  t.ok(at > 0 && at <= 250, `asks after ${at} ms`);
  t.same(intake.tick(at - 1), []);
  const [request] = intake.tick(at);
  t.match(Object.fromEntries(read(request).fields.map(({ name, value }) => [name, value])), {
    t: 'NS_rexmit',
    dest: 'b',
    firstseq: '2',
    lastseq: '2',
    src: 'a',
  });
  t.ok(intake.nextDeadline() > at, 'the next time is later');
  t.equal(intake.receive('eth0', second, at).message?.get('seq'), '2', 'late, but new');
  t.equal(intake.nextDeadline(), Number.POSITIVE_INFINITY);
  status(b);
  intake.receive('eth0', status(b), at);
  t.not(intake.nextDeadline(), Number.POSITIVE_INFINITY);
  intake.abandon('b');
  t.equal(intake.nextDeadline(), Number.POSITIVE_INFINITY);
});

t.test('a request is answered with the packet, or with why not', async (t) => {
  const { intake, outgoing } = way();
  const b = sender('b');
  intake.receive('eth0', status(b), 0);
  for (let count = 0; count < 3; count++) outgoing.status(textFields({ st: 'active' }), 0);
  const ask = (seq: number) => intake.receive('eth0', b.control(rexmitMessage({ to: 'a', seq }), 0), 1000);
  const answer = ask(2);
  t.match(answer, { from: null, message: null }, 'it is no news for membership');
  t.equal(read(answer.replies[0]).get('seq'), '2');
  t.equal(outgoing.counters.resent, 1);
  for (let count = 0; count < 600; count++) outgoing.status(textFields({ st: 'active' }), 0);
  t.match(read(ask(3).replies[0]).get('t'), 'NS_nak_rexmit');
  t.same(ask(5000).replies, [], 'not sent yet');
  t.same(intake.receive('eth0', b.control(textMessage({ t: 'NS_rexmit', dest: 'a' }), 0), 0).replies, []);
});

t.test('a request for another node is not answered', async (t) => {
  const { intake, outgoing } = way();
  outgoing.status(textFields({ st: 'active' }), 0);
  const b = sender('b');
  intake.receive('eth0', status(b), 0);
  t.same(intake.receive('eth0', b.control(rexmitMessage({ to: 'c', seq: 1 }), 0), 0).replies, []);
});

t.test('what cannot be had any more is not asked for', async (t) => {
  const { intake } = way();
  const b = sender('b');
  intake.receive('eth0', status(b), 0);
  status(b);
  intake.receive('eth0', status(b), 0);
  intake.receive('eth0', b.control(nakMessage({ to: 'a', seq: 2, reason: 'seqno too low' }), 0), 0);
  t.equal(intake.nextDeadline(), Number.POSITIVE_INFINITY);
});

t.test('every tenth packet is acknowledged', async (t) => {
  const { intake } = way();
  const b = sender('b');
  const acks: string[] = [];
  for (let count = 0; count < 100; count++) {
    for (const reply of intake.receive('eth0', status(b), 0).replies) acks.push(read(reply).get('t') ?? '');
  }
  t.same(acks, new Array(10).fill('NS_ackmsg'));
});

t.test('an acknowledged packet is not sent again', async (t) => {
  const { intake, outgoing } = way();
  const b = sender('b');
  intake.receive('eth0', status(b), 0);
  for (let count = 0; count < 3; count++) outgoing.status(textFields({ st: 'active' }), 0);
  intake.receive('eth0', b.control(textMessage({ t: 'NS_ackmsg', dest: 'a', ackseq: '2' }), 0), 0);
  const ask = (seq: number) =>
    intake.receive('eth0', b.control(rexmitMessage({ to: 'a', seq }), 0), 1000).replies.length;
  t.same([ask(1), ask(2), ask(3)], [0, 0, 1]);
  // A new life of b has acknowledged nothing.
  const reborn = sender('b', 2);
  intake.receive('eth0', status(reborn), 2000);
  const again = intake.receive('eth0', reborn.control(rexmitMessage({ to: 'a', seq: 1 }), 0), 3000);
  t.equal(again.replies.length, 1);
});

t.test('the waits before requests differ between nodes and are the same for the same seed', async (t) => {
  const waits = [1, 2, 1].map((seed) => {
    const { intake } = way();
    intake.start({ seed, saved: { generations: {} } });
    const b = sender('b');
    intake.receive('eth0', status(b), 0);
    status(b);
    intake.receive('eth0', status(b), 0);
    return intake.nextDeadline();
  });
  t.equal(waits[0], waits[2]);
  t.not(waits[0], waits[1]);
});

t.test('the echo of a ping node counts once it is ours, from there, and fresh', async (t) => {
  const { intake, outgoing } = way();
  const [gw, other] = pingConfigs('gw', 'other');
  if (gw === undefined || other === undefined) return t.fail('no ping nodes');
  const bytes = outgoing.ping(gw, 1000);
  t.match(intake.receive('gw', bytes, 1010), { from: 'gw', askedAt: 1000, seq: 0, replies: [], log: [] });
  const second = outgoing.ping(gw, 1100);
  t.match(intake.receive('gw', second, 1110), { from: 'gw', askedAt: 1100 }, 'also within the same second');
  const recorded = outgoing.ping(other, 1100);
  const stranger = crafted({ t: 'NS_st', st: 'ping', info: 'ping', src: 'gw', seq: undefined });
  for (const [link, packet, at] of [
    ['eth0', bytes, 1110],
    ['other', bytes, 1110],
    ['gw', recorded, 1110],
    ['gw', stranger, 1110],
    ['gw', crafted({ t: 'NS_st', st: 'ping', src: 'nobody' }), 1110],
    ['gw', crafted({ t: 'NS_st', st: 'ping', src: 'b' }), 1110],
    ['gw', bytes, 1000 + config.timing.deadpingMs],
  ] as const) {
    const received = intake.receive(link, packet, at);
    t.match(received, { from: null, message: null, askedAt: null, log: [{ level: 'warn' }] });
  }
  t.equal(intake.counters['refused.unexpectedEcho'], 7);
  const spoilt = Uint8Array.from(second);
  spoilt[20] = (spoilt[20] ?? 0) ^ 1;
  t.match(intake.receive('gw', spoilt, 1110), { from: null, askedAt: null });
});

t.test('only a uuid is sent back to its owner', async (t) => {
  for (const [srcuuid, expected] of [
    ['sixteen bytes...', 'sixteen bytes...'],
    ['x'.repeat(5000), undefined],
  ] as const) {
    const { intake, outgoing } = way();
    t.equal(intake.receive('eth0', crafted({ srcuuid }), 0).from, 'b');
    t.equal(read(outgoing.control(rexmitMessage({ to: 'b', seq: 3 }), 0)).get('destuuid'), expected);
  }
});
