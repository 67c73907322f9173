import t from 'tap';
import { InOrder } from '../../../src/policy/exchange/in-order.js';

t.test('what has nothing missing before it is given at once', async (t) => {
  const queue = new InOrder<string>();
  queue.add(3, 'three');
  t.same(queue.take(null), ['three']);
  t.same(queue.take(null), []);
});

t.test('what comes before its predecessors waits for them', async (t) => {
  const queue = new InOrder<string>();
  queue.add(7, 'seven');
  t.same(queue.take(5), []);
  queue.add(5, 'five');
  t.same(queue.take(null), ['five', 'seven']);
});

t.test('what waits is given up to the first gap', async (t) => {
  const queue = new InOrder<string>();
  for (const seq of [9, 4, 6]) queue.add(seq, String(seq));
  t.same(queue.take(7), ['4', '6']);
  t.same(queue.take(null), ['9']);
});

t.test('what comes after its successors is too late', async (t) => {
  const queue = new InOrder<string>();
  queue.add(7, 'seven');
  queue.take(null);
  queue.add(6, 'six');
  t.same(queue.take(null), []);
  queue.clear();
  queue.add(1, 'a new incarnation');
  t.same(queue.take(null), ['a new incarnation']);
});

t.test('it does not grow without bound', async (t) => {
  const queue = new InOrder<number>();
  for (let seq = 2; seq < 1000; seq++) queue.add(seq, seq);
  t.same(queue.take(1), []);
  const given = queue.take(null);
  t.equal(given.length, 256);
  t.equal(given.at(-1), 999);
});
