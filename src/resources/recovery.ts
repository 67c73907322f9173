/** A restart in place: where it begins, and when. */
import type { Milliseconds } from '../events.js';

/** Pause before the first restart beyond the threshold; twice as long before each further one, up to the longest. */
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

export class Recovery {
  /** The leftmost step that has to be restarted. */
  step = Number.POSITIVE_INFINITY;
  /** Not before. */
  from: Milliseconds = 0;
  isWanted = false;
  isGoingDown = false;

  begin(step: number, from: Milliseconds): void {
    this.step = Math.min(this.step, step);
    this.from = from;
    this.isWanted = false;
  }

  end(): void {
    this.step = Number.POSITIVE_INFINITY;
    this.isWanted = false;
    this.isGoingDown = false;
  }

  /** How long to wait before a resource that has failed `count` times is restarted once more. */
  static pauseMs(count: number, threshold: number): Milliseconds {
    const beyond = count - Math.max(1, threshold);
    return beyond < 0 ? 0 : Math.min(firstPauseMs * 2 ** beyond, longestPauseMs);
  }
}
