/** What all groups of this node together are, for the others and for the view. */
import type { GroupConfig } from '../config/types.js';
import type { Milliseconds } from '../events.js';
import type { Phase } from '../membership/announcement.js';
import type { Claim } from '../membership/claims.js';
import type { Adoption } from './adoption.js';
import type { Group } from './group.js';
import type { Outbox } from './outbox.js';

/** What this node claims, by group id. */
export function claimsOf(groups: readonly Group[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const group of groups) {
    const claim = group.claim();
    if (claim !== null) claims.set(claim.group, claim);
  }
  return claims;
}

/** What of a group keeps it from running here, each by ids. */
export interface Troubles {
  /** Must not be started here now. */
  readonly failures: ReadonlySet<string>;
  /** Any other node should rather have them. */
  readonly doubts: ReadonlySet<string>;
  /** Have failed here while they ran, and wait for what is to be done about it. */
  readonly broken: ReadonlySet<string>;
}

export function troublesOf(groups: readonly Group[]): Troubles {
  const those = (fits: (group: Group) => boolean) => new Set(groups.filter(fits).map(({ config }) => config.id));
  return {
    failures: those(({ failure }) => failure !== null),
    doubts: those(({ doubt }) => doubt !== null),
    broken: those(({ phase }) => phase === 'broken' || phase === 'recovering'),
  };
}

/** Terms of the claims to what may run here, by group id: what is kept on disk. */
export function heldTerms(groups: readonly Group[]): Record<string, number> {
  const terms: Record<string, number> = {};
  for (const group of groups) if (group.holds && group.claim() !== null) terms[group.config.id] = group.term;
  return terms;
}

/** What to do with a group that is found running at the start, given what the daemon before held. */
export function adoptionOf(
  config: GroupConfig,
  held: Readonly<Record<string, number>>,
  surroundings: { handsOff(config: GroupConfig, mustGiveUp: boolean): string | null },
): Adoption | null {
  const term = held[config.id] ?? null;
  const reason = surroundings.handsOff(config, false);
  if (reason !== null) return { term: term ?? 0, whatever: true, reason };
  return term === null ? null : { term, whatever: false, reason: 'the daemon before this one started it' };
}

/** Puts back what something took away, as far as that is for this node to do now. */
export function healAll(
  groups: readonly Group[],
  out: Outbox,
  { resources, text, at }: { readonly resources: readonly string[]; readonly text: string; readonly at: Milliseconds },
  surroundings: { handsOff(config: GroupConfig, mustGiveUp: boolean): string | null },
): void {
  const names = new Set(resources);
  for (const group of groups.filter(({ isUp }) => isUp)) {
    const lost = group.config.resources.filter(({ name }) => names.has(name));
    group.upkeep.healing.lose(out, lost, text, at);
    if (surroundings.handsOff(group.config, false) === null) group.heal(out, at);
  }
}

/** Whether it is not known of every group yet whether it runs here. */
export function isProbing(groups: readonly Group[]): boolean {
  return groups.some(({ phase }) => phase === 'unknown' || phase === 'probing');
}

/** What a node with these groups announces of its own life. */
export function phaseOf(groups: readonly Group[], isLeaving: boolean): Phase {
  if (isLeaving) return 'leaving';
  return isProbing(groups) ? 'probing' : 'ready';
}
