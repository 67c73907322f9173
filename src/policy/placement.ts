/** Where a group should be: one pure function of the view, the claims and the operators' orders. */
import type { GroupConfig } from '../config/types.js';

/** What placement knows of one member of the view. */
export interface Member {
  readonly name: string;
  /** An operator, or its own way out, keeps groups off it. */
  readonly unavailable: string | null;
  /** Ids of groups whose start failed there. */
  readonly failures: ReadonlySet<string>;
}

/** An operator's wish for a group. */
export interface MoveOrder {
  readonly node: string;
  /** Already carried out once: from now on it counts like any preference. */
  readonly done: boolean;
}

export interface Placement {
  /** null = nowhere. */
  readonly node: string | null;
  readonly reason: string;
}

/**
 * Decides where a group should run. `owner` is the member that holds it now, or null. A group stays where it is unless
 * its node can't hold it, a better node is there and failback is on, or an operator moved it.
 */
export function place(options: {
  group: GroupConfig;
  members: readonly Member[];
  owner: string | null;
  move: MoveOrder | null;
}): Placement {
  const { group, members, owner, move } = options;
  const order = [...new Set([...(move === null ? [] : [move.node]), ...group.nodeOrder])];
  const able: string[] = [];
  const unable: string[] = [];
  for (const name of order) {
    const member = members.find((one) => one.name === name);
    const obstacle = member === undefined ? `${name} is not in the view` : obstacleFor(member, group);
    if (obstacle === null) able.push(name);
    else unable.push(obstacle);
  }
  const best = able[0];
  if (best === undefined) return { node: null, reason: `no node can run it: ${unable.join('; ')}` };
  if (owner !== null && owner !== best && able.includes(owner)) {
    const ordered = move !== null && !move.done && move.node === best;
    if (!ordered && !group.failback) return { node: owner, reason: `${owner} holds it and failback is off` };
    return {
      node: best,
      reason: ordered ? `an operator moved it to ${best}` : `failback to ${best}, which comes first`,
    };
  }
  return { node: best, reason: explain(best, { order, unable, owner, move }) };
}

function explain(
  best: string,
  { order, unable, owner, move }: { order: string[]; unable: string[]; owner: string | null; move: MoveOrder | null },
): string {
  if (owner === best) return `${best} holds it`;
  if (move?.node === best) return `an operator moved it to ${best}`;
  if (order[0] === best) return `${best} is preferred`;
  return `${best} comes next: ${unable.slice(0, order.indexOf(best)).join('; ')}`;
}

function obstacleFor(member: Member, group: GroupConfig): string | null {
  if (member.unavailable !== null) return `${member.name} ${member.unavailable}`;
  if (member.failures.has(group.id)) return `its start failed on ${member.name}`;
  return null;
}
