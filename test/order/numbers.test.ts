import t from 'tap';
import { hex, parseDecimal, parseHex } from '../../src/order/numbers.js';

t.test('numbers are read strictly', async (t) => {
  for (const [text, asHex, asDecimal] of [
    ['0', 0, 0],
    ['10', 16, 10],
    ['6b003411', 0x6b003411, null],
    ['FF', 255, null],
    ['007', 7, 7],
    ['1fffffffffffff', null, null],
    ['fffffffffffff', 2 ** 52 - 1, null],
    ['999999999999999', null, 999_999_999_999_999],
    ['9999999999999999', null, null],
    ['', null, null],
    ['-1', null, null],
    ['+1', null, null],
    ['0x1', null, null],
    [' 1', null, null],
    ['1\n', null, null],
    ['1.5', null, null],
    ['g', null, null],
  ] as const) {
    t.equal(parseHex(text), asHex, `${JSON.stringify(text)} in hexadecimal`);
    t.equal(parseDecimal(text), asDecimal, `${JSON.stringify(text)} in decimal`);
  }
});

t.test('hexadecimal is written as Heartbeat writes it', async (t) => {
  t.equal(hex(0x6b003411), '6b003411');
  t.equal(hex(31), '1f');
});
