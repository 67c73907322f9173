/** The simulated way from each node to each ping node: whole, or cut. */
import type { Milliseconds } from '../events.js';
import type { Dice } from './dice.js';

/** How echoes come back while nothing is wrong. Probabilities from 0 to 1. */
export interface EchoQuality {
  readonly loss: number;
  readonly duplication: number;
  readonly delayMs: Milliseconds;
  /** Up to this much more, at random. */
  readonly jitterMs: Milliseconds;
}

export const perfectEcho: EchoQuality = { loss: 0, duplication: 0, delayMs: 0.4, jitterMs: 0 };

interface Way {
  /** How many faults cut it now. */
  cuts: number;
  /** When it was cut or mended last, so that it changed. */
  changedAt: Milliseconds;
  /** When it was lost last, not counting mends too short for an answer to come of them. */
  lostAt: Milliseconds;
}

/** Ping nodes are asked five times in their dead time: a mend that is shorter than that may bring no answer. */
const asksPerDeadping = 5;

/** Nodes and ping nodes are numbers here, from 0, in the order of the configuration. */
export class PingNet {
  private readonly ways: readonly (readonly Way[])[];
  /** How often a way was cut or mended. */
  changes = 0;

  constructor(
    nodeCount: number,
    readonly names: readonly string[],
    private readonly quality: EchoQuality,
    private readonly dice: Dice | null,
    private readonly deadpingMs: Milliseconds = 0,
  ) {
    const way = (): Way => ({ cuts: 0, changedAt: Number.NEGATIVE_INFINITY, lostAt: Number.NEGATIVE_INFINITY });
    this.ways = Array.from({ length: nodeCount }, () => names.map(way));
  }

  /** Cuts a node off a ping node; cuts add up, each needs its own `mend`. */
  cut(node: number, ping: number, at: Milliseconds): void {
    const way = this.way(node, ping);
    way.cuts += 1;
    if (way.cuts !== 1) return;
    const wholeMs = at - way.changedAt;
    if (wholeMs > this.deadpingMs / asksPerDeadping) way.lostAt = at;
    this.note(way, at);
  }

  mend(node: number, ping: number, at: Milliseconds): void {
    const way = this.way(node, ping);
    if (way.cuts === 0) return;
    way.cuts -= 1;
    if (way.cuts === 0) this.note(way, at);
  }

  /** Mends everything. */
  heal(at: Milliseconds): void {
    for (const way of this.ways.flat()) {
      if (way.cuts > 0) this.note(way, at);
      way.cuts = 0;
    }
  }

  /** How long after its request each echo comes; none when the way is cut or the echo lost. */
  echoes(node: number, ping: number): Milliseconds[] {
    if (this.way(node, ping).cuts > 0) return [];
    const { dice } = this;
    const { delayMs, jitterMs, loss, duplication } = this.quality;
    if (dice === null) return [delayMs];
    if (dice.chance(loss)) return [];
    const delay = () => delayMs + jitterMs * dice.fraction();
    return dice.chance(duplication) ? [delay(), delay()] : [delay()];
  }

  /**
   * How many of the ping nodes the node may be believed to reach when it is compared with `other`: its way is whole, or it
   * was since `sinceMs`, and longer than that of the other. (A ping node that dies is lost by both at the same moment.)
   */
  mayReach(node: number, other: number, sinceMs: Milliseconds): number {
    return this.names.filter((_name, ping) => {
      const [own, its] = [this.way(node, ping), this.way(other, ping)];
      if (own.cuts === 0) return true;
      return own.changedAt >= sinceMs && (its.cuts === 0 || own.lostAt > its.lostAt);
    }).length;
  }

  /** How many of them it reached all the time since `sinceMs`. */
  reachedThroughout(node: number, sinceMs: Milliseconds): number {
    return this.names.filter((_name, ping) => {
      const { cuts, changedAt } = this.way(node, ping);
      return cuts === 0 && changedAt < sinceMs;
    }).length;
  }

  private note(way: Way, at: Milliseconds): void {
    way.changedAt = at;
    this.changes += 1;
  }

  private way(node: number, ping: number): Way {
    return this.ways[node]?.[ping] as Way;
  }
}
