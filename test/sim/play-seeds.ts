/** Plays many seeds in worker processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Violation } from '../../src/sim/random-run.js';
import { addTally, emptyTally, type Order, type Report, type Tally } from './tally.js';

/** Seeds a worker plays at a time: a second or two. */
const orderSize = 100;

export interface SeedsOptions {
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  /** How many nodes, or null for a random number. */
  readonly nodes: number | null;
  /** Violations after which no more seeds are begun. */
  readonly violationsMax: number;
  /** Told after each worker's report. */
  readonly onProgress: (tally: Tally, violations: readonly Violation[]) => void;
}

/** Plays the seeds; gives all violations, sorted by seed. Rejects when a worker dies. */
export async function playSeeds(options: SeedsOptions): Promise<{ tally: Tally; violations: Violation[] }> {
  const tally = emptyTally();
  const violations: Violation[] = [];
  const end = options.from + options.seeds;
  let next = options.from;
  const order = (): Order | null => {
    if (next >= end || violations.length >= options.violationsMax) return null;
    const from = next;
    next = Math.min(end, from + orderSize);
    return { from, count: next - from, nodes: options.nodes };
  };
  const take = (report: Report) => {
    addTally(tally, report.tally);
    violations.push(...report.violations);
    options.onProgress(tally, report.violations);
  };
  await Promise.all(Array.from({ length: options.jobs }, () => employ(order, take)));
  return { tally, violations: violations.sort((a, b) => a.seed - b.seed) };
}

/** One worker's life: orders until there are none. */
function employ(order: () => Order | null, take: (report: Report) => void): Promise<void> {
  const worker = fork(fileURLToPath(new URL('seed-worker.js', import.meta.url)));
  return new Promise((resolve, reject) => {
    const give = () => {
      const next = order();
      if (next === null) worker.disconnect();
      else worker.send(next);
    };
    worker.on('message', (report: Report) => {
      take(report);
      give();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(lastWords(worker, code)))));
    give();
  });
}

function lastWords(worker: ChildProcess, code: number | null): string {
  return `a worker ended with ${code === null ? `signal ${worker.signalCode}` : `exit code ${code}`}`;
}
