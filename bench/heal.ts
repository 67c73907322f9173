/** `npm run bench -- heal`: how long an address is away that something else has deleted from its owner. */

import { serviceAddresses } from '../test/lab/cluster-files.js';
import { type Deletion, deleteByHand, reconfigure, silence } from '../test/lab/deleting.js';
import { missingForLab } from '../test/lab/lab.js';
import { raiseNeighbourLimits } from '../test/lab/neighbours.js';
import { createPair, type Pair } from '../test/lab/pair.js';
import { startPinging } from '../test/lab/ping-client.js';
import type { HealOptions } from './options.js';
import { writeResults } from './results.js';
import { summarise } from './stats.js';
import { ms, table } from './table.js';

interface HealCase {
  readonly by: 'hand' | 'network manager';
  readonly addresses: number;
  /** What the median may be at most; null = nothing is promised. */
  readonly limitMs: number | null;
}

const cases: readonly HealCase[] = [
  { by: 'hand', addresses: 1, limitMs: 50 },
  { by: 'network manager', addresses: 3, limitMs: 50 },
  { by: 'network manager', addresses: 100, limitMs: null },
];

const timing = { keepaliveMs: 100, deadtimeMs: 1000 };

interface HealResult extends HealCase {
  /** Of every address and deletion: the longest time between two answers. */
  readonly silenceMs: readonly number[];
  /** Of every deletion: the same, of the unluckiest address. */
  readonly worstMs: readonly number[];
}

/** Gives the exit code: 0 when every promise was kept. */
export async function benchHeal({ runs }: HealOptions): Promise<number> {
  const missing = await missingForLab();
  if (missing !== null) {
    process.stderr.write(`bench: ${missing}\n`);
    return 1;
  }
  const limits = await raiseNeighbourLimits(Math.max(...cases.map(({ addresses }) => addresses)));
  try {
    const results: HealResult[] = [];
    for (const one of cases) results.push(await measure(one, runs));
    process.stdout.write(`${report(results)}\n\nwritten to ${writeResults('heal', results)}\n`);
    return results.every(kept) ? 0 : 1;
  } finally {
    await limits.restore();
  }
}

async function measure(one: HealCase, runs: number): Promise<HealResult> {
  const addresses = serviceAddresses(one.addresses);
  const pair = await createPair({ timing, addresses });
  try {
    await Promise.all([pair.start('a'), pair.start('b')]);
    await pair.settled('a');
    const ping = await startPinging(pair.lab, { addresses, roundMs: addresses.length > 10 ? 25 : 5 });
    await ping.answeredBy(pair.a.ttl);
    const deletions: Deletion[] = [];
    for (let run = 0; run < runs; run++) {
      deletions.push(await deletion(pair, one, addresses));
      await ping.answeredBy(pair.a.ttl);
      // Twenty in ten seconds are a fight, which is another matter.
      await new Promise((done) => setTimeout(done, 600));
    }
    const log = await ping.stop();
    const waited = deletions.map((one) => addresses.map((address) => silence(log, address, one)));
    return { ...one, silenceMs: waited.flat(), worstMs: waited.map((all) => Math.max(...all)) };
  } finally {
    await pair.close();
  }
}

function deletion(pair: Pair, { by }: HealCase, addresses: readonly string[]): Promise<Deletion> {
  return by === 'hand' ? deleteByHand(pair, pair.a, addresses[0] ?? '') : reconfigure(pair, pair.a, addresses.length);
}

function kept({ silenceMs, limitMs }: HealResult): boolean {
  return limitMs === null || summarise(silenceMs).median <= limitMs;
}

function report(results: readonly HealResult[]): string {
  const heading = ['deleted by', 'addresses', 'runs', 'median', 'limit', 'max', 'worst, median', ''];
  const rows = results.map((result) => {
    const { median, max } = summarise(result.silenceMs);
    const worst = summarise(result.worstMs).median;
    const limit = result.limitMs === null ? '-' : String(result.limitMs);
    const verdict = result.limitMs === null ? '' : kept(result) ? 'kept' : 'MISSED';
    const counts = [String(result.addresses), String(result.worstMs.length)];
    return [result.by, ...counts, ms(median), limit, ms(max), ms(worst), verdict];
  });
  return `The longest time between two answers around a deletion, in ms (asked every 5 ms, of 100 addresses every 25 ms):\n${table(heading, rows)}`;
}
