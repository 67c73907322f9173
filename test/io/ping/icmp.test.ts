import t from 'tap';
import { echoRequest, readEchoReply } from '../../../src/io/ping/icmp.js';

/** The request that a Heartbeat 3.0.6 sent, as captured. */
const captured =
  '0800cfe1340000052323230a31303a283029743d4e535f73742c31303a28302973743d70696e672c31323a283029696e666f3d70696e672c31363a2830297372633d31302e37372e302e312c31343a28302974733d36623030333635642c31383a283029617574683d31203432346532313731' +
  '2c2525250a31303a312063656463323562652c';

t.test('a request as Heartbeat sends it', async (t) => {
  const bytes = Buffer.from(captured, 'hex');
  const payload = bytes.subarray(8);
  const request = Buffer.from(echoRequest(4, { id: 0x3400, sequence: 5, payload }));
  t.equal(request.toString('hex'), captured, 'with the same checksum');
});

t.test('a request of IPv6 leaves the checksum to the kernel', async (t) => {
  const request = Buffer.from(echoRequest(6, { id: 0x1234, sequence: 0xffff, payload: Buffer.from('abc') }));
  t.equal(request.toString('hex'), '800000001234ffff616263');
});

t.test('the checksum of an odd number of bytes', async (t) => {
  const request = Buffer.from(echoRequest(4, { id: 1, sequence: 2, payload: Buffer.from('abc') }));
  let sum = 0;
  const padded = Buffer.concat([request, Buffer.alloc(1)]);
  for (let index = 0; index < padded.length; index += 2) sum += padded.readUInt16BE(index);
  t.equal((sum & 0xffff) + (sum >>> 16), 0xffff);
});

t.test('what a raw socket gives', async (t) => {
  const header = Buffer.alloc(24);
  header[0] = 0x46; // An IP header with one word of options.
  const reply = Buffer.from('0000000012340005616263', 'hex');
  t.match(readEchoReply(4, Buffer.concat([header, reply])), { id: 0x1234, sequence: 5, payload: Buffer.from('abc') });
  reply[0] = 129;
  t.match(readEchoReply(6, reply), { id: 0x1234, sequence: 5, payload: Buffer.from('abc') });
  for (const [family, bytes] of [
    [4, ''],
    [4, '45'],
    [4, `45${'00'.repeat(19)}0000000012`],
    [4, `45${'00'.repeat(19)}0800000012340005`],
    [6, '8000000012340005'],
    [6, '81000000'],
  ] as const) {
    t.equal(readEchoReply(family, Buffer.from(bytes, 'hex')), null, bytes);
  }
});
