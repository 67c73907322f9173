/** Everything that real Heartbeat 3.0.6 nodes were seen to say: read, verified, and written again byte for byte. */
import t from 'tap';
import type { PreparedKeys } from '../../src/wire/digest.js';
import type { Message } from '../../src/wire/message.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { fieldLines } from '../../src/wire/string-form.js';
import { type Capture, pcapCaptures, serialCaptures } from '../support/captures.js';

/** How many packets of which type are in each capture. */
const contents: Readonly<Record<string, string>> = {
  'bcast-crc-fbon.pcap':
    'NS_ackmsg 90, NS_rexmit 4, ask_resources 30, hb_takeover 2, ip-request-resp 3, repnodes 6, reqnodes 6, resource 73, shutdone 5, starting 6, status 356, stonith 6',
  'bcast-crc-msgfmt-classic.pcap':
    'NS_ackmsg 28, ask_resources 9, hb_takeover 1, ip-request-resp 2, repnodes 2, reqnodes 2, resource 23, shutdone 2, starting 2, status 100, stonith 1',
  'bcast-md5-single.pcap': 'NS_ackmsg 5, ip-request-resp 1, resource 4, shutdone 1, starting 1, status 38, stonith 1',
  'bcast-sha1-legacy.pcap':
    'NS_ackmsg 37, ip-request 2, ip-request-resp 5, repnodes 3, reqnodes 3, shutdone 3, status 190, stonith 4',
  'bcast-sha1-msgfmt-netstring.pcap':
    'NS_ackmsg 26, ask_resources 4, ip-request-resp 3, repnodes 2, reqnodes 2, resource 15, shutdone 1, starting 2, status 142, stonith 1',
  'mcast-sha1.pcap':
    'NS_ackmsg 16, ask_resources 1, ip-request-resp 2, repnodes 2, reqnodes 2, resource 13, shutdone 2, starting 2, status 67, stonith 1',
  'serial-bcast-ping.icmp.pcap': 'NS_st 54',
  'serial-bcast-ping.pcap':
    'NS_ackmsg 17, ask_resources 1, ip-request-resp 2, repnodes 2, reqnodes 2, resource 12, shutdone 2, starting 2, status 76, stonith 1',
  'ucast-md5-fboff.pcap':
    'NS_ackmsg 87, NS_rexmit 6, ask_resources 22, hb_takeover 2, ip-request-resp 4, repnodes 6, reqnodes 6, resource 64, shutdone 5, starting 6, status 358, stonith 6',
  'serial-bcast-ping.serial.node1-to-node2.raw':
    'NS_ackmsg 9, ip-request-resp 1, repnodes 1, reqnodes 1, resource 5, shutdone 1, starting 1, status 38',
  'serial-bcast-ping.serial.node2-to-node1.raw':
    'NS_ackmsg 10, ask_resources 1, ip-request-resp 1, repnodes 1, reqnodes 1, resource 7, shutdone 1, starting 1, status 46, stonith 1',
  'serial-crc.serial.node1-to-node2.raw':
    'NS_ackmsg 22, ask_resources 6, hb_takeover 1, ip-request-resp 1, repnodes 2, reqnodes 1, resource 17, shutdone 1, starting 1, status 81, stonith 1',
  'serial-crc.serial.node2-to-node1.raw':
    'NS_ackmsg 23, ask_resources 7, ip-request-resp 1, repnodes 1, reqnodes 2, resource 18, shutdone 2, starting 2, status 91, stonith 1',
};

/** The inner signature that a message should carry: over the lines of its other fields. */
function innerSignature(message: Message, { active, signing }: PreparedKeys): string {
  const lines = fieldLines(message.fields.filter(({ name }) => name !== 'auth'));
  return `${active} ${signing.digest(Buffer.from(lines, 'latin1'))}`;
}

/** Why a packet is not what we would have written, or null. */
function fault(packet: Buffer, { keys }: Capture): string | null {
  const read = readPacket(packet, keys);
  if (!read.ok) return read.text;
  const auth = read.message.get('auth');
  if (auth !== undefined && auth !== innerSignature(read.message, keys)) return 'the inner signature is wrong';
  const form = read.form === 'string' ? 'string' : auth === undefined ? 'netstring' : 'classic';
  return packet.equals(writePacket(read.message, { form, keys })) ? null : 'it is written differently';
}

function typesIn({ packets, keys }: Capture): string {
  const counts: Record<string, number> = {};
  for (const packet of packets) {
    const read = readPacket(packet, keys);
    const type = (read.ok && read.message.get('t')) || 'unreadable';
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return Object.entries(counts)
    .sort()
    .map(([type, count]) => `${type} ${count}`)
    .join(', ');
}

const captures = [...pcapCaptures(), ...serialCaptures()];

t.test('every capture is in the table', async (t) => {
  t.same(captures.map(({ name }) => name).sort(), Object.keys(contents).sort());
  t.ok(captures.reduce((sum, { packets }) => sum + packets.length, 0) > 2500, 'more than 2500 packets');
});

for (const capture of captures) {
  t.test(`${capture.name}: each packet verifies and is written again byte for byte`, async (t) => {
    t.equal(typesIn(capture), contents[capture.name]);
    t.same(
      capture.packets.flatMap((packet, index) => {
        const why = fault(packet, capture);
        return why === null ? [] : [`packet ${index}: ${why}`];
      }),
      [],
    );
    const forms = capture.packets.map((packet) => packet.toString('latin1', 0, 4));
    t.same([...new Set(forms)], [capture.name.endsWith('.raw') ? '>>>\n' : '###\n']);
  });
}

t.test('what came over a serial line could have come over UDP', async (t) => {
  for (const { keys, packets } of serialCaptures()) {
    for (const packet of packets) {
      const read = readPacket(packet, keys);
      if (!read.ok) return t.fail(read.text);
      const again = readPacket(writePacket(read.message, { form: 'classic', keys }), keys);
      if (!again.ok) return t.fail(again.text);
      if (JSON.stringify(again.message.fields) !== JSON.stringify(read.message.fields)) return t.fail('fields differ');
    }
  }
  t.pass('all fields the same');
});
