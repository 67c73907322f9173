import t from 'tap';
import { parseAuthkeys } from '../../src/config/authkeys.js';
import { listen } from './hosts.js';

function parse(text: string, mode = 0o600) {
  const { report, lines } = listen();
  return { auth: parseAuthkeys({ text, mode }, report), lines: lines() };
}

t.test('keys', (t) => {
  const { auth, lines } = parse('1 md5 a\nauth 2\n2 sha1 b#c # comment\n 15 sha256 #d\n0 md5 e\n');
  t.same(lines, []);
  t.equal(auth?.active, 2);
  t.same(
    [...(auth?.keys ?? [])],
    [
      [1, { method: 'md5', secret: 'a' }],
      [2, { method: 'sha1', secret: 'b#c' }],
      [15, { method: 'sha256', secret: '#d' }],
      [0, { method: 'md5', secret: 'e' }],
    ],
  );
  t.end();
});

t.test('crc', (t) => {
  const { auth, lines } = parse('auth 1\n1 crc # no key\n');
  t.same(auth?.keys.get(1), { method: 'crc', secret: null });
  t.match(lines, [/^2:3 warning: method crc protects against damage only/]);
  t.match(parse('auth 1\n1 sha1 x\n2 crc').lines, [/^3:3 warning/], 'also one that does not sign lets everybody in');
  t.end();
});

t.test('permissions', (t) => {
  for (const mode of [0o600, 0o400, 0o700]) t.same(parse('auth 1\n1 sha1 x', mode).lines, []);
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o610]) {
    t.match(parse('auth 1\n1 sha1 x', mode).lines, [new RegExp(`^1:1 error: .*mode ${mode.toString(8)}`)]);
  }
  t.end();
});

t.test('no key to sign with', (t) => {
  for (const text of ['', 'auth 1', '1 sha1 x', 'auth 2\n1 sha1 x', 'auth 1\n1 sha1']) {
    const { auth, lines } = parse(text);
    t.equal(auth, null, text);
    t.equal(lines.length, 1, text);
  }
  t.end();
});

t.test('no problem tells a secret, whatever is wrong', (t) => {
  const pieces = ['auth', 'auth 1', 'a', '1', '99', '1 sha1', 'sha1', 'crc', '1 crc', '1 md', '#', ''];
  for (const before of pieces) {
    for (const after of pieces) {
      t.notMatch(
        parse(`${before} hushhush ${after}\n${before} hushhush`, 0o644).lines.join('\n'),
        /hush/,
        `${before} ... ${after}`,
      );
    }
  }
  t.end();
});
