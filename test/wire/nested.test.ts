import { deflateSync } from 'node:zlib';
import t from 'tap';
import { decode } from '../../src/wire/decode.js';
import { frame } from '../../src/wire/frame.js';
import type { Field } from '../../src/wire/message.js';
import { listItems, nestedMessage, nestingMax } from '../../src/wire/nested.js';
import { encodeNetstring } from '../../src/wire/netstring.js';

const inner: Field[] = [
  { name: 't', type: 0, value: 'inner' },
  { name: 'text', type: 0, value: 'two\nlines' },
];
const lines = 't=inner\ntext=two\x13lines\n';

function fieldOf(packet: string): Field {
  const framed = frame(Buffer.from(packet, 'latin1'));
  if (!framed.ok) throw new Error(framed.text);
  const result = decode(framed.frame);
  if (!result.ok) throw new Error(result.text);
  return result.decoded.message.fields[0] as Field;
}

const fieldsIn = (field: Field, options: { depth: number; algorithm?: string }) => {
  const result = nestedMessage(field, options);
  return result.ok ? result.message.fields : result.text;
};

t.test('a message in a message, netstring form', async (t) => {
  const outer = encodeNetstring([{ name: 'nested', type: 2, value: encodeNetstring(inner) }]);
  t.same(fieldsIn(fieldOf(outer), { depth: 0 }), inner);
});

t.test('a message in a message in a message, string form: each depth has its newline', async (t) => {
  const innermost = `>>>\n${lines}<<<\n`.replaceAll('\n', '\x15');
  const middle = `>>>\n(2)deep=${innermost}\nt=middle\n<<<\n`.replaceAll('\n', '\x14');
  const field = fieldOf(`>>>\n(2)nested=${middle}\n<<<\n`);
  const first = nestedMessage(field, { depth: 0 });
  if (!first.ok) return t.fail(first.text);
  t.equal(first.message.get('t'), 'middle');
  t.same(fieldsIn(first.message.fields[0] as Field, { depth: 1 }), inner);
  t.equal(fieldsIn(field, { depth: 1 }), 'A string message does not begin with its mark.');
});

t.test('newlines of all depths', async (t) => {
  const bytes = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 15, 16, 17, 18];
  t.equal(bytes.length, nestingMax);
  for (const [depth, byte] of bytes.entries()) {
    const value = `>>>\n${lines}<<<\n`.replaceAll('\n', String.fromCharCode(byte));
    t.same(fieldsIn({ name: 'nested', type: 2, value }, { depth }), inner, `depth ${depth}`);
  }
  t.match(fieldsIn({ name: 'nested', type: 2, value: '>>>\n' }, { depth: 16 }), /more than 16 deep/);
});

t.test('a compressed field', async (t) => {
  const value = deflateSync(Buffer.from(encodeNetstring(inner), 'latin1')).toString('latin1');
  const field: Field = { name: 'nested', type: 4, value };
  t.same(fieldsIn(field, { depth: 0, algorithm: 'zlib' }), inner);
  t.match(fieldsIn(field, { depth: 0, algorithm: 'bz2' }), /bz2/);
  t.match(fieldsIn(field, { depth: 0 }), /does not say how/);
});

t.test('a text is no message', async (t) => {
  t.equal(fieldsIn({ name: 't', type: 0, value: 'a' }, { depth: 0 }), 'A field holds no message.');
});

t.test('lists', async (t) => {
  t.same(listItems(''), []);
  t.same(listItems('3:abc,0:,4:a,:\n,'), ['abc', '', 'a,:\n']);
  for (const damaged of ['abc', '3:abc', '4:abc,', '3:abc,x', '-1:a,', '03:abc,', ':,', '99999999999:a,', '1:a,1:']) {
    t.equal(listItems(damaged), null, damaged);
  }
});
