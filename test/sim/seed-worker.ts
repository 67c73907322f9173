/** A child process of seeds.ts: plays ranges of seeds and tells what came of them. */
import { createCluster } from '../../src/cluster.js';
import { runSeed } from '../../src/sim/random-run.js';
import { emptyTally, type Order, type Report, tallyRun } from './tally.js';

process.on('message', ({ from, count, nodes }: Order) => {
  const report: Report = { tally: emptyTally(), violations: [] };
  for (let seed = from; seed < from + count; seed++) {
    const result = runSeed(seed, { createCore: createCluster, ...(nodes === null ? {} : { nodes }) });
    tallyRun(report.tally, result);
    report.violations.push(...result.violations.slice(0, 1));
  }
  process.send?.(report);
});
