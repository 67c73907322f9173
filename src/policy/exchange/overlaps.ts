/**
 * Groups that were up here while the Heartbeat of a pair had them too, and goes on with them. It does not know, so it does not
 * announce their addresses again; neighbours that believed this node find nobody until their caches end. Between two of our
 * own kind the one that goes on sees the other yield, and announces (misbelief.ts).
 */
import type { GroupPhase } from '../../resources/phase.js';
import type { Assignment } from './holdings.js';

/** A group of this node, as far as it matters here. */
export interface OverlappingGroup {
  readonly config: { readonly id: string };
  readonly phase: GroupPhase;
  /** None of its addresses is up here. */
  readonly addressesDown: boolean;
}

/** Why the other may have what is up here, by whose it is. */
const whyBoth: Partial<Record<Assignment, string>> = {
  peer: 'both nodes held it, and it was given up here',
  unknown: 'it was up here when the other had not said yet what it holds',
};

export class Overlaps {
  /** By the group's id: why neighbours may believe this node. */
  private readonly reasons = new Map<string, string>();

  /** The other may have taken a group that is, or was, up here. */
  suspect({ config: { id } }: OverlappingGroup, reason: string): void {
    this.reasons.set(id, reason);
  }

  /**
   * Notes what a group does and whose it is (null: no Heartbeat is there). Gives, once, why neighbours have to be told on the
   * other's behalf, when its addresses are down here and the other holds it; else null.
   */
  note(group: OverlappingGroup, assignment: Assignment | null): string | null {
    const { phase, addressesDown } = group;
    const { id } = group.config;
    // Its start announces it.
    if (phase === 'wanted' || (phase === 'started' && assignment === 'self')) this.reasons.delete(id);
    const why = assignment === null ? undefined : whyBoth[assignment];
    const isLooked = phase !== 'unknown' && phase !== 'probing' && phase !== 'wanted';
    if (!addressesDown && isLooked && why !== undefined && !this.reasons.has(id)) this.reasons.set(id, why);
    if (assignment !== 'peer' || !addressesDown) return null;
    const reason = this.reasons.get(id) ?? null;
    this.reasons.delete(id);
    return reason;
  }

  clear(): void {
    this.reasons.clear();
  }
}
