/** Two nodes that claim the same group: who goes on. */
import type { Claim } from '../membership/claims.js';

/** A node and its claim. */
export interface Rival {
  readonly node: string;
  readonly claim: Claim;
}

/**
 * Says which of two claims to the same group stands: one that runs before one that only wishes to, then the higher term
 * (the later decision, taken by nodes that had given up the other owner), then the node that the group's order prefers.
 * Gives the winner's name and why.
 */
export function lawfulOwner(a: Rival, b: Rival, nodeOrder: readonly string[]): { node: string; reason: string } {
  if ((a.claim.state === 'wanted') !== (b.claim.state === 'wanted')) {
    const winner = a.claim.state === 'wanted' ? b : a;
    return { node: winner.node, reason: `it runs on ${winner.node} already` };
  }
  if (a.claim.term !== b.claim.term) {
    const winner = a.claim.term > b.claim.term ? a : b;
    return { node: winner.node, reason: `${winner.node} started it later, after the other owner was given up` };
  }
  const rank = (node: string) => (nodeOrder.includes(node) ? nodeOrder.indexOf(node) : nodeOrder.length);
  const first = rank(a.node) !== rank(b.node) ? rank(a.node) < rank(b.node) : a.node < b.node;
  const winner = first ? a.node : b.node;
  return { node: winner, reason: `both started it at the same time and ${winner} comes first in the group's order` };
}
