/** When a command is carried out: pure judgements of the status, for wait.ts. */
import type { ResourceSet } from '../events.js';
import type { GroupStatus, NodeStatus, Status } from '../status.js';
import type { Judgement } from './wait.js';

/** A group that has failed rarely comes back by itself; one that is stopped or blocked may wait for its turn. */
const failedHopelessMs = 5000;
const idleHopelessMs = 15_000;
/** How long nothing must change for the cluster to be at rest: longer than a round of agreement between the nodes. */
const restMs = 1000;

const moving = ({ state }: GroupStatus): boolean => state === 'starting' || state === 'stopping';

/** Where a group is, in a few words: "IPaddr2::10.0.0.5 is started on b". */
export function whereabouts(group: GroupStatus): string {
  const { name, owner, reason, state } = group;
  const where = `${name} is ${state}${owner === null ? '' : ` on ${owner}`}`;
  return state === 'started' || reason === '' ? where : `${where}: ${reason}`;
}

/** The problems that keep a group from a node, in the status's own words: without them a move that failed looks like one that was not tried. */
const hindrances = ({ problems }: Status, group: string): string[] =>
  problems.filter((problem) => problem.startsWith(`group ${group} cannot run on `));

function byName(status: Status, names: readonly string[]): GroupStatus[] {
  const wanted = new Set(names);
  return status.groups.filter((group) => wanted.has(group.name));
}

/** Every named group is to run on an owner that `fits`. */
export function groupsOn(names: readonly string[], fits: (owner: string) => boolean): (status: Status) => Judgement {
  return (status) => {
    const groups = byName(status, names);
    const late = groups.filter(({ state, owner }) => state !== 'started' || owner === null || !fits(owner));
    if (late.length === 0)
      return { kind: 'done', lines: groups.map(({ name, owner }) => `${name} is now on ${owner}`) };
    const text = late.map(whereabouts).join('; ');
    const lines = [...groups.map(whereabouts), ...late.flatMap(({ name }) => hindrances(status, name))];
    if (late.some(moving)) return { kind: 'waiting', text, lines };
    const failed = late.every(({ state }) => state === 'failed' || state === 'unmanaged');
    return { kind: 'waiting', text, lines, hopelessAfterMs: failed ? failedHopelessMs : idleHopelessMs };
  };
}

/** Nothing is to move any more, and it is told where the named groups are. `also` may name something else that is waited for. */
export function atRest(
  names: readonly string[],
  also: (status: Status) => string | null = () => null,
): (status: Status) => Judgement {
  return (status) => {
    const groups = byName(status, names);
    const lines = groups.map(whereabouts);
    const other = also(status);
    const text = [...(other === null ? [] : [other]), ...lines].join('; ');
    if (other !== null || groups.some(moving)) return { kind: 'waiting', text, lines };
    return { kind: 'waiting', text, lines, doneAfterMs: restMs };
  };
}

/** A group is to run nowhere. */
export function stopped(name: string): (status: Status) => Judgement {
  return (status) => {
    const groups = byName(status, [name]);
    const up = groups.filter(({ state, owner }) => owner !== null || state === 'starting' || state === 'stopping');
    if (up.length === 0) return { kind: 'done', lines: [`${name} is stopped`] };
    const lines = groups.map(whereabouts);
    const text = lines.join('; ');
    return groups.some(moving)
      ? { kind: 'waiting', text, lines }
      : { kind: 'waiting', text, lines, hopelessAfterMs: idleHopelessMs };
  };
}

/** A node is to hold nothing: all that it held runs elsewhere. */
export function nodeEmpty(node: string, held: readonly string[]): (status: Status) => Judgement {
  const elsewhere = groupsOn(held, (owner) => owner !== node);
  return (status) => {
    const judgement = elsewhere(status);
    if (judgement.kind === 'waiting') return judgement;
    if (nodeOf(status, node)?.standby !== true) {
      return { kind: 'waiting', text: `${node} is not in standby yet`, lines: [], hopelessAfterMs: idleHopelessMs };
    }
    return { kind: 'done', lines: [...judgement.lines, `${node} is in standby`] };
  };
}

export const nodeOf = (status: Status, name: string): NodeStatus | undefined =>
  status.nodes.find((node) => node.name === name);

/** Names of the groups that `node` holds, or is taking or giving up. */
export const heldBy = (status: Status, node: string): string[] =>
  status.groups.filter(({ owner }) => owner === node).map(({ name }) => name);

/** The groups of one of Heartbeat's sets, as seen from this node; "failback" is `failback` (foreign for a giver, local for a taker). */
export function groupsOfSet(status: Status, set: ResourceSet, failback: 'local' | 'foreign'): GroupStatus[] {
  const which = set === 'failback' ? failback : set;
  return status.groups.filter(
    ({ preferred }) => which === 'all' || (preferred === status.node) === (which === 'local'),
  );
}
