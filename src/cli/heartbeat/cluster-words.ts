/** The state of the cluster in Heartbeat's words, from our status: what cl_status answers with. Pure. */
import type { GroupStatus, NodeStatus, Status } from '../../status.js';

/** A member of Heartbeat's node table: cluster nodes and ping nodes alike. */
export interface TableNode {
  readonly name: string;
  readonly type: 'normal' | 'ping';
  /** active, up, init, dead, or ping for a ping node that answers. */
  readonly status: string;
  readonly links: readonly { readonly name: string; readonly state: 'up' | 'dead' }[];
}

/** Heartbeat knows a node that left only as one that is dead, and nothing of fencing. */
function statusWord({ state }: NodeStatus): string {
  return state === 'active' || state === 'up' || state === 'init' ? state : 'dead';
}

/** The node table, in Heartbeat's order: cluster nodes as in ha.cf, then ping nodes. */
export function nodeTable(status: Status): TableNode[] {
  const normal = status.nodes.map((node): TableNode => {
    return { name: node.name, type: 'normal', status: statusWord(node), links: node.links };
  });
  const pings = status.pingNodes.map(({ name, state }): TableNode => {
    const links = [{ name, state: state === 'up' ? state : ('dead' as const) }];
    return { name, type: 'ping', status: state === 'up' ? 'ping' : state, links };
  });
  return [...normal, ...pings];
}

const moving = ({ state }: GroupStatus): boolean => state === 'starting' || state === 'stopping';

/**
 * What this node holds: none, local, foreign, all, or transition. Heartbeat keeps one bit for all groups that prefer
 * this node and one for all others; a bit is set here when the node holds any of them, so that "none" always means that
 * nothing runs here. Where there is no such group, the status tells who would hold it.
 */
export function heldWord(status: Status): string {
  const self = status.nodes.find(({ local }) => local);
  if (self?.state !== 'active' || status.groups.some(moving)) return 'transition';
  const others = status.nodes.filter(({ local }) => !local);
  const holders = status.emptySets ?? {};
  const alone = others.every(({ state }) => state !== 'active');
  const holds = (groups: readonly GroupStatus[], isEmptyHere: boolean): boolean =>
    groups.length === 0 ? !self.standby && (alone || isEmptyHere) : groups.some(({ owner }) => owner === status.node);
  const local = holds(
    status.groups.filter(({ preferred }) => preferred === status.node),
    (holders[status.node] ?? status.node) === status.node,
  );
  const foreign = holds(
    status.groups.filter(({ preferred }) => preferred !== status.node),
    others.some(({ name }) => holders[name] === status.node),
  );
  if (local && foreign) return 'all';
  return local ? 'local' : foreign ? 'foreign' : 'none';
}
