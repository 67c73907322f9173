import t from 'tap';
import type { CaptureItem } from '../../src/capture/item.js';
import { type Found, PacketFinder } from '../../src/capture/packets.js';
import type { AuthKeys } from '../../src/config/types.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { type Field, message, textMessage } from '../../src/wire/message.js';
import { writePacket } from '../../src/wire/packet.js';
import { oneKey } from '../support/captures.js';
import { ethernet, icmp, ip4, ip6, udp } from '../support/frames.js';

const auth = oneKey('sha1', 'secret');
const keys = prepareKeys(auth);
const status = textMessage({ t: 'status', src: 'a', st: 'active', seq: '1' });
const payload = Buffer.from(writePacket(status, { form: 'classic', keys }));

const finderOf = (with_: AuthKeys | null = auth) => new PacketFinder({ ports: new Set([694]), auth: with_ });
const frame = (bytes: Buffer, linkType = 1): CaptureItem => ({ kind: 'frame', offset: 24, wallMs: 5, linkType, bytes });

/** What is found in one frame, in words. */
function found(bytes: Buffer, linkType = 1, finder = finderOf()): string {
  return words(finder.find(frame(bytes, linkType)));
}

function words(one: Found | null): string {
  if (one === null) return 'nothing';
  if (one.kind === 'trouble') return one.text;
  if (one.kind === 'unreachable')
    return `${one.unreachable.from}: ${one.unreachable.what} of ${one.unreachable.target}`;
  const { medium, from, to, port, vlans, reading } = one.packet;
  const text = reading.ok ? `${reading.message.get('src')} ${reading.signature.verdict}` : reading.text;
  return `${medium} ${from} ${to} ${port} [${vlans}] ${text}`;
}

const good = 'udp 10.0.0.1 10.0.0.2 694 [] a right';
const good6 = 'udp fe80::1 fe80::2 694 [] a right';

t.test('link types', async (t) => {
  const packet = ip4(udp(payload));
  const cooked = (protocol: number, rest: Buffer) =>
    Buffer.concat([Buffer.alloc(14), Buffer.from([protocol >> 8, protocol & 255]), rest]);
  const cooked2 = (protocol: number, rest: Buffer) =>
    Buffer.concat([Buffer.from([protocol >> 8, protocol & 255]), Buffer.alloc(18), rest]);
  t.equal(found(ethernet(packet)), good, 'Ethernet');
  t.equal(found(ethernet(ip6(udp(payload)), 0x86dd)), good6, 'Ethernet, IPv6');
  t.equal(found(ethernet(packet, 0x0800, [[0x8100, 0x2005]])), good.replace('[]', '[5]'), 'VLAN');
  t.equal(
    found(
      ethernet(packet, 0x0800, [
        [0x88a8, 7],
        [0x8100, 5],
      ]),
    ),
    good.replace('[]', '[7,5]'),
    'VLAN in VLAN',
  );
  t.equal(found(cooked(0x0800, packet), 113), good, 'SLL');
  t.equal(found(cooked2(0x0800, packet), 276), good, 'SLL2');
  t.equal(found(cooked2(0x86dd, ip6(udp(payload))), 276), good6, 'SLL2, IPv6');
  for (const raw of [101, 12, 14, 228]) t.equal(found(packet, raw), good, `raw ${raw}`);
  t.equal(found(ip6(udp(payload)), 229), good6, 'raw IPv6');
  t.equal(found(Buffer.concat([Buffer.from([2, 0, 0, 0]), packet]), 0), good, 'loopback');
  t.equal(found(ethernet(Buffer.alloc(28), 0x0806)), 'nothing', 'ARP');
  const finder = finderOf();
  t.match(found(packet, 105, finder), /^frames of link type 105 cannot be read; capture anew with tcpdump/);
  t.equal(found(packet, 105, finder), 'nothing', 'told once');
  t.equal(finder.others, 1);
});

t.test('IP headers', async (t) => {
  t.equal(found(ethernet(ip4(udp(payload), { options: 8 }))), good, 'options');
  t.equal(found(ethernet(Buffer.concat([ip4(udp(payload)), Buffer.alloc(9)]))), good, 'padding of a short frame');
  const options = { type: 0, bytes: Buffer.alloc(8) };
  const routing = { type: 43, bytes: Buffer.from([0, 1, ...Array(14).fill(0)]) };
  t.equal(found(ethernet(ip6(udp(payload), 17, [options, routing]), 0x86dd)), good6, 'extension headers');
  t.equal(found(ethernet(ip6(udp(payload), 17, Array(20).fill(options)), 0x86dd)), 'nothing', 'too many of them');
  t.equal(found(ethernet(ip4(Buffer.alloc(20), { protocol: 6 }))), 'nothing', 'TCP');
});

