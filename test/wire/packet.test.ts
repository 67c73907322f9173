import t from 'tap';
import { prepareKeys } from '../../src/wire/digest.js';
import { type Field, message } from '../../src/wire/message.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { oneKey } from '../support/captures.js';

const fields: Field[] = Object.entries({
  t: 'status',
  st: 'active',
  dt: '7530',
  protocol: '1',
  src: 'node1',
  srcuuid: '0123456789abcdef',
  seq: '1f',
  hg: '6b003411',
  ts: '6b003412',
  ld: '0.10 0.20 0.30 1/100 1234',
  ttl: '3',
}).map(([name, value]) => ({ name, type: name === 'srcuuid' ? 1 : 0, value }));
const status = message(fields);

const body =
  '###\n11:(0)t=status,12:(0)st=active,10:(0)dt=7530,13:(0)protocol=1,12:(0)src=node1,' +
  '27:(1)srcuuid=0123456789abcdef,9:(0)seq=1f,14:(0)hg=6b003411,14:(0)ts=6b003412,' +
  '31:(0)ld=0.10 0.20 0.30 1/100 1234,8:(0)ttl=3,';
const lines =
  't=status\nst=active\ndt=7530\nprotocol=1\nsrc=node1\n(1)srcuuid=MDEyMzQ1Njc4OWFiY2RlZg==\nseq=1f\nhg=6b003411\n' +
  'ts=6b003412\nld=0.10 0.20 0.30 1/100 1234\nttl=3\n';

/** Digests of the message above with key 1, secret `secret`: inner, outer of netstring form, outer of classic form. */
const vectors = {
  crc: ['5a3d0b10', '7ee669d4', 'b011b8b8'],
  md5: ['5a78d1a64a4b08430e9aab08b8d2caa5', 'b5fbadc96a97d230dca8d902f7045734', 'fda9d7b9dd2aa14a3c61e1768b485248'],
  sha1: [
    '9e60487e18b29c36408aa35c95f7aaa6559b187a',
    'b41ef10bc095c1f9b2fc8e977607f8b3f370f300',
    'c489bfaae51b08fcb45d367ade63f325500530ed',
  ],
} as const;

for (const method of ['crc', 'md5', 'sha1'] as const) {
  t.test(`${method}: packets are byte for byte those of Heartbeat`, async (t) => {
    const keys = prepareKeys(oneKey(method, method === 'crc' ? null : 'secret'));
    const [inner, outer, classic] = vectors[method];
    const write = (form: 'netstring' | 'classic' | 'string') => {
      const bytes = writePacket(status, { form, keys });
      t.match(readPacket(bytes, keys), { ok: true, form: form === 'string' ? 'string' : 'netstring' });
      return Buffer.from(bytes).toString('latin1');
    };
    const signature = (digest: string) => `${digest.length + 2}:1 ${digest},`;
    const auth = `1 ${inner}`;
    t.equal(`${body}%%%\n`.length, 211);
    t.equal(write('netstring'), `${body}%%%\n${signature(outer)}`);
    t.equal(write('classic'), `${body}${auth.length + 8}:(0)auth=${auth},%%%\n${signature(classic)}`);
    t.equal(write('string'), `>>>\n${lines}auth=${auth}\n<<<\n`);
  });
}

t.test('what is read is what was written', async (t) => {
  const keys = prepareKeys(oneKey('sha256', 'ours', 15));
  for (const form of ['netstring', 'classic', 'string'] as const) {
    const result = readPacket(writePacket(status, { form, keys }), keys);
    if (!result.ok) return t.fail(result.text);
    t.same(
      result.message.fields.filter(({ name }) => name !== 'auth'),
      fields,
    );
    t.equal(result.message.get('srcuuid'), '0123456789abcdef');
    t.equal(result.message.get('nothing'), undefined);
  }
});

t.test('a message read and written again carries one new signature', async (t) => {
  const before = prepareKeys(oneKey('sha1', 'old', 1));
  const after = prepareKeys(oneKey('sha1', 'new', 2));
  const read = readPacket(writePacket(status, { form: 'classic', keys: before }), before);
  if (!read.ok) return t.fail(read.text);
  for (const form of ['netstring', 'classic', 'string'] as const) {
    const written = writePacket(read.message, { form, keys: after });
    t.same(written, writePacket(status, { form, keys: after }));
    t.match(readPacket(written, before), { ok: false, reason: 'unknownKey' });
  }
});

t.test('empty values are left out', async (t) => {
  const keys = prepareKeys(oneKey('crc', null));
  const withEmpty = message([...fields, { name: 'info', type: 0, value: '' }]);
  for (const form of ['netstring', 'classic', 'string'] as const) {
    t.same(writePacket(withEmpty, { form, keys }), writePacket(status, { form, keys }));
  }
});

t.test('each stage refuses for its own reasons', async (t) => {
  const keys = prepareKeys(oneKey('sha1', 'secret'));
  for (const [text, reason] of [
    ['', 'garbage'],
    ['#'.repeat(300_000), 'tooBig'],
    [`${body}%%`, 'malformed'],
    [`${body}%%%\n`, 'unsigned'],
    [`>>>\n${lines}<<<\n`, 'unsigned'],
    [`${body}%%%\n42:2 ${vectors.sha1[1]},`, 'unknownKey'],
    [`${body}%%%\n34:1 ${vectors.md5[1]},`, 'wrongMethod'],
    [`${body}%%%\n42:1 ${vectors.sha1[2]},`, 'badSignature'],
    [`>>>\n${lines}auth=1 ${vectors.sha1[1]}\n<<<\n`, 'badSignature'],
  ] as const) {
    t.match(readPacket(Buffer.from(text, 'latin1'), keys), { ok: false, reason, text: /^[A-Z].*\.$/ }, reason);
  }
});
