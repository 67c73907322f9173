import t from 'tap';
import type { Field } from '../../src/wire/message.js';
import { decodeNetstring, encodeNetstring, encodeSignature } from '../../src/wire/netstring.js';

t.test('every byte and type goes through unchanged', async (t) => {
  const everyByte = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
  const fields: Field[] = [
    { name: 't', type: 0, value: 'status' },
    { name: 'srcuuid', type: 1, value: everyByte },
    { name: 'nested', type: 2, value: '###\n5:(0)a=b,%%%\n' },
    { name: 'list', type: 3, value: '3:abc,0:,' },
    { name: 'packed', type: 4, value: '\0\x01%%%\n' },
    { name: 'empty', type: 0, value: '' },
    { name: 't', type: 0, value: 'a second one' },
  ];
  const body = encodeNetstring(fields);
  t.same(decodeNetstring(body), { ok: true, fields, bodyLength: body.length, signature: null });
  t.same(decodeNetstring(`${body}${encodeSignature('1 abc')}`), {
    ok: true,
    fields,
    bodyLength: body.length,
    signature: '1 abc',
  });
});

t.test('damage is refused', async (t) => {
  for (const [text, expected] of [
    ['', 'A netstring message does not begin with its mark.'],
    ['###', 'A netstring message does not begin with its mark.'],
    ['###\n', 'The netstring at byte 4 is damaged.'],
    ['###\n%%%\n', 'A netstring message has no field.'],
    ['###\n8:(0)t=abc,', 'The netstring at byte 15 is damaged.'],
    ['###\n8:(0)t=ab,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n6:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n99999:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n99999999999999999999:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n08:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n-8:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n 8:(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n8(0)t=abc,%%%\n', 'The netstring at byte 4 is damaged.'],
    ['###\n0:,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n5:t=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n8:(5)t=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n8:(x)t=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n8:[0)t=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n8:(0]t=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n7:(0)=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n7:(0)tabc,8:(0)t=abc,%%%\n', 'The field at byte 6 is damaged.'],
    ['###\n8:(0)t=abc,%%%\n3:1 a', 'The signature after a netstring message is damaged.'],
    ['###\n8:(0)t=abc,%%%\n\0', 'The signature after a netstring message is damaged.'],
    ['###\n8:(0)t=abc,%%%\n3:1 a,\0', 'Something follows the signature of a message.'],
    ['###\n8:(0)t=abc,%%%\n3:1 a,3:1 a,', 'Something follows the signature of a message.'],
  ] as const) {
    t.same(decodeNetstring(text), { ok: false, reason: 'malformed', text: expected }, JSON.stringify(text));
  }
});
