import t from 'tap';
import { arpProbe, gratuitousArp, readArpReply } from '../../../src/agents/addresses/arp.js';
import { addressBytes } from '../../../src/agents/addresses/bytes.js';
import {
  checksum,
  neighbourAdvertisement,
  readNeighbourAdvertisement,
} from '../../../src/agents/addresses/neighbour-advertisement.js';
import { neighbourSolicitation } from '../../../src/agents/addresses/neighbour-solicitation.js';

const mac = Uint8Array.of(2, 0, 0, 0, 0, 5);
const theirs = Uint8Array.of(2, 0, 0, 0, 0, 9);

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

t.test('gratuitous ARP for another machine: the frame is ours, what it says is theirs', async (t) => {
  const address = addressBytes('10.0.0.50');
  t.equal(
    gratuitousArp('request', theirs, address, mac).toString('hex'),
    'ffffffffffff0200000000050806' + '0001080006040001' + '0200000000090a000032' + '0000000000000a000032',
  );
  t.equal(
    gratuitousArp('reply', theirs, address, mac).toString('hex'),
    'ffffffffffff0200000000050806' + '0001080006040002' + '0200000000090a000032' + '0200000000090a000032',
  );
});

t.test('an ARP probe, and the answer', async (t) => {
  const address = addressBytes('10.0.0.50');
  const probe = arpProbe(mac, address);
  t.equal(
    probe.toString('hex'),
    'ffffffffffff0200000000050806' + '0001080006040001' + '02000000000500000000' + '0000000000000a000032',
  );
  const reply = gratuitousArp('reply', theirs, address);
  t.same(readArpReply(reply), { address, mac: theirs });
  t.same(readArpReply(Buffer.concat([reply, Buffer.alloc(18)])), { address, mac: theirs }, 'padded as on a real wire');
  t.equal(readArpReply(probe), null, 'a question is none');
  t.equal(readArpReply(reply.subarray(0, 41)), null, 'nor is half of one');
  t.equal(readArpReply(neighbourAdvertisement(theirs, addressBytes('fd00::50'), false)), null);
  const tokenRing = Buffer.from(reply);
  tokenRing.writeUInt16BE(6, 14);
  t.equal(readArpReply(tokenRing), null, 'nor what is not of Ethernet');
});

t.test('neighbour solicitations, byte for byte', async (t) => {
  const address = addressBytes('fd00::12:3450');
  const asked = neighbourSolicitation(mac, address, addressBytes('fe80::5'));
  t.equal(
    asked.toString('hex').replace(/(?<=^.{112}).{4}/, '....'),
    [
      '3333ff12345002000000000586dd',
      '6000000000203aff',
      'fe800000000000000000000000000005',
      'ff0200000000000000000001ff123450',
      '8700....00000000',
      'fd000000000000000000000000123450',
      '0101020000000005',
    ].join(''),
  );
  t.equal(checksum(asked.subarray(14)), 0);
  const detection = neighbourSolicitation(mac, address, null);
  t.equal(
    detection.toString('hex').replace(/(?<=^.{112}).{4}/, '....'),
    [
      '3333ff12345002000000000586dd',
      '6000000000183aff',
      '00000000000000000000000000000000',
      'ff0200000000000000000001ff123450',
      '8700....00000000',
      'fd000000000000000000000000123450',
    ].join(''),
  );
  t.equal(checksum(detection.subarray(14)), 0);
});

t.test('neighbour advertisements are read', async (t) => {
  const address = addressBytes('fd00::50');
  const frame = neighbourAdvertisement(theirs, address, false);
  t.same(readNeighbourAdvertisement(frame), { address, mac: theirs });
  t.equal(readNeighbourAdvertisement(neighbourSolicitation(mac, address, mac)), null, 'a question is none');
  t.equal(readNeighbourAdvertisement(frame.subarray(0, 80)), null);
  t.equal(readNeighbourAdvertisement(gratuitousArp('reply', theirs, addressBytes('10.0.0.50'))), null);
  const farAway = Buffer.from(frame);
  farAway[14 + 7] = 254;
  t.equal(readNeighbourAdvertisement(farAway), null, 'what a router has passed on is from no neighbour');
  const strange = Buffer.from(frame);
  strange[14 + 40 + 24] = 14;
  t.equal(readNeighbourAdvertisement(strange), null, 'another option names no hardware address');
  strange[14 + 40 + 25] = 0;
  t.equal(readNeighbourAdvertisement(strange), null, 'nor does one of no length, and the search ends');
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
