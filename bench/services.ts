/** `npm run bench -- services`: how long many groups take to come up on the node that takes them over. */
import { serviceAddresses } from '../test/lab/cluster-files.js';
import { type Handover, type HandoverOptions, measureHandover, slowAgent, slowGroups } from '../test/lab/handover.js';
import { missingForLab } from '../test/lab/lab.js';
import type { ServicesOptions } from './options.js';
import { writeResults } from './results.js';
import { summarise } from './stats.js';
import { haresources } from './systole.js';
import { ms, table } from './table.js';

interface Case {
  readonly name: string;
  readonly options: HandoverOptions;
  /** What the median of `upMs` may be at most. */
  readonly limitMs: number;
}

const cases: readonly Case[] = [
  {
    name: '50 groups of 4 agents of 200 ms',
    options: { haresources: slowGroups(50, 4), groups: 50, agents: { Slow: slowAgent(0.2) } },
    limitMs: 3000,
  },
  {
    name: '1,000 addresses in 100 groups',
    options: { haresources: haresources({ addresses: serviceAddresses(1000), groups: 100 }), groups: 100 },
    limitMs: 500,
  },
];

const kept = ({ limitMs }: Case, runs: readonly Handover[]): boolean =>
  summarise(runs.map(({ upMs }) => upMs)).median <= limitMs && runs.every(({ lateHeartbeats }) => lateHeartbeats === 0);

/** Gives the exit code: 0 when every promise was kept. */
export async function benchServices({ runs: count }: ServicesOptions): Promise<number> {
  const missing = await missingForLab();
  if (missing !== null) {
    process.stderr.write(`bench: ${missing}\n`);
    return 1;
  }
  const results: { readonly one: Case; readonly runs: readonly Handover[] }[] = [];
  for (const one of cases) {
    const runs: Handover[] = [];
    for (let number = 1; number <= count; number++) {
      const run = await measureHandover(one.options);
      runs.push(run);
      const { lateHeartbeats, lagMs, totalMs, upMs } = run;
      print(`${one.name}, ${number}/${count}: up ${ms(upMs)} ms after the decision, ${ms(totalMs)} ms after the order`);
      print(`  late heartbeats: ${lateHeartbeats}, longest lag of the event loop: ${ms(lagMs)} ms`);
    }
    results.push({ one, runs });
  }
  print(`\n${report(results)}`);
  const cleaned = results.map(({ one: { name, limitMs }, runs }) => ({ name, limitMs, runs }));
  print(`\nwritten to ${writeResults('services', cleaned)}`);
  return results.every(({ one, runs }) => kept(one, runs)) ? 0 : 1;
}

function report(results: readonly { readonly one: Case; readonly runs: readonly Handover[] }[]): string {
  const rows = results.map(({ one, runs }) => {
    const up = summarise(runs.map(({ upMs }) => upMs));
    const late = runs.reduce((sum, { lateHeartbeats }) => sum + lateHeartbeats, 0);
    const lag = Math.max(...runs.map(({ lagMs }) => lagMs));
    return [
      one.name,
      String(runs.length),
      ...[up.median, up.min, up.max].map(ms),
      `${one.limitMs} ${kept(one, runs) ? 'kept' : 'MISSED'}`,
      String(late),
      ms(lag),
    ];
  });
  return table(['case', 'runs', 'median', 'min', 'max', 'limit', 'late', 'lag'], rows);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
