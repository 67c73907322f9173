import t from 'tap';
import { dropSourceProgram } from '../../../src/io/kernel/socket-filter.js';

t.test('the program that drops one source address, instruction by instruction (little-endian)', async (t) => {
  t.equal(
    Buffer.from(dropSourceProgram('10.1.2.3')).toString('hex'),
    [
      '200000000c00f0ff', // load the word at 12 of the IP header
      '150000010302010a', // is it 10.1.2.3? else skip one
      '0600000000000000', // then give back nothing of the packet
      '06000000ffffffff', // else all of it
    ].join(''),
  );
});

t.test('the one that drops an IPv6 source compares its four words', async (t) => {
  t.equal(
    Buffer.from(dropSourceProgram('fe80::1:2')).toString('hex'),
    [
      '200000000800f0ff', // the word at 8 of the IP header
      '15000007000080fe', // fe80:0? else skip seven
      '200000000c00f0ff',
      '1500000500000000',
      '200000001000f0ff',
      '1500000300000000',
      '200000001400f0ff',
      '1500000102000100', // 1:2? else skip one
      '0600000000000000',
      '06000000ffffffff',
    ].join(''),
  );
});
