import t from 'tap';
import { likelyCauses } from '../../src/capture/causes.js';
import type { Known } from '../../src/capture/known.js';
import { readCaptured } from '../../src/capture/reading.js';
import type { SeenPacket } from '../../src/capture/seen.js';
import { Summary } from '../../src/capture/summary.js';
import type { AuthKeys } from '../../src/config/types.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { textMessage } from '../../src/wire/message.js';
import { writePacket } from '../../src/wire/packet.js';
import { announce, announcementFields, hears } from '../support/announcement.js';
import { oneKey } from '../support/captures.js';

const both: AuthKeys = {
  active: 1,
  keys: new Map([
    [1, { method: 'sha1', secret: 'one' }],
    [2, { method: 'sha1', secret: 'two' }],
  ]),
};
const known: Known = { nodes: ['a', 'b'], keys: new Set([1, 2]), port: 694 };

interface Said extends Record<string, unknown> {
  readonly src: string;
  readonly atMs?: number;
  readonly auth?: AuthKeys;
  readonly port?: number;
  readonly medium?: SeenPacket['medium'];
  readonly raw?: string;
  readonly fields?: Record<string, string>;
}

/** A status of a node, once it has been captured and read with the keys of `both`. */
function packet({ src, atMs = 0, auth = both, port = 694, medium = 'udp', raw, fields }: Said): SeenPacket {
  const message = textMessage({
    ...{ t: 'status', st: 'active', dt: 'bb8', protocol: '1', src },
    ...{ srcuuid: src.repeat(16).slice(0, 16), seq: '1', hg: '5', ...fields },
  });
  const bytes =
    raw === undefined ? writePacket(message, { form: 'netstring', keys: prepareKeys(auth) }) : Buffer.from(raw);
  const reading = readCaptured(bytes, prepareKeys(both));
  return {
    offset: 0,
    wallMs: atMs,
    medium,
    from: `ip-${src}`,
    to: 'all',
    port: medium === 'udp' ? port : null,
    vlans: [],
    reading,
  };
}

function causes(said: readonly Said[], wishes: Partial<Known> = {}): string[] {
  const summary = new Summary();
  for (const one of said) summary.saw({ kind: 'packet', packet: packet(one) });
  return likelyCauses(summary, { ...known, ...wishes });
}

const a = { src: 'a' };
const b = { src: 'b' };
const key2: AuthKeys = { ...both, active: 2 };

t.test('all is well', async (t) => {
  t.same(causes([a, b]), []);
  t.same(causes([a, b], { nodes: null }), []);
});

t.test('keys', async (t) => {
  t.match(causes([a, { ...b, auth: key2 }]), [
    'b signs with key 2, a with key 1: a real Heartbeat accepts only its own active key, so "auth" in authkeys must name the same one on all nodes.',
  ]);
  t.match(
    causes([a, { ...b, auth: oneKey('sha1', 'x', 3) }])[1],
    /^b signs with a key \(3\) that is not in authkeys here/,
  );
  t.match(causes([a, { ...b, auth: oneKey('sha1', 'x') }]), [/^b signs with another secret or method for key 1/]);
  t.match(causes([a, { ...b, auth: oneKey('md5', 'x') }]), [/^b signs with another secret or method for key 1/]);
  const other = oneKey('sha1', 'x');
  t.match(
    causes([
      { ...a, auth: other },
      { ...b, auth: other },
    ]),
    [/^No packet is signed with the keys in authkeys here/],
  );
  t.match(causes([a, b, { ...b, auth: other }]), [/^1 of 2 packets of b are signed wrongly: its key was changed/]);
  t.match(causes([a, b, { ...b, raw: '>>>\nt=status\nsrc=b\n<<<\n' }]), [/^1 packets of b are not signed/]);
});

t.test('names, identities and generations', async (t) => {
  t.match(causes([a, b, { src: 'c' }]), [/^c is no node of ha.cf \(a, b\)/]);
  t.match(causes([{ src: 'A' }, b]), [], 'names are compared in lower case');
  t.match(causes([a, b, { ...b, fields: { srcuuid: 'x'.repeat(16) } }]), [/^Two machines call themselves b/]);
  t.same(causes([a, b, { ...b, fields: { srcuuid: 'x'.repeat(16), hg: '6' } }]), [], 'a new uuid after a new start');
  t.match(causes([a, { ...b, fields: { srcuuid: 'a'.repeat(16) } }]), [/^a and b have the same uuid/]);
  t.match(causes([a, b, { ...b, fields: { hg: '4' } }]), [/^The generation of b went back from 5 to 4/]);
});

