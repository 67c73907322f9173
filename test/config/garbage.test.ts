/** Whatever stands in the files, loading them gives problems that can be placed, and never throws. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { loadConfiguration } from '../../src/config/load.js';
import type { ConfigFiles } from '../../src/config/types.js';
import { testdata } from '../support/paths.js';
import { alpha } from './hosts.js';

const pieces = [
  '\\',
  '#',
  '::',
  '/',
  '\n',
  ' ',
  '=',
  '[',
  ']',
  '\t',
  '\r',
  '"',
  ',',
  '\u0000',
  '\u{1F600}',
  '.',
  '9999',
  'auth',
];

/** A repeatable source of numbers (Lehmer), below `limit`. */
function diceFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

function damage(text: string, dice: (limit: number) => number): string {
  let result = text;
  for (let i = dice(8); i >= 0; i--) {
    const at = dice(result.length + 1);
    const piece = pieces[dice(pieces.length)] ?? '';
    result = result.slice(0, at) + (dice(2) === 0 ? piece : '') + result.slice(at + dice(4));
  }
  return result;
}

t.test('a thousand damaged configurations', (t) => {
  const names = { haCf: 'ha.cf', authkeys: 'authkeys', haresources: 'haresources', resourcesIni: 'resources.ini' };
  const texts = Object.entries(names).map(
    ([key, name]) => [key, name, readFileSync(`${testdata}config/good-everything/${name}`, 'utf8')] as const,
  );
  for (let seed = 1; seed <= 1000; seed++) {
    const dice = diceFrom(seed);
    const damaged = texts.map(([key, path, text]) => [
      key,
      { path, text: damage(text, dice), mode: 0o600, regular: true },
    ]);
    const files = Object.fromEntries(damaged) as ConfigFiles;
    const { cluster, auth, problems } = loadConfiguration(files, alpha);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if ((cluster === null || auth === null) !== errors.length > 0) t.fail(`seed ${seed}: errors and result differ`);
    for (const { file, line, column, text } of problems) {
      const source = Object.values(files).find(({ path }) => path === file);
      const lines = 'text' in source ? source.text.split(/\r\n|\n|\r/) : [];
      const placed = line >= 1 && column >= 1 && line <= lines.length && column <= (lines[line - 1] ?? '').length + 2;
      if (!placed || /\p{Cc}/u.test(text)) t.fail(`seed ${seed}: ${file}:${line}:${column}: ${JSON.stringify(text)}`);
    }
  }
  t.pass('all were read');
  t.end();
});