t.test('ports, and what begins like a message on any of them', async (t) => {
  t.equal(found(ethernet(ip4(udp(payload, 700)))), good.replace('694', '700'));
  t.equal(found(ethernet(ip4(udp(Buffer.from('hello'), 700)))), 'nothing');
  t.match(found(ethernet(ip4(udp(Buffer.from('hello'))))), /694 \[\] A packet of 5 bytes does not begin like/);
});

t.test('ping packets, and who says that a port is not reachable', async (t) => {
  t.equal(found(ethernet(ip4(icmp(8, payload), { protocol: 1 }))), 'echo request 10.0.0.1 10.0.0.2 null [] a right');
  t.equal(found(ethernet(ip4(icmp(0, payload), { protocol: 1 }))), 'echo reply 10.0.0.1 10.0.0.2 null [] a right');
  t.equal(found(ethernet(ip6(icmp(128, payload), 58), 0x86dd)), 'echo request fe80::1 fe80::2 null [] a right');
  t.equal(found(ethernet(ip6(icmp(129, payload), 58), 0x86dd)), 'echo reply fe80::1 fe80::2 null [] a right');
  t.equal(found(ethernet(ip4(icmp(8, Buffer.from('abcdefgh')), { protocol: 1 }))), 'nothing', 'an ordinary ping');
  const quoted = ip4(udp(payload)).subarray(0, 28);
  t.equal(found(ethernet(ip4(icmp(3, quoted, 3), { protocol: 1, from: '10.0.0.2' }))), '10.0.0.2: port of 10.0.0.2');
  t.equal(found(ethernet(ip4(icmp(3, quoted, 10), { protocol: 1 }))), '10.0.0.1: host (prohibited) of 10.0.0.2');
  t.equal(found(ethernet(ip6(icmp(1, ip6(udp(payload)).subarray(0, 48), 4), 58), 0x86dd)), 'fe80::1: port of fe80::2');
  const other = ip4(udp(payload, 53)).subarray(0, 28);
  t.equal(found(ethernet(ip4(icmp(3, other, 3), { protocol: 1 }))), 'nothing', 'another port');
});

t.test('fragments are put together, in any order', async (t) => {
  const fields: Field[] = [...status.fields, { name: 'info', type: 0, value: 'x'.repeat(4000) }];
  const whole = udp(writePacket(message(fields), { form: 'netstring', keys }));
  const parts = [0, 1480, 2960].map((start) => ({
    start,
    bytes: whole.subarray(start, start + 1480),
    more: start + 1480 < whole.length,
  }));
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    const finder = finderOf();
    const results = order.map((index) => {
      const { start, bytes, more } = parts[index] ?? { start: 0, bytes: whole, more: false };
      return found(ethernet(ip4(bytes, { start, more })), 1, finder);
    });
    t.same(results, ['nothing', 'nothing', good]);
    t.equal(finder.end(), 0);
  }
  const six = finderOf();
  const results = parts.map(({ start, bytes, more }) => {
    const header = Buffer.from([0, 0, start >> 8, (start & 0xf8) + (more ? 1 : 0), 0, 0, 0, 9]);
    return found(ethernet(ip6(bytes, 17, [{ type: 44, bytes: header }]), 0x86dd), 1, six);
  });
  t.same(results, ['nothing', 'nothing', good6]);
});

t.test('fragments that never come cost little and are counted', async (t) => {
  const finder = finderOf();
  for (let id = 0; id < 1000; id++) found(ethernet(ip4(Buffer.alloc(1480), { id, more: true })), 1, finder);
  t.equal(finder.end(), 1000);
});

t.test('what was captured only in part says so', async (t) => {
  t.match(found(ethernet(ip4(udp(payload))).subarray(0, 96)), /Only the first 54 bytes were captured \(tcpdump -s 0/);
});

t.test('signatures', async (t) => {
  const send = (bytes: Uint8Array, with_: AuthKeys | null = auth) =>
    found(ethernet(ip4(udp(bytes))), 1, finderOf(with_)).replace(/.*\] /, '');
  const signedBy = (secret: string, number: number) =>
    writePacket(status, { form: 'netstring', keys: prepareKeys(oneKey('sha1', secret, number)) });
  t.equal(send(signedBy('secret', 1)), 'a right');
  t.equal(send(signedBy('other', 1)), 'a wrong');
  t.equal(send(signedBy('secret', 2)), 'a unknown key');
  t.equal(send(signedBy('secret', 1), null), 'a unchecked');
  t.equal(send(Buffer.from('>>>\nt=status\nsrc=a\n<<<\n', 'latin1')), 'a not signed');
  t.equal(send(Buffer.from('>>>\nt=status\nsrc=a\nauth=nonsense\n<<<\n', 'latin1')), 'a wrong');
});
