/** What many runs come to, and the language between seeds.ts and its workers. */
import type { RunResult, Violation } from '../../src/sim/random-run.js';

/** To a worker: play these seeds. `nodes`: how many, or null for a random number. */
export interface Order {
  readonly from: number;
  readonly count: number;
  readonly nodes: number | null;
}

/** From a worker: what came of its order. At most one violation a seed. */
export interface Report {
  readonly tally: Tally;
  readonly violations: Violation[];
}

export interface Tally {
  seeds: number;
  failedSeeds: number;
  simulatedMs: number;
  events: number;
  sends: number;
  sendsPeak: number;
  /** Double ownerships that only fencing could prevent. */
  stuck: number;
  paused: number;
  /** Moves of groups for the sake of ping nodes. */
  pingMoves: number;
}

export function emptyTally(): Tally {
  return {
    seeds: 0,
    failedSeeds: 0,
    simulatedMs: 0,
    events: 0,
    sends: 0,
    sendsPeak: 0,
    stuck: 0,
    paused: 0,
    pingMoves: 0,
  };
}

export function tallyRun(tally: Tally, result: RunResult): void {
  addTally(tally, {
    seeds: 1,
    failedSeeds: result.violations.length > 0 ? 1 : 0,
    simulatedMs: result.simulatedMs,
    events: result.events,
    sends: result.sends,
    sendsPeak: result.sendsPeak,
    stuck: result.excused.stuck,
    paused: result.excused.paused,
    pingMoves: result.pingMoves,
  });
}

export function addTally(tally: Tally, more: Tally): void {
  tally.seeds += more.seeds;
  tally.failedSeeds += more.failedSeeds;
  tally.simulatedMs += more.simulatedMs;
  tally.events += more.events;
  tally.sends += more.sends;
  tally.sendsPeak = Math.max(tally.sendsPeak, more.sendsPeak);
  tally.stuck += more.stuck;
  tally.paused += more.paused;
  tally.pingMoves += more.pingMoves;
}

/** One line for humans. */
export function describeTally(tally: Tally): string {
  const hours = (tally.simulatedMs / 3_600_000).toFixed(1);
  return (
    `${tally.seeds} seeds, ${tally.failedSeeds} failed; ${hours} simulated hours, ${tally.events} events, ` +
    `at most ${tally.sendsPeak} packets of a node in a keepalive; ` +
    `${tally.pingMoves} moves for ping nodes; ` +
    `only fencing would have prevented ${tally.stuck} double ownerships by a failed stop, ${tally.paused} by a pause`
  );
}
