/** Whether a set of nodes may act for the cluster. */

export interface Quorum {
  readonly quorate: boolean;
  readonly reason: string;
}

/**
 * More than half of the configured nodes. With one or two nodes there is no majority to ask: a lone node of two goes
 * on, as Heartbeat's does; without fencing that risks two owners while no link works.
 */
export function quorum(members: number, configured: number): Quorum {
  if (configured <= 2) {
    if (members >= configured) return { quorate: true, reason: 'all configured nodes are here' };
    return { quorate: members > 0, reason: 'one of two nodes goes on alone: nothing breaks the tie' };
  }
  const needed = Math.floor(configured / 2) + 1;
  return {
    quorate: members >= needed,
    reason: `${members} of ${configured} nodes, ${needed} are needed`,
  };
}

/** Whether a node must prove that a majority hears it in order to hold anything. */
export function needsLease(configured: number): boolean {
  return configured > 2;
}

/** Why nothing is decided about resources in this view, or null. */
export function viewObstacle(view: {
  readonly active: boolean;
  readonly members: readonly string[];
  readonly quorum: Quorum;
  readonly agreed: boolean;
}): string | null {
  if (!view.active) return 'this node is still finding out who is there and what runs here';
  if (view.members.length === 0) return 'this node is in no view';
  if (!view.quorum.quorate) return `no quorum: ${view.quorum.reason}`;
  return view.agreed ? null : 'the view is not agreed yet';
}

/** What is risky about that many nodes that run anything, for the log at the start; null when nothing is. */
export function tieWarning(configured: number, groups: number): string | null {
  if (configured !== 2 || groups === 0) return null;
  return 'Two nodes and no fencing: while no link works both will run everything. Use several independent links.';
}
