import t from 'tap';
import { gratuitousArp } from '../../../src/agents/addresses/arp.js';
import { addressBytes } from '../../../src/agents/addresses/bytes.js';
import { checksum, neighbourAdvertisement } from '../../../src/agents/addresses/neighbour-advertisement.js';

const mac = Uint8Array.of(2, 0, 0, 0, 0, 5);

t.test('addresses as bytes', async (t) => {
  const hex = (text: string) => Buffer.from(addressBytes(text)).toString('hex');
  t.equal(hex('10.0.0.50'), '0a000032');
  t.equal(hex('::'), '00000000000000000000000000000000');
  t.equal(hex('::1'), '00000000000000000000000000000001');
  t.equal(hex('fd00::'), 'fd000000000000000000000000000000');
  t.equal(hex('2001:db8::a:b'), '20010db80000000000000000000a000b');
  t.equal(hex('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
  t.equal(hex('::ffff:10.0.0.1'), '00000000000000000000ffff0a000001');
});

t.test('gratuitous ARP, byte for byte', async (t) => {
  const address = addressBytes('10.0.0.50');
  t.equal(
    gratuitousArp('request', mac, address).toString('hex'),
    'ffffffffffff0200000000050806' + '0001080006040001' + '0200000000050a000032' + '0000000000000a000032',
  );
  t.equal(
    gratuitousArp('reply', mac, address).toString('hex'),
    'ffffffffffff0200000000050806' + '0001080006040002' + '0200000000050a000032' + '0200000000050a000032',
  );
});

t.test('neighbour advertisement, byte for byte', async (t) => {
  const frame = neighbourAdvertisement(mac, addressBytes('fd00::50'), false);
  t.equal(
    frame.toString('hex'),
    [
      '33330000000102000000000586dd',
      '6000000000203aff',
      'fd000000000000000000000000000050',
      'ff020000000000000000000000000001',
      '880059f920000000',
      'fd000000000000000000000000000050',
      '0201020000000005',
    ].join(''),
  );
  const router = neighbourAdvertisement(mac, addressBytes('fd00::50'), true);
  t.equal(router[14 + 40 + 4], 0xa0, 'a router says so');
  t.equal(checksum(router.subarray(14)), 0, 'with its checksum in place the sum comes out even');
});

t.test('the checksum of an odd length', async (t) => {
  const packet = Buffer.alloc(45);
  packet.writeUInt16BE(5, 4);
  packet.set([0x80, 0, 0, 0, 0x12], 40);
  // 5 + 58 + 0x8000 + 0x1200
  t.equal(checksum(packet), ~(5 + 58 + 0x8000 + 0x1200) & 0xffff);
});
