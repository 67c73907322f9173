import t from 'tap';
import { Recovery } from '../../src/resources/recovery.js';

t.test('at once up to the threshold, then ever more slowly', async (t) => {
  const pauses = [1, 2, 3, 4, 5, 9, 10, 50].map((count) => Recovery.pauseMs(count, 3));
  t.same(pauses, [0, 0, 1000, 2000, 4000, 60_000, 60_000, 60_000]);
  t.equal(Recovery.pauseMs(1, 0), 1000, 'without a threshold the first is the last that is mended at once');
});

t.test('it begins where the leftmost failed', async (t) => {
  const recovery = new Recovery();
  recovery.begin(2, 5);
  recovery.begin(1, 6);
  recovery.begin(3, 7);
  t.same([recovery.step, recovery.from], [1, 7]);
  recovery.end();
  t.equal(recovery.step, Number.POSITIVE_INFINITY);
});
