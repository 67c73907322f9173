/** A seed that fails must fail again: the same seed gives the same world, to the last byte sent. */
import t from 'tap';
import { createCluster } from '../../src/cluster.js';
import { runSeed } from '../../src/sim/random-run.js';

const play = (seed: number) => runSeed(seed, { createCore: createCluster, digest: true, trace: true });

t.test('a seed played twice gives the same digest and the same transcript', async (t) => {
  for (const seed of [1, 2, 3, 50, 2 ** 40 + 1]) {
    const [first, second] = [play(seed), play(seed)];
    t.equal(first.digest, second.digest, `seed ${seed}`);
    t.same(first.transcript, second.transcript);
    t.ok(first.events > 100, `${first.events} events`);
  }
});

t.test('watching changes nothing', async (t) => {
  const watched = play(4);
  const alone = runSeed(4, { createCore: createCluster });
  t.equal(alone.events, watched.events);
  t.equal(alone.simulatedMs, watched.simulatedMs);
  t.same(alone.transcript, []);
});

t.test('different seeds give different worlds', async (t) => {
  const digests = new Set([1, 2, 3, 4, 5, 6].map((seed) => play(seed).digest));
  t.equal(digests.size, 6);
});
