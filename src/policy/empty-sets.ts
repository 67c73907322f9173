/**
 * Heartbeat's two sets of a pair are there whether a group is in them or not, and `cl_status rscstatus` tells who holds even one
 * that is empty: whoever had it last, by orders, death and return. Nothing is decided by it. Who has the set of a node that is not
 * at home is kept among the standing orders, as the move of a group would be.
 */
import type { ClusterConfig } from '../config/types.js';
import type { ResourceSet } from '../events.js';
import type { Directives } from './directives.js';

type Pair = Pick<ClusterConfig, 'nodes' | 'groups' | 'autoFailback'>;

/** The nodes of a pair that no group prefers; none where there are no such sets. */
function empties({ nodes, groups }: Pick<Pair, 'nodes' | 'groups'>): readonly string[] {
  if (nodes.length !== 2 || groups.length === 0) return [];
  return nodes.filter((node) => groups.every(({ preferred }) => preferred !== node));
}

/** Who holds the sets in which there is no group, by the node that they belong to. */
export function emptySets(pair: Pick<Pair, 'nodes' | 'groups'>, directives: Directives): Record<string, string> {
  return Object.fromEntries(empties(pair).map((node) => [node, directives.get('move', node) ?? node]));
}

/** Follows an order for sets, as `from` names them, to bring them to node `to`. */
export function moveEmptySets(
  pair: Pick<Pair, 'nodes' | 'groups'>,
  order: { readonly set: Exclude<ResourceSet, 'failback'>; readonly from: string; readonly to: string },
  directives: Directives,
): void {
  for (const [node, holder] of Object.entries(emptySets(pair, directives))) {
    const isMeant = order.set === 'all' || (node === order.from) === (order.set === 'local');
    if (isMeant && holder !== order.to) directives.set('move', node, order.to === node ? null : order.to, order.from);
  }
}

/** The other node is dead or has left: what it held is this node's, until it is back if there is failback. */
export function inheritEmptySets(
  pair: Pair,
  { self, event, directives }: { self: string; event: { kind: string; node: string }; directives: Directives },
): void {
  const isLost = event.kind === 'dead' || event.kind === 'left';
  if (!isLost || !pair.nodes.includes(event.node)) return;
  for (const [node, holder] of Object.entries(emptySets(pair, directives))) {
    const heir = pair.autoFailback === 'on' ? node : self;
    if (holder !== heir) directives.set('move', node, heir === node ? null : heir, self);
  }
}

/** Where all nodes start anew, everything is at home: only a node that went on knows otherwise. */
export function forgetEmptySets({ nodes }: Pick<Pair, 'nodes'>, directives: Directives): void {
  for (const node of nodes) directives.drop('move', node);
}
