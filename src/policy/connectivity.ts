/**
 * Which nodes reach the world: members compared by the ping nodes they reach. What ipfail does for two nodes, for any
 * number. A node that surely reaches more is a better place; a doubt never moves anything.
 */
import type { Connectivity, Reach } from '../membership/ping-nodes.js';

/** What is compared of a member. Empty connectivity: it has no ping nodes, and is neither better nor worse than another. */
export interface Connected {
  readonly name: string;
  readonly connectivity: Connectivity;
}

interface Count {
  /** Surely reached. */
  readonly least: number;
  /** Perhaps reached. */
  readonly most: number;
}

/** Members compared, each with all others. */
export class Comparison {
  private readonly counts = new Map<string, Count>();
  /** Ping nodes that all of them ask: the others say nothing about who is better. */
  private readonly shared: readonly string[];
  private best: { readonly name: string; readonly least: number } | null = null;

  constructor(members: readonly Connected[]) {
    const connected = members.filter(({ connectivity }) => connectivity.size > 0);
    const [first, ...others] = connected;
    this.shared = [...(first?.connectivity.keys() ?? [])].filter((name) =>
      others.every(({ connectivity }) => connectivity.has(name)),
    );
    for (const { name, connectivity } of connected) {
      const count = this.count(connectivity);
      this.counts.set(name, count);
      if (this.best === null || count.least > this.best.least) this.best = { name, least: count.least };
    }
  }

  /** Why the member is a worse place than another, or null. Never all members are. */
  whyWorse(name: string): string | null {
    const count = this.counts.get(name);
    if (count === undefined || this.best === null || count.most >= this.best.least) return null;
    return `${this.best.name} reaches ${this.best.least} of ${this.shared.length} ping nodes, ${name} reaches ${count.most}`;
  }

  /** Whether the member surely reaches as many as any does: something may be moved to it for that. */
  isBest(name: string): boolean {
    return this.counts.get(name)?.least === this.best?.least;
  }

  /** Whether moving from one member to another might be moving to a worse place. */
  mayBeWorse(name: string, than: string): boolean {
    const [to, from] = [this.counts.get(name), this.counts.get(than)];
    return to !== undefined && from !== undefined && to.least < from.most;
  }

  private count(connectivity: Connectivity): Count {
    let [least, most] = [0, 0];
    for (const name of this.shared) {
      const reach: Reach | undefined = connectivity.get(name);
      if (reach === 'reached') least += 1;
      if (reach !== 'dead') most += 1;
    }
    return { least, most };
  }
}
