/** Plays one step on a pair and measures what the client saw of it. */
import { longestGaps, type PingLog } from '../lab/ping-log.js';
import { names } from './cell.js';
import { objectionTo, runsOf } from './counted.js';
import type { InteropPair } from './interop-pair.js';
import type { Owners } from './member.js';
import type { Step } from './scenarios.js';
import { settled } from './settle.js';

export interface Played {
  readonly what: string;
  /** What was wrong, in one sentence; null when all was well. */
  readonly error: string | null;
  /** The longest time (ms) a client was without an answer of the unluckier group. */
  readonly silenceMs: number;
  /** From the beginning of the step until the pair had come to rest. */
  readonly restMs: number;
  /** How often a group changed its owner, as the client saw it. */
  readonly moves: number;
  /** The longest time (ms) in which two nodes had the same address. */
  readonly overlapMs: number;
  /** What both nodes complained of in their logs meanwhile. */
  readonly complaints: readonly string[];
  /** The last lines of both logs, for the report of a failure. */
  readonly logs: readonly string[];
  /** Who owns what now; null when it did not come to rest. */
  readonly owners: Owners | null;
}

/** Two Heartbeats need 15 to 30 s after a partition, and 10 s for every start; over a serial line more. */
const restLimitMs = 75_000;
/** What a quiet step may cost: a client that is served all the time loses a packet at most. */
const quietMs = 500;

const complaint = /\b(ERROR|CRIT)\b|Both machines own|No one owns|lost a lot of|ignored|No reply to standby/;
/** What a Heartbeat says at every start in a lab, and how it shows a packet that it refused. */
const usual = /Cannot lock ourselves into memory|ERROR: MSG/;

/** Rejects never: what goes wrong is a result. */
export async function playStep(pair: InteropPair, step: Step): Promise<Played> {
  for (const name of names) pair.newLog(name);
  const ping = await pair.ping();
  // The first packets tell who answers before anything happens.
  await new Promise((done) => setTimeout(done, 100));
  pair.watch.restart();
  const before = { owners: pair.ownersNow(), runs: names.map((name) => runsOf(pair.lab.node(name)).length) };
  const beganNs = Number(process.hrtime.bigint());
  let [owners, error]: [Owners | null, string | null] = [null, null];
  try {
    await step.act(pair);
    owners = await settled(pair, ping, { owners: step.owners, limitMs: restLimitMs });
  } catch (caught) {
    error = (caught as Error).message;
  }
  const restMs = (Number(process.hrtime.bigint()) - beganNs) / 1e6;
  const overlapMs = pair.watch.overlapMs();
  const seen = seenByClient(await ping.stop(), beganNs);
  const lines = names.map((name) => pair.newLog(name));
  return {
    what: step.what,
    error: error ?? objection(step, { ...seen, overlapMs }) ?? miscount(pair, step, { before, after: owners }),
    ...seen,
    restMs,
    overlapMs,
    complaints: both(lines, (of) => of.filter((line) => complaint.test(line) && !usual.test(line))),
    logs: both(lines, (of) => of.slice(-40)),
    owners,
  };
}

function both(lines: readonly (readonly string[])[], pick: (of: readonly string[]) => readonly string[]): string[] {
  return names.flatMap((name, index) => pick(lines[index] ?? []).map((line) => `${name}| ${line}`));
}

function objection(step: Step, seen: Pick<Played, 'silenceMs' | 'moves' | 'overlapMs'>): string | null {
  if (!step.splits && seen.overlapMs > 0) return `two nodes had the same address for ${seen.overlapMs.toFixed(0)} ms`;
  if (step.isQuiet && seen.moves > 0) return `groups changed their owners ${seen.moves} times`;
  if (seen.silenceMs > (step.silenceLimitMs ?? (step.isQuiet ? quietMs : Number.POSITIVE_INFINITY)))
    return `clients were without an answer for ${seen.silenceMs.toFixed(0)} ms`;
  return null;
}

/** What agents did too much or too little in a step that says what is to move; null when that was right. */
function miscount(
  pair: InteropPair,
  { isCounted, isQuiet }: Step,
  { before, after }: { before: { owners: Owners | null; runs: readonly number[] }; after: Owners | null },
): string | null {
  if ((!isCounted && !isQuiet) || before.owners === null || after === null) return null;
  for (const [index, name] of names.entries()) {
    const runs = runsOf(pair.lab.node(name)).slice(before.runs[index]);
    const wrong = objectionTo(runs, pair.members[name], { before: before.owners, after });
    if (wrong !== null) return wrong;
  }
  return null;
}

function seenByClient(log: PingLog, beganNs: number): Pick<Played, 'silenceMs' | 'moves'> {
  const last: (number | undefined)[] = [];
  const firstNs: (number | undefined)[] = [];
  let moves = 0;
  for (const [index, address] of log.address.entries()) {
    const ttl = log.ttl[index];
    if (last[address] !== undefined && last[address] !== ttl) moves += 1;
    last[address] = ttl;
    firstNs[address] ??= log.atNs[index] ?? 0;
  }
  // Of a group that nobody served before, the wait counts from the beginning.
  const waits = names.map((_, index) => ((firstNs[index] ?? Number.POSITIVE_INFINITY) - beganNs) / 1e6);
  const gaps = longestGaps(log).map((gap) => gap?.ms ?? 0);
  return { silenceMs: Math.max(...waits, ...gaps), moves };
}
