/** One simulated computer: its clock, its disk, its power, its resources, and the daemon's core that runs on it. */
import type { Cluster } from '../cluster.js';
import type { ClusterConfig } from '../config/types.js';
import type { Event, Milliseconds, SavedState } from '../events.js';
import type { Machine } from './machine.js';

/** Packets the kernel keeps for a process that does not read; the rest is lost. */
export const inboxLimit = 200;

/** `off`: no daemon runs, for whatever reason. `paused`: it exists but gets no processor time (SIGSTOP, a starved or suspended machine). */
export type NodeState = 'off' | 'running' | 'paused';

/** A packet or result that waits for a paused node. */
export type Waiting =
  | { readonly type: 'packet'; readonly link: number; readonly bytes: Uint8Array }
  | { readonly type: 'event'; readonly make: (at: Milliseconds) => Event };

export class SimNode {
  state: NodeState = 'off';
  core: Cluster | null = null;
  /** Told to stop, and not off yet. */
  leaving = false;
  /** Counts daemons started here: what was meant for an earlier one is dropped. */
  incarnation = 0;
  /** World time of the pending tick; Infinity when there is none. */
  tickAt: Milliseconds = Number.POSITIVE_INFINITY;
  inbox: Waiting[] = [];
  /** World time at which the node last resumed, and how far its own clock fell back then. */
  resumedAt = Number.NEGATIVE_INFINITY;
  frozenMs = 0;
  /** By link: whether the medium is open. */
  readonly open: boolean[];

  /** The disk survives everything. */
  generation = 0;
  saved: SavedState = { directives: '', generations: {}, held: {} };
  /** Counts what was to be saved, and what was the last of it that came to the disk. */
  saves = 0;
  savesDone = 0;
  /** Its own files, where they differ from those of the others. */
  drifted: ClusterConfig | null = null;

  constructor(
    readonly index: number,
    readonly name: string,
    readonly machine: Machine,
    linkCount: number,
    private readonly clock: { offsetMs: Milliseconds; readonly rate: number },
    readonly uuid: string,
  ) {
    this.open = new Array<boolean>(linkCount).fill(false);
  }

  /** The node's own monotonic time at a moment of the world. */
  localTime(worldMs: Milliseconds): Milliseconds {
    return worldMs * this.clock.rate + this.clock.offsetMs;
  }

  /** The world's time at a moment of the node's clock. */
  worldTime(localMs: Milliseconds): Milliseconds {
    return (localMs - this.clock.offsetMs) / this.clock.rate;
  }

  /** Sets the node's clock back: a suspended machine's monotonic clock stands still. */
  freezeClock(durationMs: Milliseconds): void {
    this.clock.offsetMs -= durationMs * this.clock.rate;
  }
}
