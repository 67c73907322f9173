/** Which numbers of a sequence were seen, and how many were not. */

/** A jump further than this is no loss but another sequence: Heartbeat forgets what it knew then, too. */
const gapMax = 250;
/** Missing numbers that are remembered, in case they come late. */
const missingMax = 10_000;

export class Sequence {
  private first = 0;
  private last = 0;
  /** Numbers that were given up because too many were missing. */
  private forgotten = 0;
  private spanBefore = 0;
  private readonly missing = new Set<number>();

  /** A packet with this number was seen. */
  saw(seq: number): void {
    if (this.last === 0) this.first = seq;
    if (seq <= this.last) {
      this.missing.delete(seq);
      return;
    }
    const gap = this.last === 0 ? 0 : seq - this.last - 1;
    if (gap > gapMax || this.missing.size + gap > missingMax) this.forgotten += gap;
    else for (let one = this.last + 1; one < seq; one++) this.missing.add(one);
    this.last = seq;
  }

  /** The sender began to count anew; what was lost before stays lost. */
  restart(): void {
    this.spanBefore = this.span;
    this.forgotten = this.lost;
    this.missing.clear();
    this.last = 0;
  }

  /** Numbers between the first and the last that were not seen. */
  get lost(): number {
    return this.missing.size + this.forgotten;
  }

  /** Numbers from the first to the last. */
  get span(): number {
    return this.spanBefore + (this.last === 0 ? 0 : this.last - this.first + 1);
  }
}
