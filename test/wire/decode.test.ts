import t from 'tap';
import { decode } from '../../src/wire/decode.js';
import { frame } from '../../src/wire/frame.js';

function decoded(text: string) {
  const framed = frame(Buffer.from(text, 'latin1'));
  if (!framed.ok) throw new Error(framed.text);
  return decode(framed.frame);
}

const signedText = (result: ReturnType<typeof decode>) =>
  result.ok ? Buffer.from(result.decoded.signed).toString('latin1') : result.text;

t.test('netstring form: the signature covers the bytes before it', async (t) => {
  const result = decoded('###\n8:(0)t=abc,%%%\n3:1 a,');
  t.match(result, { ok: true, decoded: { form: 'netstring', signature: '1 a' } });
  t.equal(signedText(result), '###\n8:(0)t=abc,%%%\n');
  t.equal(result.ok && result.decoded.message.get('t'), 'abc');
});

t.test('string form: the signature covers the lines but its own', async (t) => {
  const result = decoded('>>>\nt=abc\nauth=1 a\n<<<\n');
  t.match(result, { ok: true, decoded: { form: 'string', signature: '1 a' } });
  t.equal(signedText(result), 't=abc\n');
  t.equal(result.ok && result.decoded.message.get('t'), 'abc');
});

t.test('the inner signature of netstring form is only a field', async (t) => {
  t.match(decoded('###\n8:(0)t=abc,11:(0)auth=1 a,%%%\n'), { ok: true, decoded: { signature: null } });
});

t.test('damage is refused in both forms', async (t) => {
  t.match(decoded('###\n'), { ok: false, reason: 'malformed' });
  t.match(decoded('>>>\n'), { ok: false, reason: 'malformed' });
});
