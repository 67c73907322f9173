/** The packets of one sender that have not arrived though later ones have, and when to ask for them. */
import type { Milliseconds } from '../events.js';

/**
 * How often a packet is asked for before it is given up. With Heartbeat's interval of 250 ms that is ten seconds, long
 * enough for a sender that sends at most 50 packets a second again to work off a gap of 250.
 */
export const requestLimit = 40;

/** How far behind the newest packet a missing one may be before it is given up, as Heartbeat does with gaps. */
export const gapLimit = 250;

/** The least wait before the first request: real nodes send out of order on a perfect network. */
const leastWaitMs = 50;

interface Request {
  nextAt: Milliseconds;
  made: number;
}

export class Missing {
  // Numbers only ever arrive in ascending order, so the first key is the lowest.
  readonly #requests = new Map<number, Request>();
  readonly #intervalMs: Milliseconds;
  readonly #random: () => number;

  /** `maxRexmitDelayMs`: longest wait before the first request, and the interval of the further ones. `random`: 0 to 1. */
  constructor({
    maxRexmitDelayMs,
    random,
  }: { readonly maxRexmitDelayMs: Milliseconds; readonly random: () => number }) {
    this.#intervalMs = Math.max(1, maxRexmitDelayMs);
    this.#random = random;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** The lowest missing number, or null. */
  get lowest(): number | null {
    for (const seq of this.#requests.keys()) return seq;
    return null;
  }

  /** Notes first..last as missing from now on; each waits its own random time, so that not all nodes ask at once. */
  add(first: number, last: number, at: Milliseconds): void {
    const leastMs = this.#intervalMs < 2 * leastWaitMs ? 0 : leastWaitMs;
    for (let seq = first; seq <= last; seq++) {
      this.#requests.set(seq, { nextAt: at + leastMs + this.#random() * (this.#intervalMs - leastMs), made: 0 });
    }
  }

  /** Takes a number off the list; false when it was not on it. */
  delete(seq: number): boolean {
    return this.#requests.delete(seq);
  }

  /** Gives up every number below `seq`. */
  deleteBelow(seq: number): void {
    for (const missing of this.#requests.keys()) {
      if (missing >= seq) return;
      this.#requests.delete(missing);
    }
  }

  clear(): void {
    this.#requests.clear();
  }

  /** The numbers to ask for now. Each is due again an interval later, until it was asked for `requestLimit` times. */
  due(at: Milliseconds): number[] {
    const due: number[] = [];
    for (const [seq, request] of this.#requests) {
      if (request.nextAt > at) continue;
      if (request.made === requestLimit) {
        this.#requests.delete(seq);
        continue;
      }
      request.made += 1;
      request.nextAt = at + this.#intervalMs;
      due.push(seq);
    }
    return due;
  }

  /** When `due` is next to be called; Infinity when nothing is missing. */
  get nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const { nextAt } of this.#requests.values()) next = Math.min(next, nextAt);
    return next;
  }
}
