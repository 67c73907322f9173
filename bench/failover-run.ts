/** One measurement: two nodes, a pinging client, one event. */

import { startPinging } from '../test/lab/ping-client.js';
import { firstAnswers, handovers, longestGaps, oldAfterNew, type PingLog } from '../test/lab/ping-log.js';
import type { Contest, Contestant, ContestEvents, ContestOptions } from './contestant.js';

export const scenarios = ['power-off', 'stop', 'move', 'quiet'] as const;
export type Scenario = (typeof scenarios)[number];

export interface FailoverCase extends ContestOptions {
  readonly scenario: Scenario;
  /** How long a quiet run lasts. */
  readonly quietMs: number;
}

export interface FailoverRun {
  /** From the last answer of the old owner to the first one of the new, for the unluckiest address; null where there is no event. */
  readonly outageMs: number | null;
  /** The longest silence of any address at any time: more than the outage when the client lost sight once more. */
  readonly longestSilenceMs: number;
  /** From the event to the first answer of the new owner for the first and for the last address; null where there is no event. */
  readonly firstAnswerMs: number | null;
  readonly lastAnswerMs: number | null;
  /** Answers of the old owner after the first one of the new owner, over all addresses. */
  readonly oldAfterNew: number;
  /** Nodes declared dead that were alive. */
  readonly falseDeaths: number;
  readonly lateHeartbeats: number;
  /** How late the pinging process was to its own clock, at most: the error of this measurement. */
  readonly clientLatenessMs: number;
}

const before = 500;
const after = 300;
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Measures once. Rejects, with nothing left behind, when the new owner does not answer for every address within a minute. */
export async function runFailover(contestant: Contestant, testCase: FailoverCase): Promise<FailoverRun> {
  const contest = await contestant.start(testCase);
  try {
    const ping = await startPinging(contest.lab, { addresses: testCase.addresses });
    await ping.answeredBy(contest.owner.ttl, 60_000);
    await sleep(before);
    // What happened while they started is no part of it: two nodes need not start within one deadtime.
    const started = contest.events();
    const eventNs = await cause(contest, testCase);
    const takesOver = testCase.scenario !== 'quiet';
    if (takesOver) await ping.answeredBy(contest.other.ttl, 60_000);
    await sleep(after);
    return judge(contest, testCase, { log: await ping.stop(), eventNs, started });
  } finally {
    await contest.lab.close();
  }
}

/** Makes the event happen; gives its moment (ns). */
async function cause(contest: Contest, { scenario, quietMs }: FailoverCase): Promise<number> {
  if (scenario === 'power-off') return Number(contest.owner.powerOff());
  const eventNs = Number(process.hrtime.bigint());
  if (scenario === 'stop') contest.stopOwner();
  if (scenario === 'move') await contest.move?.();
  if (scenario === 'quiet') await sleep(quietMs);
  return eventNs;
}

interface Observed {
  readonly log: PingLog;
  readonly eventNs: number;
  /** What was logged before. */
  readonly started: ContestEvents;
}

function judge(contest: Contest, { scenario }: FailoverCase, { log, eventNs, started }: Observed): FailoverRun {
  const [oldTtl, newTtl] = [contest.owner.ttl, contest.other.ttl];
  const { deaths, lateHeartbeats } = contest.events();
  const victims = scenario === 'power-off' ? 1 : 0;
  const answers =
    scenario === 'quiet'
      ? []
      : firstAnswers(log, newTtl, 0).flatMap((at) => (at === null ? [] : [(at - eventNs) / 1e6]));
  return {
    outageMs:
      scenario === 'quiet' ? null : Math.max(...handovers(log, { oldTtl, newTtl }).map((gap) => gap?.ms ?? Infinity)),
    longestSilenceMs: Math.max(...longestGaps(log).map((gap) => gap?.ms ?? 0)),
    firstAnswerMs: answers.length > 0 ? Math.min(...answers) : null,
    lastAnswerMs: answers.length > 0 ? Math.max(...answers) : null,
    oldAfterNew: oldAfterNew(log, { oldTtl, newTtl }),
    falseDeaths: Math.max(0, deaths.length - started.deaths.length - victims),
    lateHeartbeats: lateHeartbeats - started.lateHeartbeats,
    clientLatenessMs: log.worstLatenessMs,
  };
}
