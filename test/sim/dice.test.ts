import t from 'tap';
import { Dice } from '../../src/sim/dice.js';

t.test('equal seeds throw alike, neighbouring ones do not', async (t) => {
  const row = (seed: number) => {
    const dice = new Dice(seed);
    return Array.from({ length: 5 }, () => dice.uint32());
  };
  t.same(row(7), row(7));
  t.notSame(row(7), row(8));
  t.notSame(row(1), row(1 + 2 ** 32), 'the upper half of a large seed counts too');
});

t.test('numbers stay in their range and fill it', async (t) => {
  const dice = new Dice(1);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    const face = dice.integer(0, 3);
    counts[face] = (counts[face] ?? 0) + 1;
    const between = dice.between(5, 6);
    if (between < 5 || between >= 6) t.fail(`${between} is not between 5 and 6`);
  }
  t.equal(counts.length, 4);
  for (const count of counts) t.ok(count > 900 && count < 1100, `${count} is about a quarter`);
});

t.test('chance takes its probability, and no number for 0', async (t) => {
  const dice = new Dice(3);
  const hits = Array.from({ length: 10_000 }, () => dice.chance(0.1)).filter(Boolean).length;
  t.ok(hits > 850 && hits < 1150, `${hits} of 10000 at 0.1`);
  const [one, other] = [new Dice(4), new Dice(4)];
  one.chance(0);
  t.equal(one.uint32(), other.uint32());
});

t.test('pick refuses an empty list', async (t) => {
  t.throws(() => new Dice(1).pick([]), { message: 'nothing to pick from' });
});

t.test('a fork has a row of its own', async (t) => {
  const dice = new Dice(1);
  t.not(dice.fork().uint32(), dice.fork().uint32());
});
