/** Keeps how late the loop was: the longest lag since the start, and in the last seconds. */
import type { Milliseconds } from './events.js';

/** Length of the recent past, in two halves: what is older than the first is forgotten. */
const halfMs = 5000;

export class Lag {
  /** Since the start. */
  maxMs: Milliseconds = 0;
  private since: Milliseconds = Number.NEGATIVE_INFINITY;
  private current: Milliseconds = 0;
  private previous: Milliseconds = 0;

  note(lagMs: Milliseconds, at: Milliseconds): void {
    this.turn(at);
    this.maxMs = Math.max(this.maxMs, lagMs);
    this.current = Math.max(this.current, lagMs);
  }

  /** The longest lag of the last 5 to 10 s. */
  recentMaxMs(at: Milliseconds): Milliseconds {
    this.turn(at);
    return Math.max(this.current, this.previous);
  }

  private turn(at: Milliseconds): void {
    if (at < this.since + halfMs) return;
    this.previous = at < this.since + 2 * halfMs ? this.current : 0;
    this.current = 0;
    this.since = at;
  }
}
