/** 20,000 random runs of the real core. More: npm run sim -- --seeds 1000000. */
import t from 'tap';
import { playSeeds } from './play-seeds.js';
import { describeTally } from './tally.js';

t.setTimeout(1_800_000);

/**
 * Seeds that break a rule and are not understood yet: a group leaves a node that reaches as many ping nodes as the next one. Nobody owns
 * a group twice in them. They count as todo, and each must still fail: one that does not is to be taken out.
 */
const open: ReadonlySet<number> = new Set([12_669, 19_921]);

t.test('no seed breaks a rule', async (t) => {
  const { tally, violations } = await playSeeds({
    from: 1,
    seeds: 20_000,
    jobs: 2,
    nodes: null,
    violationsMax: 20,
    onProgress: () => {},
  });
  t.comment(describeTally(tally));
  for (const { seed, atMs, text } of violations) {
    const told = `seed ${seed}, ${(atMs / 1000).toFixed(3)} s: ${text} (npm run sim -- --seed ${seed} --trace)`;
    t.fail(told, open.has(seed) ? { todo: 'not understood yet' } : {});
  }
  t.same(new Set(violations.map(({ seed }) => seed)), open);
  t.equal(tally.failedSeeds, open.size);
  t.equal(tally.seeds, 20_000);
});
