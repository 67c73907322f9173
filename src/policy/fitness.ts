/**
 * Which nodes are better places than others: first those that reach more ping nodes, among them those of better health. A
 * doubt never moves anything.
 */
import type { HealthFaults } from '../membership/health-words.js';
import { Comparison, type Connected } from './connectivity.js';

/** What is compared of a member. */
export interface Compared extends Connected {
  /** Its health checks that are not surely well. */
  readonly health: HealthFaults;
}

/** What a node's health is at worst and at best: 0 when all is well, else less. */
interface Range {
  readonly least: number;
  readonly most: number;
}

/** Members compared, each with all others. */
export class Fitness {
  private readonly members: ReadonlyMap<string, Compared>;
  private readonly connectivity: Comparison;
  private readonly ranges: ReadonlyMap<string, Range>;
  /** The healthiest of those that surely reach as many ping nodes as any. */
  private readonly best: { readonly name: string; readonly least: number } | null = null;

  constructor(members: readonly Compared[]) {
    this.members = new Map(members.map((member) => [member.name, member]));
    this.connectivity = new Comparison(members);
    this.ranges = new Map(members.map(({ name, health }) => [name, rangeOf(health)]));
    for (const { name, connectivity } of members) {
      const least = this.ranges.get(name)?.least ?? 0;
      // Who has no ping nodes (a Heartbeat does not tell) is neither better nor worse by them.
      if (connectivity.size > 0 && !this.connectivity.isBest(name)) continue;
      if (this.best === null || least > this.best.least) this.best = { name, least };
    }
  }

  /** Why the member is a worse place than another, or null. Never all members are. */
  whyWorse(name: string): string | null {
    const unconnected = this.connectivity.whyWorse(name);
    if (unconnected !== null) return unconnected;
    const range = this.ranges.get(name);
    if (range === undefined || this.best === null || range.most >= this.best.least) return null;
    const failed = failedOf(this.members.get(name)?.health ?? []);
    return `${failedText(failed, name)}, so that its health is ${range.most} and that of ${this.best.name} ${this.best.least}`;
  }

  /** Whether the member is surely as good a place as any: something may be moved to it for that. */
  isBest(name: string): boolean {
    return this.connectivity.isBest(name) && this.ranges.get(name)?.least === this.best?.least;
  }

  /** Why moving from one member to another might be moving to a worse place, or null. */
  whyDoubtful(name: string, than: string): string | null {
    if (this.connectivity.mayBeWorse(name, than)) return `whether ${name} reaches as many ping nodes is not sure yet`;
    const [to, from] = [this.ranges.get(name), this.ranges.get(than)];
    if (to === undefined || from === undefined || to.least >= from.most) return null;
    return `whether ${name} is as well is not sure yet`;
  }
}

/**
 * Why a node can hold nothing, or null: a check of weight `never` has failed there. One that nothing is known of yet lets it
 * keep what it `holds`, for its daemon may only have been restarted, but take nothing.
 */
export function whyUnfit(name: string, health: HealthFaults, holds: boolean): string | null {
  const heavy = health.filter(({ weight }) => weight === null);
  const failed = failedOf(heavy);
  if (failed.length > 0) return failedText(failed, name);
  const undecided = heavy.find(({ state }) => state === 'undecided');
  return undecided === undefined || holds ? null : `check ${undecided.check} says nothing of ${name} yet`;
}

/** What the failed checks take off a node's health: 0 or less, null when it can hold nothing. */
export function scoreOf(health: HealthFaults): number | null {
  const { most } = rangeOf(health);
  return most === Number.NEGATIVE_INFINITY ? null : most;
}

/** Names of the failed checks. */
export function failedOf(health: HealthFaults): string[] {
  return health.filter(({ state }) => state === 'failed').map(({ check }) => check);
}

function failedText(failed: readonly string[], node: string): string {
  return `${failed.length === 1 ? 'check' : 'checks'} ${failed.join(', ')} failed on ${node}`;
}

function rangeOf(health: HealthFaults): Range {
  let [least, most] = [0, 0];
  for (const { state, weight } of health) {
    const cost = weight ?? Number.POSITIVE_INFINITY;
    least -= cost;
    if (state === 'failed') most -= cost;
  }
  return { least, most };
}
