/** Nodes and their links as text. */
import type { LinkStatus, NodeStatus } from '../../status.js';
import { ago } from './times.js';

/** What is not well stands in capitals: it must be found at once. */
const linkText = ({ medium, name, state }: LinkStatus): string =>
  `${name} (${medium}) ${state === 'up' ? 'up' : 'DEAD'}`;

const stateText = ({ state }: NodeStatus): string =>
  state === 'active' || state === 'up' || state === 'init' ? state : state.toUpperCase();

function remarks(node: NodeStatus): string {
  const parts: string[] = [];
  if (node.local) parts.push('this node');
  else parts.push(node.lastHeardMs === null ? 'never heard' : `heard ${ago(node.lastHeardMs)}`);
  if (node.standby) parts.push('STANDBY');
  if (node.legacy) parts.push('Heartbeat');
  if (node.health?.score === null) parts.push('CAN HOLD NOTHING');
  else if (node.health !== undefined && node.health.score < 0) parts.push(`health ${node.health.score}`);
  return parts.join(', ');
}

/** Cells of a node's row: name, state, remarks, links. */
export function nodeRow(node: NodeStatus): string[] {
  return [node.name, stateText(node), remarks(node), node.links.map(linkText).join(', ')];
}
