/** What all groups of this node together are, for the others and for the view. */
import type { Phase } from '../membership/announcement.js';
import type { Claim } from '../membership/claims.js';
import type { Group } from './group.js';

/** What this node claims, by group id. */
export function claimsOf(groups: readonly Group[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const group of groups) {
    const claim = group.claim();
    if (claim !== null) claims.set(claim.group, claim);
  }
  return claims;
}

/** Ids of the groups that cannot run here. */
export function failuresOf(groups: readonly Group[]): Set<string> {
  return new Set(groups.filter(({ failure }) => failure !== null).map(({ config }) => config.id));
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
