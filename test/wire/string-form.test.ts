import t from 'tap';
import type { Field } from '../../src/wire/message.js';
import { decodeStringForm, encodeStringForm, fieldLine, fieldLines } from '../../src/wire/string-form.js';

t.test('fields go through unchanged', async (t) => {
  const fields: Field[] = [
    { name: 't', type: 0, value: 'status' },
    { name: 'info', type: 0, value: 'two\nlines, a=b (1)' },
    { name: 'srcuuid', type: 1, value: '\0\x13\n\xffabc' },
    { name: 'nested', type: 2, value: '>>>\x14a=b\x14<<<\x14' },
    { name: 'list', type: 3, value: '3:abc,0:,' },
    { name: 'packed', type: 4, value: '\n\xfe' },
  ];
  const lines = fieldLines(fields);
  t.equal(
    lines,
    't=status\ninfo=two\x13lines, a=b (1)\n(1)srcuuid=ABMK/2FiYw==\n(2)nested=>>>\x14a=b\x14<<<\x14\n' +
      '(3)list=3:abc,0:,\n(4)packed=Cv4=\n',
  );
  t.same(decodeStringForm(encodeStringForm(lines)), { ok: true, fields, signed: lines, signature: null });
});

t.test('the signature covers the other lines, wherever it stands', async (t) => {
  for (const text of ['t=a\nst=b\nauth=1 c\n', 't=a\nauth=1 c\nst=b\n', 'auth=1 c\nt=a\nst=b\n']) {
    t.match(decodeStringForm(`>>>\n${text}<<<\n`), { ok: true, signed: 't=a\nst=b\n', signature: '1 c' });
  }
});

t.test('one NUL may follow', async (t) => {
  t.match(decodeStringForm('>>>\nt=a\n<<<\n\0'), { ok: true });
  t.match(decodeStringForm('>>>\nt=a\n<<<\n\0\0'), { ok: false, reason: 'malformed' });
});

t.test('an empty value has no line', async (t) => {
  t.equal(fieldLines([{ name: 'info', type: 0, value: '' }]), '');
});

t.test('damage is refused', async (t) => {
  for (const [text, expected] of [
    ['t=a\n<<<\n', 'A string message does not begin with its mark.'],
    ['>>>\n', 'A string message is cut off before its end.'],
    ['>>>\nt=a\n<<<', 'A string message is cut off before its end.'],
    ['>>>\n<<<\n', 'A string message has no field.'],
    ['>>>\nauth=1 a\n<<<\n', 'A string message has no field.'],
    ['>>>\nt=a\nauth=1 a\nauth=1 b\n<<<\n', 'A string message has two signatures.'],
    ['>>>\nt=a\n\n<<<\n', 'The line at byte 8 is no field.'],
    ['>>>\nt=\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n=a\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\nta\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(0)t=a\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(5)t=a\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(1)=YQ==\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(1)u=YQ\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(1)u=YR==\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(1)u=Y Q==\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\n(4)u=!\n<<<\n', 'The line at byte 4 is no field.'],
    ['>>>\nt=a\n<<<\nmore', 'Something follows the end of a string message.'],
    ['>>>\nt=a\n<<<\n>>>\nt=a\n<<<\n', 'Something follows the end of a string message.'],
  ] as const) {
    t.same(decodeStringForm(text), { ok: false, reason: 'malformed', text: expected }, JSON.stringify(text));
  }
});

t.test('what would break the lines is not written', async (t) => {
  for (const field of [
    { name: '', type: 0, value: 'a' },
    { name: 'a=b', type: 0, value: 'a' },
    { name: 'a\nb', type: 0, value: 'a' },
    { name: '(1)a', type: 0, value: 'a' },
    { name: 'nested', type: 2, value: '###\n5:(0)a=b,%%%\n' },
  ] as const) {
    t.throws(() => fieldLine(field), { name: 'RangeError', message: /cannot be written as a line/ });
  }
});
