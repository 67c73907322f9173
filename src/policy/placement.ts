/** Where a group should be: one pure function of the view, the claims and the operators' orders. */
import type { GroupConfig } from '../config/types.js';
import type { HealthFaults } from '../membership/health-words.js';
import type { Connectivity } from '../membership/ping-nodes.js';
import { Fitness, whyUnfit } from './fitness.js';

/** What placement knows of one member of the view. */
export interface Member {
  readonly name: string;
  /** An operator, or its own way out, keeps groups off it. */
  readonly unavailable: string | null;
  /** Ids of groups whose start failed there. */
  readonly failures: ReadonlySet<string>;
  /** Ids of groups that any other node should rather have. */
  readonly doubts: ReadonlySet<string>;
  /** Ids of groups that it holds and that have failed there; known of the node itself only. */
  readonly broken: ReadonlySet<string>;
  /** How it reaches its ping nodes; empty when it has none. */
  readonly connectivity: Connectivity;
  /** Its health checks that are not surely well. */
  readonly health: HealthFaults;
}

/** An operator's wish for a group. */
export interface MoveOrder {
  readonly node: string;
  /** Already carried out once: from now on it counts like any preference. */
  readonly done: boolean;
  /** Given although the node was a worse place than another (ping nodes, health): that is not held against it. */
  readonly regardless: boolean;
}

export interface Placement {
  /** null = nowhere. */
  readonly node: string | null;
  readonly reason: string;
}

/**
 * Decides where a group should run. `owner` is the member that holds it now, or null. A group stays where it is unless its
 * node can't hold it, reaches fewer ping nodes or is less well than another, a better node is there and failback is on, or
 * an operator moved it.
 */
export function place(options: {
  group: GroupConfig;
  members: readonly Member[];
  owner: string | null;
  move: MoveOrder | null;
}): Placement {
  const { group, members, owner, move } = options;
  const order = [...new Set([...(move === null ? [] : [move.node]), ...group.nodeOrder])];
  const against = new Map<string, string>();
  const able: Member[] = [];
  for (const name of order) {
    const member = members.find((one) => one.name === name);
    const obstacle = member === undefined ? `${name} is not in the view` : obstacleFor(member, group, owner);
    if (member !== undefined && obstacle === null) able.push(member);
    else if (obstacle !== null) against.set(name, obstacle);
  }
  if (able.length === 0) return { node: null, reason: `no node can run it: ${[...against.values()].join('; ')}` };
  const fitness = new Fitness(able);
  for (const { name } of able) {
    const worse = move?.regardless && name === move.node ? null : fitness.whyWorse(name);
    if (worse !== null) against.set(name, worse);
  }
  const reaching = able.filter(({ name }) => !against.has(name));
  const doubts = new Map(able.flatMap((member) => doubtOf(member, group, owner)));
  for (const [name, doubt] of doubts) if (!against.has(name)) against.set(name, doubt);
  const good = reaching.filter(({ name }) => !doubts.has(name));
  const ordered = able.find(({ name }) => move?.done === false && name === move.node);
  const best = (ordered ?? good[0] ?? reaching[0] ?? able[0])?.name as string;
  const holder = able.find(({ name }) => name === owner)?.name;
  if (holder === undefined || holder === best || ordered)
    return { node: best, reason: explain(best, { order, against, owner, move }) };
  const trouble = against.get(holder);
  if (trouble === undefined) return placeHeld({ group, holder, best, fitness });
  const isReaching = reaching.some(({ name }) => name === holder);
  if (isReaching && good.length === 0)
    return { node: holder, reason: `${holder} holds it, and no other node is better` };
  const target = [...good, ...reaching].find(({ name }) => fitness.isBest(name))?.name ?? best;
  return { node: target, reason: trouble };
}

/** Where a group goes that an able member without trouble holds, when another comes first. */
function placeHeld(held: { group: GroupConfig; holder: string; best: string; fitness: Fitness }): Placement {
  const { group, holder, best, fitness } = held;
  if (!group.failback) return { node: holder, reason: `${holder} holds it and failback is off` };
  const doubt = fitness.whyDoubtful(best, holder);
  if (doubt !== null) return { node: holder, reason: `${holder} holds it: ${doubt}` };
  return { node: best, reason: `failback to ${best}, which comes first` };
}

function explain(
  best: string,
  context: { order: string[]; against: Map<string, string>; owner: string | null; move: MoveOrder | null },
): string {
  const { order, against, owner, move } = context;
  if (owner === best) return `${best} holds it`;
  if (move?.node === best) return `an operator moved it to ${best}`;
  if (order[0] === best) return `${best} is preferred`;
  const others = order.slice(0, order.indexOf(best)).map((name) => against.get(name));
  return `${best} comes next: ${others.join('; ')}`;
}

/** Why any other node is better, by name; nothing is against a holder where the group runs. */
function doubtOf({ name, doubts, broken }: Member, { id }: GroupConfig, owner: string | null): [string, string][] {
  if (!doubts.has(id) || (name === owner && !broken.has(id))) return [];
  return [[name, `it failed on ${name} before`]];
}

function obstacleFor(member: Member, group: GroupConfig, owner: string | null): string | null {
  if (member.unavailable !== null) return `${member.name} ${member.unavailable}`;
  if (member.failures.has(group.id)) return `its start failed on ${member.name}`;
  return whyUnfit(member.name, member.health, member.name === owner);
}
