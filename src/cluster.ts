/** Assembles the stages into one pure machine. The only file that sees all of them. */
import type { AuthKeys, ClusterConfig } from './config/types.js';
import type { Effect, Event, Milliseconds } from './events.js';
import type { Status } from './status.js';

/** The pure core of one node. `step` is the only thing that changes its state. */
export interface Cluster {
  /** Takes one event, gives what is to be done, in order. */
  step(event: Event): Effect[];
  /** When `step({type: 'tick'})` wants to be called next (ms, same clock as events' `at`); Infinity = not at all. */
  nextDeadline(): Milliseconds;
  /** The state for display. `at` and `wallMs` are the same moment on both clocks. */
  status(at: Milliseconds, wallMs: number): Status;
}

/** Makes the core of node `self`. It does nothing before its `start` event. */
export function createCluster(_options: { self: string; config: ClusterConfig; auth: AuthKeys }): Cluster {
  throw new Error('still to be assembled');
}
