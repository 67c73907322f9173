import t from 'tap';
import { Frames } from '../../../../src/io/media/serial/frames.js';
import { prng } from '../../../support/prng.js';

const one = '>>>\nt=status\nsrc=a\n<<<\n';
const two = '>>>\nt=NS_ackmsg\n(1)srcuuid=YQ==\n<<<\n';

/** What comes out when this goes in, so many bytes at a time. */
function taken(text: string | Buffer, size = Number.POSITIVE_INFINITY): { found: string[]; frames: Frames } {
  const frames = new Frames();
  const bytes = Buffer.from(text);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const message of frames.take(bytes.subarray(at, at + Math.min(size, bytes.length))))
      found.push(String(message));
  }
  return { found, frames };
}

t.test('whole messages, however they are cut', async (t) => {
  for (const size of [1, 2, 3, 7, 1000]) t.same(taken(one + two + one, size).found, [one, two, one], `${size} bytes`);
});

t.test('what is found between garbage', async (t) => {
  for (const [what, text, found, discarded] of [
    ['the end of a message first', `src=b\n<<<\n${one}`, [one], 10],
    ['a prompt', `login: \r\n\n${one}`, [one], 8],
    ['noise without a newline', `xx\0\x7f${one}`, [one], 4],
    ['a message that another one begins in', `>>>\nt=half\n${two}`, [two], 11],
    ['a message that never ends', '>>>\nt=half\n', [], 0],
    ['a field that looks like a beginning', '>>>\nx=>>>\n<<<\n', ['>>>\nx=>>>\n<<<\n'], 0],
    ['carriage returns', one.replaceAll('\n', '\r\n'), [one], 0],
    ['an eighth bit', Buffer.from(Buffer.from(one).map((byte) => byte | 128)), [one], 0],
    ['a NUL after each, as old versions send it', `${one}\0${two}`, [one, two], 1],
  ] as const) {
    const { found: really, frames } = taken(text);
    t.same(really, found, what);
    t.equal(frames.discarded, discarded, `${what}: bytes discarded`);
  }
});

t.test('endless lines and endless messages are given up', async (t) => {
  const { found, frames } = taken(`>>>\n${'x'.repeat(600_000)}\n${one}`, 1000);
  t.same(found, [one], 'after an endless line');
  t.ok(frames.discarded > 500_000);
  t.same(taken(`>>>\n${'x=y\n'.repeat(150_000)}${one}`, 1000).found, [one], 'after an endless message');
});

t.test('noise never throws, and a whole message after it and a newline is found', async (t) => {
  const dice = prng(11);
  const alphabet = Buffer.from('\n\r>><<=x\0\xff', 'latin1');
  for (let count = 0; count < 500; count++) {
    const noise = Buffer.from(
      Array.from({ length: dice.below(200) }, () => alphabet[dice.below(alphabet.length)] ?? 0),
    );
    const { found } = taken(Buffer.concat([noise, Buffer.from(`\n${one}`)]), 1 + dice.below(20));
    if (found.at(-1) !== one) t.fail(JSON.stringify(noise.toString('latin1')));
  }
  t.pass('500 noises');
});
