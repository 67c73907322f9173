import t from 'tap';
import { crc } from '../../src/wire/crc.js';

for (const [text, expected] of [
  ['', 'ffffffff'],
  ['a', '579b24df'],
  ['123456789', '765e7680'],
] as const) {
  t.equal(crc(Buffer.from(text)).toString(16), expected, `crc of "${text}"`);
}