t.test('who is not there', async (t) => {
  t.match(causes([a]), [/^Nothing of b is in the capture/]);
  t.match(causes([a], { nodes: null }), [/^Only a is in the capture/]);
  t.match(causes([]), [/^There is no heartbeat in it: .*than 694/]);
  t.same(causes([{ ...a, medium: 'serial' }]), [], 'a serial dump has one direction');
  const summary = new Summary();
  const unreachable = {
    kind: 'unreachable',
    from: '10.0.0.2',
    sender: '10.0.0.1',
    target: '10.0.0.2',
    port: 694,
    what: 'port',
  } as const;
  for (let n = 0; n < 3; n++) summary.saw({ kind: 'unreachable', unreachable, wallMs: 0 });
  summary.saw({ kind: 'packet', packet: packet(a) });
  t.match(likelyCauses(summary, known), [
    '10.0.0.2 answers 10.0.0.1: port not reachable (10.0.0.2, UDP port 694), 3 times: no daemon listens there, or a firewall rejects the packets.',
    /^Nothing of b/,
  ]);
});

t.test('ports', async (t) => {
  t.match(causes([a, { ...b, port: 695 }]), [/^a sends to port 694, b to port 695: "udpport"/]);
  t.same(causes([a, b, { ...b, port: 695 }]), [], 'a second link may have its own');
});

t.test('what systole nodes say of each other', async (t) => {
  const saying = (said: Said, heard: string[], digest = 'same'): Said[] =>
    [0, 2000, 4000].map((atMs, index) => ({
      ...said,
      atMs,
      fields: { seq: String(index + 1), ...announcementFields(announce({ heard: hears(...heard), digest })) },
    }));
  t.same(causes([...saying(a, ['b']), ...saying(b, ['a'])]), []);
  t.match(causes([...saying(a, []), ...saying(b, ['a'])]), [/^a says that it does not hear b, whose packets are/]);
  const farewell: Said = { ...b, atMs: 4000, fields: { t: 'shutdone', seq: '4' } };
  t.same(causes([...saying(a, []), ...saying(b, ['a']), farewell]), [], 'a node that has left');
  t.same(causes([...saying(a, []), { ...b, atMs: 3000 }]), [], 'one that has just come');
  t.same(causes([...saying(a, []), { ...b, atMs: 0 }]), [], 'one that is silent');
  const other = causes([...saying(a, ['b']), ...saying(b, ['a'], 'x')]);
  t.match(other, [/different configurations \(a against b\)/]);
});

t.test('losses and silences', async (t) => {
  const seqs = (numbers: readonly number[]) => numbers.map((seq) => ({ ...b, fields: { seq: seq.toString(16) } }));
  t.match(causes([a, ...seqs([1, 2, 3, 8, 9])]), [/^4 of 9 packets of b did not come over ip-b -> all:694: that link/]);
  t.same(causes([a, ...seqs([1, 4, 2, 3, 5])]), [], 'out of order is not lost');
  t.same(
    causes([a, ...seqs([1, 2]), { ...b, fields: { seq: '1', hg: '6' } }, { ...b, fields: { seq: '2', hg: '6' } }]),
    [],
  );
  t.match(causes([a, b, { ...b, atMs: 3500 }]), [
    /^No status of b came for 3500 ms, and it counts as dead after 3000 ms/,
  ]);
  const restarted = { ...b, atMs: 9000, fields: { hg: '6' } };
  t.same(causes([a, b, restarted]), [], 'a node that was off is not silent');
});

t.test('ping nodes', async (t) => {
  const ping = { src: '10.0.0.254', medium: 'echo request', fields: { t: 'NS_st' } } as const;
  t.match(causes([a, b, ping, ping, ping]), ['Ping node 10.0.0.254 does not answer.']);
  t.same(causes([a, b, ping, ping, ping, { ...ping, medium: 'echo reply' }]), []);
});

t.test('what cannot be read', async (t) => {
  t.match(causes([a, b, { ...b, raw: 'GET / HTTP/1.1' }]), [
    /^1 of 3 packets cannot be read \(A packet of N bytes does not begin/,
  ]);
});

t.test('a capture full of forged names costs little', async (t) => {
  const summary = new Summary();
  for (let n = 0; n < 2000; n++) summary.saw({ kind: 'packet', packet: packet({ src: `n${n}`, atMs: n }) });
  t.ok(summary.senders.size <= 256);
  t.equal(summary.nameless + summary.senders.size, 2000);
  t.match(likelyCauses(summary, known)[0], /^n0, n1, .*, \.\.\. are no nodes of ha.cf/);
});
