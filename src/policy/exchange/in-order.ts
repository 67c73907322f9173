/**
 * Messages of the exchange, in the order in which they were sent. Heartbeat's wire delivers a retransmitted message after
 * its successors; of two words about who holds what the older must not come last.
 */

interface Waiting<T> {
  readonly seq: number;
  readonly value: T;
}

/** More than any exchange has in flight. */
const waitingMax = 256;

export class InOrder<T> {
  private waiting: Waiting<T>[] = [];
  private last = 0;

  /** Adds a message by its sequence number. One older than what was given already comes too late and is dropped. */
  add(seq: number, value: T): void {
    if (seq <= this.last) return;
    this.waiting.push({ seq, value });
    this.waiting.sort((a, b) => a.seq - b.seq);
    if (this.waiting.length > waitingMax) this.waiting.shift();
  }

  /** Gives, and forgets, what has nothing missing before it. `lowestMissing` is null when nothing is missing at all. */
  take(lowestMissing: number | null): T[] {
    if (this.waiting.length === 0) return [];
    const ready = this.waiting.filter(({ seq }) => lowestMissing === null || seq < lowestMissing);
    this.waiting = this.waiting.slice(ready.length);
    this.last = ready.at(-1)?.seq ?? this.last;
    return ready.map(({ value }) => value);
  }

  /** A new incarnation counts from 1 again. */
  clear(): void {
    this.waiting = [];
    this.last = 0;
  }
}
