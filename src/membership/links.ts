/** The state of every link to one node, each by itself. */
import type { Milliseconds } from '../events.js';

interface Link {
  up: boolean;
  lastHeardAt: Milliseconds;
  /** Highest sequence number that came over this link: an older one is late or replayed and proves nothing about the link. */
  lastSeq: number;
}

/** A link that changed. */
export interface LinkChange {
  readonly link: string;
  readonly state: 'up' | 'dead';
}

export class Links {
  private readonly links = new Map<string, Link>();

  constructor(names: readonly string[]) {
    for (const name of names) this.links.set(name, { up: false, lastHeardAt: Number.NEGATIVE_INFINITY, lastSeq: 0 });
  }

  /** A packet with sequence number `seq` came over `name`. Gives the change when the link comes up by it. */
  heard(name: string, seq: number, at: Milliseconds): LinkChange | null {
    const link = this.links.get(name);
    if (link === undefined || seq <= link.lastSeq) return null;
    link.lastSeq = seq;
    link.lastHeardAt = at;
    if (link.up) return null;
    link.up = true;
    return { link: name, state: 'up' };
  }

  /** Marks links dead that were silent for `deadtimeMs`; gives those that changed. */
  expire(at: Milliseconds, deadtimeMs: Milliseconds): LinkChange[] {
    const changes: LinkChange[] = [];
    for (const [name, link] of this.links) {
      if (!link.up || at < link.lastHeardAt + deadtimeMs) continue;
      link.up = false;
      changes.push({ link: name, state: 'dead' });
    }
    return changes;
  }

  /** When the next link may have to be marked dead. */
  nextDeadline(deadtimeMs: Milliseconds): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const link of this.links.values()) if (link.up) next = Math.min(next, link.lastHeardAt + deadtimeMs);
    return next;
  }

  /** A new incarnation counts its packets from 1 again. */
  restart(): void {
    for (const link of this.links.values()) link.lastSeq = 0;
  }

  /** Time in which this node could not listen is no silence of the others. */
  forgive(lateMs: Milliseconds): void {
    for (const link of this.links.values()) link.lastHeardAt += lateMs;
  }

  /** Names of the links that are up. */
  up(): string[] {
    return [...this.links].filter(([, link]) => link.up).map(([name]) => name);
  }

  /** Every link with its state, in configured order. */
  all(): { name: string; state: 'up' | 'dead' }[] {
    return [...this.links].map(([name, link]) => ({ name, state: link.up ? 'up' : 'dead' }));
  }
}
