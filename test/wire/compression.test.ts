import { deflateSync } from 'node:zlib';
import t from 'tap';
import { readCompressed, unpack, unpackedLimitBytes } from '../../src/wire/compression.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { type Field, message, textMessage } from '../../src/wire/message.js';
import { encodeNetstring } from '../../src/wire/netstring.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { encodeStringForm, fieldLines } from '../../src/wire/string-form.js';
import { oneKey } from '../support/captures.js';

const keys = prepareKeys(oneKey('sha1', 'secret'));
const fields: Field[] = [
  { name: 't', type: 0, value: 'status' },
  { name: 'srcuuid', type: 1, value: '\0\x01\n0123456789abc' },
  { name: 'info', type: 0, value: 'text '.repeat(1000) },
];
const packed = (text: string) => deflateSync(Buffer.from(text, 'latin1')).toString('latin1');
const wrapped = (payload: string, algorithm = 'zlib') =>
  message([
    { name: '_compressed_payload', type: 1, value: payload },
    { name: '_compression_algorithm', type: 0, value: algorithm },
  ]);

t.test('a whole message comes out of a compressed one, in every form', async (t) => {
  for (const text of [encodeNetstring(fields), encodeStringForm(fieldLines(fields))]) {
    for (const form of ['netstring', 'classic', 'string'] as const) {
      const bytes = writePacket(wrapped(packed(text)), { form, keys });
      t.ok(bytes.length < 1000, `${bytes.length} bytes`);
      const read = readPacket(bytes, keys);
      t.same(read.ok ? read.message.fields : read, fields);
    }
  }
});

t.test('a message that is not compressed is itself', async (t) => {
  const plain = textMessage({ t: 'status' });
  t.same(unpack(plain), { ok: true, message: plain });
});

t.test('only what is rightly signed is unpacked', async (t) => {
  const other = prepareKeys(oneKey('sha1', 'other'));
  const bytes = writePacket(wrapped('no zlib at all'), { form: 'netstring', keys: other });
  t.match(readPacket(bytes, keys), { ok: false, reason: 'badSignature' });
  t.match(readPacket(bytes, other), { ok: false, reason: 'malformed', text: 'A compressed message is damaged.' });
});

t.test('a bomb is refused before it is whole', async (t) => {
  const bomb = (bytes: number) => deflateSync(Buffer.alloc(bytes, 'a')).toString('latin1');
  t.match(
    unpack(wrapped(bomb(unpackedLimitBytes))),
    { reason: 'malformed' },
    'as large as may be: read, and no message',
  );
  t.same(unpack(wrapped(bomb(unpackedLimitBytes + 1))), {
    ok: false,
    reason: 'tooBig',
    text: 'A compressed message unpacks to more than 2097152 bytes.',
  });
  const before = process.memoryUsage().rss;
  const huge = bomb(128 * 1024 * 1024);
  t.ok(huge.length < 256 * 1024, `${huge.length} bytes fit into a packet`);
  const rounds = 20;
  for (let round = 0; round < rounds; round++) t.match(unpack(wrapped(huge)), { reason: 'tooBig' });
  const grownMiB = (process.memoryUsage().rss - before) / 2 ** 20;
  t.ok(grownMiB < 1024, `grown by ${grownMiB} MiB; unpacked it would be ${rounds * 128} MiB`);
});

t.test('damage is refused', async (t) => {
  const whole = packed(encodeNetstring(fields));
  for (const [payload, text] of [
    ['', 'A compressed message is damaged.'],
    ['\x1f\x8b\x08\0', 'A compressed message is damaged.'],
    [whole.slice(0, -1), 'A compressed message is damaged.'],
    [whole.slice(1), 'A compressed message is damaged.'],
    [packed(''), 'A netstring message does not begin with its mark.'],
    [packed('###\n'), 'The netstring at byte 4 is damaged.'],
    [packed('>>>\nt=a\n'), 'A string message is cut off before its end.'],
    [packed(encodeNetstring(wrapped(whole).fields)), 'A compressed message wraps another compressed one.'],
  ] as const) {
    t.same(unpack(wrapped(payload)), { ok: false, reason: 'malformed', text }, text);
  }
});

t.test('other methods are refused by name', async (t) => {
  const refused = (algorithm: string | undefined) => {
    const result = readCompressed(packed('###\n'), algorithm);
    return result.ok ? 'read' : `${result.reason}: ${result.text}`;
  };
  t.match(refused('bz2'), /^compressed: .* bz2, which is not read here: .*"compression zlib" in ha\.cf\.$/);
  t.match(refused('lzma\n'), /^compressed: .*by a method that is not known\.$/);
  t.match(refused(undefined), /^malformed: .*does not say how/);
});
