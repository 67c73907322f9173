import t from 'tap';
import type { AuthKey } from '../../src/config/types.js';
import { authenticate } from '../../src/wire/authenticate.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { textMessage } from '../../src/wire/message.js';

const keys = prepareKeys({
  active: 1,
  keys: new Map<number, AuthKey>([
    [0, { method: 'crc', secret: null }],
    [1, { method: 'sha1', secret: 'first' }],
    [2, { method: 'sha1', secret: 'second' }],
    [3, { method: 'md5', secret: 'first' }],
    [15, { method: 'sha256', secret: 'last' }],
  ]),
});
const signed = Buffer.from('text');
const message = textMessage({ t: 'status' });
const digest = (number: number) => keys.keys.get(number)?.digest(signed) ?? '';
const check = (signature: string | null) => authenticate({ form: 'netstring', message, signed, signature }, keys);

t.test('each key verifies what it signed, the active one or not', async (t) => {
  for (const number of [0, 1, 2, 3, 15]) {
    const result = check(`${number} ${digest(number)}`);
    t.ok(result.ok && result.message === message, `key ${number}`);
  }
});

t.test('each refusal has its reason', async (t) => {
  const malformed = 'The signature of a packet is not a key number and a digest.';
  for (const [signature, reason, text] of [
    [null, 'unsigned', 'A packet carries no signature.'],
    ['', 'malformed', malformed],
    ['1', 'malformed', malformed],
    ['1 ', 'malformed', malformed],
    [`1  ${digest(1)}`, 'malformed', malformed],
    [`01 ${digest(1)}`, 'malformed', malformed],
    [`16 ${digest(1)}`, 'malformed', malformed],
    [`-1 ${digest(1)}`, 'malformed', malformed],
    [`1 ${digest(1)} `, 'malformed', malformed],
    [`1 ${digest(1)}\n`, 'malformed', malformed],
    [`1 ${digest(1).toUpperCase()}`, 'malformed', malformed],
    [`1 ${'a'.repeat(129)}`, 'malformed', malformed],
    [`4 ${digest(1)}`, 'unknownKey', 'A packet is signed with key 4, which is not in authkeys.'],
    [`1 ${digest(3)}`, 'wrongMethod', 'A packet is signed with key 1, but not by its method sha1.'],
    [`0 ${digest(1)}`, 'wrongMethod', 'A packet is signed with key 0, but not by its method crc.'],
    [`1 ${digest(1).slice(1)}`, 'wrongMethod', 'A packet is signed with key 1, but not by its method sha1.'],
    [`1 ${digest(2)}`, 'badSignature', 'The signature of a packet with key 1 (sha1) is wrong.'],
    [`2 ${digest(1)}`, 'badSignature', 'The signature of a packet with key 2 (sha1) is wrong.'],
    [`0 0${digest(0).slice(0, 7)}`, 'badSignature', 'The signature of a packet with key 0 (crc) is wrong.'],
    [`0 ${digest(0).slice(1)}`, 'badSignature', 'The signature of a packet with key 0 (crc) is wrong.'],
  ] as const) {
    t.same(check(signature), { ok: false, reason, text }, String(signature));
  }
});
