import t from 'tap';
import { getopt } from '../../../src/cli/heartbeat/getopt.js';

/** What was read, in one line. */
function read(line: string, spec = 'mnp:'): string {
  const result = getopt(line === '' ? [] : line.split(' '), spec);
  if ('wrong' in result) return result.wrong;
  const values = Object.entries(result.values).map(([name, value]) => `${name}=${value}`);
  return [[...result.flags].join(''), values.join(' '), result.words.join(' ')].join('|');
}

t.test('options as C reads them', async (t) => {
  for (const [line, wanted] of [
    ['', '||'],
    ['a b', '||a b'],
    ['-m a', 'm||a'],
    ['a -m', 'm||a'],
    ['-mn a', 'mn||a'],
    ['-p x a', '|p=x|a'],
    ['-px a', '|p=x|a'],
    ['-mpx', 'm|p=x|'],
    ['-p -m', '|p=-m|'],
    ['a -- -m', '||a -m'],
    ['- a', '||- a'],
    ['-x', "invalid option -- 'x'"],
    ['-:', "invalid option -- ':'"],
    ['--help', "invalid option -- '-'"],
    ['-m -p', "option requires an argument -- 'p'"],
  ] as const) {
    t.equal(read(line), wanted, line);
  }
});
