import t from 'tap';
import { Lease } from '../../src/membership/lease.js';

const deadtimeMs = 1000;
const never = Number.NEGATIVE_INFINITY;

/** A lease of a node that sent number n at n * 100 ms. */
function sentTo(count: number): Lease {
  const lease = new Lease();
  for (let seq = 1; seq <= count; seq++) lease.sent(seq, seq * 100);
  return lease;
}

t.test('it lasts until the weakest of the majority may find this node dead', async (t) => {
  for (const [configured, acknowledged, until, what] of [
    [1, {}, Number.POSITIVE_INFINITY, 'alone there is nobody to ask'],
    [2, {}, never, 'nobody heard it'],
    [2, { b: 5 }, 1500, 'the other heard it'],
    [3, {}, never, 'nobody of three'],
    [3, { b: 5 }, 1500, 'one other is enough of three'],
    [3, { b: 5, c: 9 }, 1900, 'the better of two others'],
    [4, { b: 9 }, never, 'two of four are no majority'],
    [4, { b: 9, c: 5 }, 1500, 'three of four are'],
    [5, { b: 9, c: 5, d: 7, e: 1 }, 1700, 'the second best of four others'],
  ] as const) {
    const lease = sentTo(10);
    for (const [peer, seq] of Object.entries(acknowledged)) lease.acknowledged(peer, seq);
    t.equal(lease.until(configured, deadtimeMs), until, what);
  }
});

t.test('an older or unknown number changes nothing', async (t) => {
  const lease = sentTo(10);
  lease.acknowledged('b', 5);
  for (const seq of [4, 0, 11, -1, Number.NaN]) lease.acknowledged('b', seq);
  t.equal(lease.until(3, deadtimeMs), 1500);
});

t.test('what a peer knew is gone when it starts anew', async (t) => {
  const lease = sentTo(10);
  lease.acknowledged('b', 5);
  lease.acknowledged('c', 3);
  lease.forget('b');
  t.equal(lease.until(3, deadtimeMs), 1300);
  lease.forget('c');
  t.equal(lease.until(3, deadtimeMs), never);
});

t.test('only the last 512 numbers are remembered', async (t) => {
  const lease = sentTo(600);
  lease.acknowledged('b', 88);
  t.equal(lease.until(3, deadtimeMs), never);
  lease.acknowledged('b', 89);
  t.equal(lease.until(3, deadtimeMs), 9900);
});
