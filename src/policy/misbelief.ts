/** When the neighbours may have believed that an address is elsewhere, so that they have to be told again. */
import type { Phase } from '../membership/announcement.js';
import type { ForeignClaim } from './decide.js';

export class Misbelief {
  private readonly phases = new Map<string, Phase>();
  private readonly rivals = new Map<string, number>();

  /**
   * Notes a peer's phase. True when it has just found out what runs there, and stopped it: a node that came back may
   * have answered for addresses until then.
   */
  hasLooked(node: string, phase: Phase): boolean {
    const before = this.phases.get(node);
    this.phases.set(node, phase);
    return before === 'probing' && phase !== 'probing';
  }

  /** Notes who else holds a group (by id) that is up here. True when one of them has just given it up. */
  hasYielded(groupId: string, isUpHere: boolean, claims: readonly ForeignClaim[]): boolean {
    const now = isUpHere ? claims.filter(({ claim }) => claim.state !== 'wanted').length : 0;
    const before = this.rivals.get(groupId) ?? 0;
    this.rivals.set(groupId, now);
    return isUpHere && now < before;
  }
}
