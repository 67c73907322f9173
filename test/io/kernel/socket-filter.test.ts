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
