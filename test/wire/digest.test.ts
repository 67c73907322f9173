import { createHash, createHmac } from 'node:crypto';
import t from 'tap';
import { fitsMethod, prepareKeys } from '../../src/wire/digest.js';
import { oneKey } from '../support/captures.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

t.test('digests are those of the standards', async (t) => {
  // RFC 2202 test case 2 (md5, sha1) and RFC 4231 test case 2 (sha256).
  const text = bytes('what do ya want for nothing?');
  for (const [method, expected] of [
    ['md5', '750c783e6ab0b503eaa86e310a5db738'],
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ] as const) {
    t.equal(prepareKeys(oneKey(method, 'Jefe')).signing.digest(text), expected, method);
  }
});

t.test('a crc is printed without leading zeros', async (t) => {
  const { signing } = prepareKeys(oneKey('crc', null));
  const lengths = new Set<number>();
  for (let i = 0; i < 500; i++) lengths.add(signing.digest(bytes(`text ${i}`)).length);
  t.ok(lengths.has(8) && lengths.has(7), 'seven digits occur');
});

t.test('a key longer than the block of the hash counts as its hash', async (t) => {
  const secret = 'k'.repeat(80);
  const short = createHash('sha1').update(secret).digest();
  const expected = createHmac('sha1', short).update('text').digest('hex');
  t.equal(prepareKeys(oneKey('sha1', secret)).signing.digest(bytes('text')), expected);
});

t.test('the bytes of a secret are its UTF-8', async (t) => {
  const expected = createHmac('md5', Buffer.of(0xc3, 0xbc)).update('text').digest('hex');
  t.equal(prepareKeys(oneKey('md5', '\u00fc')).signing.digest(bytes('text')), expected);
});

t.test('keys that cannot sign are refused', async (t) => {
  t.throws(() => prepareKeys({ active: 2, keys: oneKey('crc', null).keys }), { message: /no key 2/ });
  t.throws(() => prepareKeys(oneKey('sha1', null)), { message: 'Key 1 (sha1) has no secret.' });
  t.throws(() => prepareKeys(oneKey('sha1', '')), { message: 'Key 1 (sha1) has no secret.' });
});

t.test('each method has its digest lengths', async (t) => {
  const lengths = (method: 'crc' | 'md5' | 'sha1' | 'sha256') =>
    Array.from({ length: 130 }, (_, length) => length).filter((length) => fitsMethod(method, length));
  t.same(lengths('crc'), [1, 2, 3, 4, 5, 6, 7, 8]);
  t.same(lengths('md5'), [32]);
  t.same(lengths('sha1'), [40]);
  t.same(lengths('sha256'), [64]);
});
