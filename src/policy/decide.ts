/**
 * What this node does about one group, and why. Stopping needs only this node's own judgement; starting needs all of
 *   1. an agreed view that may act, 2. placement that gives the group to this node, 3. no other claim to it by a live
 *   node, 4. nobody outside the view who may still hold it,
 * and then, between claiming and starting, that every other member has heard the claim.
 */
import type { Claim } from '../membership/claims.js';
import type { GroupPhase } from '../resources/phase.js';
import type { Placement } from './placement.js';
import { lawfulOwner } from './rivals.js';

export type Decision =
  | { readonly kind: 'nothing' }
  /** It should start or go elsewhere, but must not yet. */
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'want'; readonly reason: string }
  | { readonly kind: 'withdraw'; readonly reason: string }
  | { readonly kind: 'start'; readonly reason: string }
  /** Something of it has failed, and is to be restarted where it is. */
  | { readonly kind: 'recover'; readonly reason: string }
  /** In a `hurry`: others may run it already, so what they would notice first goes first. */
  | { readonly kind: 'stop'; readonly reason: string; readonly hurry: boolean };

/** Why a node must not hold anything. */
export interface GiveUp {
  readonly reason: string;
  /** Others may have given this node up already. */
  readonly hurry: boolean;
}

/** What another live node claims of the group. */
export interface ForeignClaim {
  readonly node: string;
  readonly claim: Claim;
  /** Whether that node hears this one: only then can it yield. False counts only after it had time to. */
  readonly hearsUs: boolean;
}

export interface Situation {
  readonly self: string;
  readonly nodeOrder: readonly string[];
  readonly phase: GroupPhase;
  /** Why nobody is to touch the group, or null. */
  readonly handsOff: string | null;
  /** This node's claim, or null. */
  readonly claim: Claim | null;
  /** Why this node must not hold anything now (standby and the like are placement's), or null. */
  readonly mustGiveUp: GiveUp | null;
  /** Why the view may not act, or null when it may. */
  readonly viewObstacle: string | null;
  readonly placement: Placement;
  readonly foreignClaims: readonly ForeignClaim[];
  /** Why somebody outside the view may hold the group, or null. */
  readonly outsideObstacle: string | null;
  /** A member that has not yet said that it heard the claim, or null. */
  readonly unheardBy: string | null;
}

const nothing: Decision = { kind: 'nothing' };

/** Decides. Pure: equal situations give equal decisions. */
export function decide(situation: Situation): Decision {
  if (situation.handsOff !== null) return decideUnmanaged(situation, situation.handsOff);
  switch (situation.phase) {
    case 'starting':
    case 'started':
    case 'recovering':
      return decideHeld(situation);
    case 'broken':
      return decideBroken(situation);
    case 'wanted':
      return decideWanted(situation);
    case 'stopped':
      return decideStopped(situation);
    case 'stopping':
      return decideStopping(situation);
    case 'unknown':
    case 'probing':
    case 'blocked':
      return nothing;
    default:
      return situation.phase satisfies never;
  }
}

/** Nothing is started, stopped or mended; only a claim behind which nothing runs yet is given back. */
function decideUnmanaged({ phase }: Situation, reason: string): Decision {
  return phase === 'wanted' ? { kind: 'withdraw', reason } : { kind: 'wait', reason };
}

/** What should go elsewhere goes; else, or until it may, it is mended here. */
function decideBroken(situation: Situation): Decision {
  const decision = decideHeld(situation);
  return decision.kind === 'stop' ? decision : { kind: 'recover', reason: situation.placement.reason };
}

function decideHeld(situation: Situation): Decision {
  if (situation.mustGiveUp !== null) return { kind: 'stop', ...situation.mustGiveUp };
  const lost = lostTo(situation);
  if (lost !== null) return { kind: 'stop', reason: lost, hurry: true };
  if (situation.viewObstacle !== null) return nothing;
  const { node, reason } = situation.placement;
  if (node === situation.self) return nothing;
  // After a partition its next owner may hold it too and be about to yield: one of the two must go on meanwhile.
  const rival = situation.foreignClaims.find((foreign) => foreign.node === node && foreign.claim.state !== 'wanted');
  if (rival !== undefined)
    return { kind: 'wait', reason: `${reason}, but not yet: it is still ${rival.claim.state} there` };
  // Whoever is to take it would have to wait as this node would: until then it is better kept.
  if (node !== null && situation.outsideObstacle !== null)
    return { kind: 'wait', reason: `${reason}, but not yet: ${situation.outsideObstacle}` };
  return { kind: 'stop', reason, hurry: false };
}

/** A stop that began at leisure may have to be hurried. */
function decideStopping(situation: Situation): Decision {
  const reason = situation.mustGiveUp?.hurry ? situation.mustGiveUp.reason : lostTo(situation);
  return reason === null ? nothing : { kind: 'stop', reason, hurry: true };
}

function decideWanted(situation: Situation): Decision {
  const obstacle = situation.mustGiveUp?.reason ?? situation.viewObstacle ?? lostTo(situation);
  if (obstacle !== null) return { kind: 'withdraw', reason: obstacle };
  const { node, reason } = situation.placement;
  if (node !== situation.self) return { kind: 'withdraw', reason };
  const wait = claimObstacle(situation) ?? situation.outsideObstacle;
  if (wait !== null) return { kind: 'wait', reason: wait };
  if (situation.unheardBy !== null)
    return { kind: 'wait', reason: `${situation.unheardBy} has not heard the claim yet` };
  return { kind: 'start', reason };
}

function decideStopped(situation: Situation): Decision {
  const { node, reason } = situation.placement;
  if (node !== situation.self) return nothing;
  // Who is stopping it already may be waited for with the claim in hand: that saves a round trip in a hand-over.
  const claimed = situation.foreignClaims.every(({ claim }) => claim.state === 'stopping')
    ? null
    : claimObstacle(situation);
  const obstacle = situation.mustGiveUp?.reason ?? situation.viewObstacle ?? claimed ?? situation.outsideObstacle;
  return obstacle === null ? { kind: 'want', reason } : { kind: 'wait', reason: obstacle };
}

function claimObstacle({ foreignClaims }: Situation): string | null {
  const foreign = foreignClaims[0];
  if (foreign === undefined) return null;
  const { claim, node } = foreign;
  // Only the claimant knows what went wrong.
  if (claim.state === 'blocked') return `${node} could not stop it; systole status on ${node} says why`;
  return `${node} still claims it (${claim.state})`;
}

/** Why this node's claim must yield to another's, or null. */
function lostTo({ self, claim, nodeOrder, foreignClaims }: Situation): string | null {
  if (claim === null) return null;
  for (const { node, claim: theirs, hearsUs } of foreignClaims) {
    // Who is on the way out of it already is no rival.
    if (theirs.state === 'stopping' || theirs.state === 'blocked') continue;
    if (!hearsUs && theirs.state !== 'wanted')
      return `${node} claims it and does not hear ${self}: only ${self} can yield`;
    const winner = lawfulOwner({ node: self, claim }, { node, claim: theirs }, nodeOrder);
    if (winner.node !== self) return `${node} claims it too: ${winner.reason}`;
  }
  return null;
}
