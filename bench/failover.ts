/** `npm run bench -- failover`: how long an address is away when its node loses power, is stopped, or gives it up. */

import { serviceAddresses } from '../test/lab/cluster-files.js';
import { missingForLab } from '../test/lab/lab.js';
import { raiseNeighbourLimits } from '../test/lab/neighbours.js';
import type { Contestant } from './contestant.js';
import { type FailoverCase, type FailoverRun, runFailover, type Scenario } from './failover-run.js';
import type { FailoverOptions } from './options.js';
import { writeResults } from './results.js';
import { summarise } from './stats.js';
import { ms, table } from './table.js';

interface CaseResult {
  readonly product: string;
  readonly scenario: Scenario;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly addresses: number;
  /** What the median of `judged` may be at most; null where nothing is promised. */
  readonly limitMs: number | null;
  readonly judged: 'outageMs' | 'lastAnswerMs';
  readonly runs: readonly FailoverRun[];
  /** Why runs are missing, one line each. */
  readonly failures: readonly string[];
}

/** Gives the exit code: 0 when every promise was kept. */
export async function benchFailover(options: FailoverOptions, contestants: readonly Contestant[]): Promise<number> {
  const missing = await missingForLab();
  if (missing !== null) {
    process.stderr.write(`bench: ${missing}\n`);
    return 1;
  }
  const limits = await raiseNeighbourLimits(Math.max(...options.cases.map((one) => one.addresses)));
  if (limits.note !== null) print(limits.note);
  try {
    const results: CaseResult[] = [];
    for (const contestant of contestants) {
      const reason = await contestant.missing();
      if (reason !== null) print(`${contestant.name}: not measured: ${reason}`);
      else for (const one of options.cases) results.push(await measure(contestant, one, options));
    }
    print(`\n${report(results)}`);
    print(`\nwritten to ${writeResults('failover', { note: limits.note, cases: results })}`);
    return results.every(kept) ? 0 : 1;
  } finally {
    await limits.restore();
  }
}

async function measure(
  contestant: Contestant,
  one: FailoverOptions['cases'][number],
  options: FailoverOptions,
): Promise<CaseResult> {
  const { scenario, keepaliveMs, deadtimeMs } = one;
  const addresses = serviceAddresses(one.addresses);
  const timing = { keepaliveMs, deadtimeMs };
  const testCase: FailoverCase = { scenario, timing, addresses, groups: 1, quietMs: options.quietMs };
  const runs: FailoverRun[] = [];
  const failures: string[] = [];
  const count = scenario === 'quiet' ? 1 : options.runs;
  for (let number = 1; number <= count; number++) {
    try {
      const run = await runFailover(contestant, testCase);
      runs.push(run);
      print(
        `${contestant.name} ${scenario} ${keepaliveMs}/${deadtimeMs} ms, ${one.addresses} addresses, ${number}/${count}: ${describe(run)}`,
      );
    } catch (error) {
      const [line = ''] = (error as Error).message.split('\n');
      failures.push(line);
      print(
        `${contestant.name} ${scenario} ${keepaliveMs}/${deadtimeMs} ms, ${one.addresses} addresses, ${number}/${count}: failed: ${line}`,
      );
    }
  }
  return { product: contestant.name, ...one, ...promise(one), runs, failures };
}

/** What is promised for ours: of an outage of one address, and of the last of many. */
function promise({
  scenario,
  deadtimeMs,
  addresses,
}: FailoverOptions['cases'][number]): Pick<CaseResult, 'limitMs' | 'judged'> {
  if (scenario === 'quiet') return { judged: 'outageMs', limitMs: null };
  if (addresses > 1) return { judged: 'lastAnswerMs', limitMs: scenario === 'power-off' ? deadtimeMs + 100 : null };
  if (scenario !== 'power-off') return { judged: 'outageMs', limitMs: 30 };
  const slack = deadtimeMs >= 500 ? 0 : deadtimeMs >= 100 ? 20 : 15;
  return { judged: 'outageMs', limitMs: deadtimeMs + slack };
}

function kept({ product, runs, failures, limitMs, judged }: CaseResult): boolean {
  if (product !== 'systole') return true;
  const median = summarise(runs.map((run) => run[judged] ?? NaN)).median;
  const isClean = runs.every((run) => run.oldAfterNew === 0 && run.falseDeaths === 0);
  return failures.length === 0 && isClean && (limitMs === null || median <= limitMs);
}

function describe(run: FailoverRun): string {
  const parts = [
    run.outageMs === null ? `longest silence ${ms(run.longestSilenceMs)} ms` : `outage ${ms(run.outageMs)} ms`,
  ];
  if (run.lastAnswerMs !== null)
    parts.push(`first answer after ${ms(run.firstAnswerMs)}, last after ${ms(run.lastAnswerMs)} ms`);
  if (run.oldAfterNew > 0) parts.push(`${run.oldAfterNew} answers of the old owner after the new one's`);
  if (run.falseDeaths > 0) parts.push(`${run.falseDeaths} false deaths`);
  if (run.lateHeartbeats > 0) parts.push(`${run.lateHeartbeats} late heartbeats`);
  return parts.join(', ');
}

const heading =
  'product scenario keepalive/deadtime addresses runs median min max limit x_deadtime last_median last_max silence old_after_new false_deaths late'
    .split(' ')
    .map((word) => word.replaceAll('_', ' '));

function report(results: readonly CaseResult[]): string {
  const rows = results.map((result) => {
    const { runs, limitMs, deadtimeMs } = result;
    const outage = summarise(runs.flatMap((run) => run.outageMs ?? []));
    const silence = Math.max(...runs.map((run) => run.longestSilenceMs));
    const last = summarise(runs.flatMap((run) => run.lastAnswerMs ?? []));
    const sum = (name: 'oldAfterNew' | 'falseDeaths' | 'lateHeartbeats') =>
      String(runs.reduce((total, run) => total + run[name], 0));
    return [
      result.product,
      result.scenario,
      `${result.keepaliveMs}/${deadtimeMs} ms`,
      String(result.addresses),
      `${runs.length}${result.failures.length > 0 ? ` (+${result.failures.length} failed)` : ''}`,
      ...[outage.median, outage.min, outage.max].map(ms),
      limitMs === null
        ? '-'
        : `${limitMs}${result.judged === 'lastAnswerMs' ? ' (last)' : ''} ${kept(result) ? 'kept' : 'MISSED'}`,
      result.scenario === 'power-off' ? (outage.median / deadtimeMs).toFixed(2) : '-',
      ms(last.median),
      ms(last.max),
      ms(silence),
      sum('oldAfterNew'),
      sum('falseDeaths'),
      sum('lateHeartbeats'),
    ];
  });
  const explanation =
    'median, min, max: ms from the last answer of the old owner to the first one of the new, for the unluckiest address of a run.\n' +
    'last: ms from the event to the first answer of the new owner for the last address. silence: the longest at any time, any address.';
  return `${table(heading, rows)}\n\n${explanation}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
