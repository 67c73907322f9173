import t from 'tap';
import { Missing, requestLimit } from '../../src/order/missing.js';

t.test('the first request waits a random time, the others one interval', async (t) => {
  for (const [maxRexmitDelayMs, random, firstMs] of [
    [250, 0, 50],
    [250, 0.5, 150],
    [250, 1, 250],
    [100, 0, 50],
    [99, 0, 0],
    [60, 0.5, 30],
  ] as const) {
    const missing = new Missing({ maxRexmitDelayMs, random: () => random });
    missing.add(7, 7, 1000);
    const first = 1000 + firstMs;
    t.equal(missing.nextDeadline, first, `max ${maxRexmitDelayMs}, dice ${random}`);
    t.same(missing.due(first - 1), []);
    t.same(missing.due(first), [7]);
    t.same(missing.due(first), []);
    t.equal(missing.nextDeadline, first + maxRexmitDelayMs);
  }
});

t.test('requests end', async (t) => {
  const missing = new Missing({ maxRexmitDelayMs: 250, random: () => 0 });
  missing.add(7, 8, 0);
  let requests = 0;
  for (let at = 0; missing.size > 0 && at < 100_000; at = missing.nextDeadline) requests += missing.due(at).length;
  t.equal(requests, 2 * requestLimit);
  t.equal(missing.nextDeadline, Number.POSITIVE_INFINITY);
});

t.test('an interval of 0 does not spin', async (t) => {
  const missing = new Missing({ maxRexmitDelayMs: 0, random: () => 0 });
  missing.add(7, 7, 5);
  t.same(missing.due(5), [7]);
  t.ok(missing.nextDeadline > 5);
});

t.test('the lowest number is known', async (t) => {
  const missing = new Missing({ maxRexmitDelayMs: 250, random: () => 0 });
  t.equal(missing.lowest, null);
  missing.add(3, 6, 0);
  missing.add(9, 9, 0);
  t.equal(missing.lowest, 3);
  t.ok(missing.delete(3));
  t.notOk(missing.delete(3));
  t.equal(missing.lowest, 4);
  missing.deleteBelow(6);
  t.equal(missing.lowest, 6);
  missing.clear();
  t.equal(missing.size, 0);
});
