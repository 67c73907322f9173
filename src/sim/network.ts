/** The simulated links: each directed pair of nodes loses, doubles, delays and spoils packets, or is cut. */
import type { Milliseconds } from '../events.js';
import type { Dice } from './dice.js';

/** How a link treats packets while nothing is wrong with it. Probabilities from 0 to 1, times in milliseconds. */
export interface LinkQuality {
  readonly loss: number;
  readonly duplication: number;
  /** One byte changed: authentication must find it. */
  readonly corruption: number;
  readonly delayMs: Milliseconds;
  /** Up to this much more, at random: packets overtake one another. */
  readonly jitterMs: Milliseconds;
  /** Broadcast media give a node its own packets back. */
  readonly loopback: boolean;
}

export const perfectLink: LinkQuality = {
  loss: 0,
  duplication: 0,
  corruption: 0,
  delayMs: 0.2,
  jitterMs: 0,
  loopback: false,
};

/** Loss from which a pair no longer counts as hearing each other: heartbeats then come too rarely to rely on. */
export const deafLoss = 0.25;

/** Puts a packet on its way: called once for each copy that arrives. */
export type Deliver = (to: number, link: number, delayMs: Milliseconds, bytes: Uint8Array) => void;

/** Nodes and links are numbers here, from 0, in the order of the configuration. */
export class Network {
  /** By link and directed pair: how many faults cut it now. */
  private readonly cuts: Uint8Array;
  /** By link and directed pair: probability of loss now. */
  private readonly losses: Float64Array;

  constructor(
    readonly nodeCount: number,
    readonly links: readonly LinkQuality[],
    private readonly dice: Dice,
  ) {
    const size = links.length * nodeCount * nodeCount;
    this.cuts = new Uint8Array(size);
    this.losses = new Float64Array(size);
    this.calm();
  }

  /** Cuts one direction of a link between two nodes; cuts add up, each needs its own `mend`. */
  cut(link: number, from: number, to: number): void {
    const place = this.place(link, from, to);
    this.cuts[place] = (this.cuts[place] as number) + 1;
  }

  /** Takes one cut back. */
  mend(link: number, from: number, to: number): void {
    const place = this.place(link, from, to);
    this.cuts[place] = Math.max(0, (this.cuts[place] as number) - 1);
  }

  /** Mends every cut and ends every storm. */
  heal(): void {
    this.cuts.fill(0);
    this.calm();
  }

  /** Sets the loss of one direction of a link between two nodes. */
  storm(link: number, from: number, to: number, loss: number): void {
    this.losses[this.place(link, from, to)] = loss;
  }

  /** Gives every link its usual loss again. */
  calm(): void {
    const pairs = this.nodeCount * this.nodeCount;
    for (let link = 0; link < this.links.length; link++)
      this.losses.fill(this.quality(link).loss, link * pairs, (link + 1) * pairs);
  }

  /** Whether packets of `from` reach `to` on some link, mostly. */
  reaches(from: number, to: number): boolean {
    for (let link = 0; link < this.links.length; link++) {
      const place = this.place(link, from, to);
      if (this.cuts[place] === 0 && (this.losses[place] as number) < deafLoss) return true;
    }
    return false;
  }

  /** Sends one packet on one link to all others, and back to the sender where the link does so. */
  send(link: number, from: number, bytes: Uint8Array, deliver: Deliver): void {
    const { loopback, duplication } = this.quality(link);
    for (let to = 0; to < this.nodeCount; to++) {
      if (to === from && !loopback) continue;
      const place = this.place(link, from, to);
      if (this.cuts[place] !== 0 || this.dice.chance(this.losses[place] as number)) continue;
      this.carry(link, to, bytes, deliver);
      if (this.dice.chance(duplication)) this.carry(link, to, bytes, deliver);
    }
  }

  private carry(link: number, to: number, bytes: Uint8Array, deliver: Deliver): void {
    const { delayMs, jitterMs, corruption } = this.quality(link);
    const delay = jitterMs > 0 ? delayMs + jitterMs * this.dice.fraction() : delayMs;
    deliver(to, link, delay, this.dice.chance(corruption) ? this.spoil(bytes) : bytes);
  }

  private spoil(bytes: Uint8Array): Uint8Array {
    // Not bytes.slice(): of a Buffer that is a window, and the others would get the spoilt bytes too.
    const copy = Uint8Array.from(bytes);
    const index = this.dice.integer(0, copy.length - 1);
    copy[index] = (copy[index] as number) ^ this.dice.integer(1, 255);
    return this.dice.chance(0.2) ? copy.subarray(0, index) : copy;
  }

  private place(link: number, from: number, to: number): number {
    return (link * this.nodeCount + from) * this.nodeCount + to;
  }

  private quality(link: number): LinkQuality {
    return this.links[link] as LinkQuality;
  }
}
