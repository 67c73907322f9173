/** 20,000 random runs of the real core. More: npm run sim -- --seeds 1000000. */
import t from 'tap';
import { playSeeds } from './play-seeds.js';
import { describeTally } from './tally.js';

t.setTimeout(1_800_000);

t.test('no seed breaks a rule', async (t) => {
  const { tally, violations } = await playSeeds({
    from: 1,
    seeds: 20_000,
    jobs: 2,
    nodes: null,
    violationsMax: 5,
    onProgress: () => {},
  });
  t.comment(describeTally(tally));
  for (const { seed, atMs, text } of violations)
    t.fail(`seed ${seed}, ${(atMs / 1000).toFixed(3)} s: ${text} (npm run sim -- --seed ${seed} --trace)`);
  t.equal(tally.failedSeeds, 0);
  t.equal(tally.seeds, 20_000);
});
