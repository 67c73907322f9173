/** The main promise: no group on two nodes at once. Watches what is really up, never what a core believes. */
import type { Milliseconds } from '../events.js';
import type { SimNode } from './node.js';
import { Bystander } from './observer.js';
import type { World } from './world.js';

/** Why two owners at once are nobody's fault. */
export type Excuse = 'stuck' | 'paused';

export interface OwnershipRules {
  /** With three nodes or more no two may ever hold a group, connected or not. */
  readonly quorum: boolean;
  /** How long two nodes that hear each other may need to notice it and for one to give up. */
  readonly graceMs: Milliseconds;
  /** A node whose clock stood still may believe in its lease for that long. */
  readonly deadtimeMs: Milliseconds;
  readonly violated: (text: string) => void;
}

/**
 * Two rules. (1) Two nodes that hear each other both ways never hold a group together for longer than the grace since
 * they began to hear each other, or since the second took it. (2) With quorum two nodes never hold a group together at all.
 * Excused, as nothing but fencing could help: a node that is paused, or resumed within the grace; a node where a
 * stop of the group failed or hangs.
 */
export class Ownership extends Bystander {
  readonly excused: Record<Excuse, number> = { stuck: 0, paused: 0 };
  /** By group and pair: since when both hold it and hear each other. */
  private readonly together = new Map<string, Milliseconds>();
  /** Groups and pairs whose excuse was counted. */
  private readonly counted = new Set<string>();
  /** Groups that will be looked at again. */
  private readonly pending = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly rules: OwnershipRules,
  ) {
    super();
  }

  override holding(_at: Milliseconds, _node: SimNode, group: string): void {
    this.review(group);
  }

  override connected(): void {
    for (const { name } of this.world.config.groups) this.review(name);
  }

  private review(group: string): void {
    const nodes = this.world.nodes;
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) this.reviewPair(group, nodes[i] as SimNode, nodes[j] as SimNode);
    }
  }

  private reviewPair(group: string, a: SimNode, b: SimNode): void {
    const key = `${group} ${a.name} ${b.name}`;
    if (!a.machine.holds(group) || !b.machine.holds(group)) {
      this.together.delete(key);
      this.counted.delete(key);
      return;
    }
    this.reviewLater(group);
    const excuses = [this.excuse(group, a), this.excuse(group, b)];
    // A pause of one is over at some time; a stop that fails on the other is not over with it.
    const excuse = excuses.includes('stuck') ? 'stuck' : (excuses[0] ?? excuses[1] ?? null);
    if (excuse !== null) this.count(key, excuse);
    if (this.rules.quorum && excuse === null) {
      this.rules.violated(`${group} is up on ${a.name} and ${b.name} at once, although quorum is in force`);
      return;
    }
    if (!this.world.hearEachOther(a, b)) this.together.delete(key);
    else this.reviewNeighbours(group, a, b, key, excuse);
  }

  private reviewNeighbours(group: string, a: SimNode, b: SimNode, key: string, excuse: Excuse | null): void {
    const { now } = this.world;
    const since = this.together.get(key);
    // From the end of a stuck agent on there is a whole grace again: only then can its node give up.
    if (since === undefined || excuse === 'stuck') {
      this.together.set(key, now);
    } else if (now - since > this.rules.graceMs) {
      const ms = Math.round(now - since);
      this.rules.violated(`${group} is up on ${a.name} and ${b.name}, which have heard each other for ${ms} ms`);
    }
  }

  /** An overlap is looked at again every quarter of the grace, for nothing may happen that would call for it. */
  private reviewLater(group: string): void {
    if (this.pending.has(group)) return;
    this.pending.add(group);
    this.world.at(this.world.now + this.rules.graceMs / 4, () => {
      this.pending.delete(group);
      this.review(group);
    });
  }

  private excuse(group: string, node: SimNode): Excuse | null {
    if (node.machine.stuck(group)) return 'stuck';
    if (node.state === 'paused') return 'paused';
    const trustMs = this.rules.graceMs + (node.frozenMs > 0 ? this.rules.deadtimeMs : 0);
    return this.world.now - node.resumedAt <= trustMs ? 'paused' : null;
  }

  private count(key: string, excuse: Excuse): void {
    if (this.counted.has(key)) return;
    this.counted.add(key);
    this.excused[excuse] += 1;
  }
}
