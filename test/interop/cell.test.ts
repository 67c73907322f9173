import t from 'tap';
import { allCells, cellName, cellsNamed, isMixed } from './cell.js';
import { scenarios } from './scenarios.js';

t.test('a pattern names cells', async (t) => {
  t.equal(allCells.length, 4 * 4 * 3 * 3);
  t.equal(new Set(allCells.map(cellName)).size, allCells.length, 'every name is of one cell');
  for (const [pattern, count] of [
    ['systole+heartbeat/ucast/sha1/on', 1],
    ['systole+heartbeat', 36],
    ['mixed', 72],
    ['mixed/ucast/*/on', 6],
    ['*/serial/crc,md5', 4 * 2 * 3],
  ] as const) {
    t.equal(cellsNamed(pattern).length, count, pattern);
  }
  t.ok(cellsNamed('mixed').every(isMixed));
  t.throws(() => cellsNamed('systole+pacemaker'), /no cell is named "systole\+pacemaker"/);
});

t.test('every scenario has a name of its own, and steps in every cell', async (t) => {
  const all = scenarios({ lossMs: 1000, cutMs: 1000 });
  t.equal(new Set(all.map(({ name }) => name)).size, all.length);
  t.ok(allCells.every((cell) => all.every((scenario) => scenario.steps(cell).length > 0)));
});
