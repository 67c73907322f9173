/**
 * What this node thinks of itself as a home for a group. After a failed start it is *banned* for a while, longer after every
 * further one; then, or when the group has failed too often while it ran, it is in *doubt*: it gets the group only where no
 * other node can have it. So one broken node is left alone, and a group that failed everywhere is still tried again.
 */
import type { Milliseconds } from '../events.js';

/** After the first failed start; twice as long after each further one, up to the longest. */
export const firstBanMs = 30_000;
const longestBanMs = 600_000;

export class Verdict {
  private text: string | null = null;
  private bannedUntil: Milliseconds = Number.NEGATIVE_INFINITY;
  private failedStarts = 0;
  private banned = false;

  /** Why the group must not be started here now, or null. */
  get ban(): string | null {
    return this.banned ? this.text : null;
  }

  /** Why any other node is better, or null. A ban is no doubt. */
  get doubt(): string | null {
    return this.banned ? null : this.text;
  }

  /** A start failed. Gives for how long the group is not started here. */
  banFor(text: string, at: Milliseconds): Milliseconds {
    const banMs = Math.min(firstBanMs * 2 ** this.failedStarts, longestBanMs);
    this.failedStarts += 1;
    this.text = text;
    this.banned = true;
    this.bannedUntil = at + banMs;
    return banMs;
  }

  /** It has failed too often while it ran. */
  cast(text: string): void {
    if (!this.banned) this.text = text;
  }

  /** It has come up: the next failed start is a first one. */
  clearStarts(): void {
    this.failedStarts = 0;
    this.banned = false;
  }

  /** Ends a ban whose time is over. Gives true when it did. */
  expire(at: Milliseconds): boolean {
    if (!this.banned || at < this.bannedUntil) return false;
    this.banned = false;
    return true;
  }

  forget(): void {
    this.text = null;
    this.banned = false;
    this.failedStarts = 0;
  }

  nextDeadline(): Milliseconds {
    return this.banned ? this.bannedUntil : Number.POSITIVE_INFINITY;
  }
}
