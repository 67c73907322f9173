import t from 'tap';
import { ago, duration } from '../../../src/cli/text/times.js';

t.test('durations in their two largest units', async (t) => {
  const table: [number, string][] = [
    [-5, '0 s'],
    [0, '0 s'],
    [1499, '1 s'],
    [60_000, '1 min'],
    [90_000, '1 min 30 s'],
    [3_600_000, '1 h'],
    [3_605_000, '1 h'],
    [93_784_000, '1 d 2 h'],
  ];
  for (const [ms, text] of table) t.equal(duration(ms), text);
});

t.test('how long ago', async (t) => {
  t.equal(ago(95), '95 ms ago');
  t.equal(ago(1540), '1.5 s ago');
  t.equal(ago(61_000), '1 min 1 s ago');
});
