/**
 * The cluster's node names as Heartbeat exchanges them: `reqnodes` asks one node, `repnodes` answers. A Heartbeat that starts asks
 * before it becomes active, and takes the answer for the truth: it adds and removes nodes accordingly. A systole node trusts its
 * own ha.cf; what others think is only compared with it.
 */
import { type Field, type Message, textFields } from '../wire/message.js';

/** A message to be sent: its type and its own fields. */
export interface Outbound {
  readonly type: string;
  readonly fields: readonly Field[];
}

/** Names as a field's text: each followed by a blank, none at all as one blank (an empty value is not legal everywhere). */
export function formatNodeList(names: readonly string[]): string {
  return names.length === 0 ? ' ' : names.map((name) => `${name} `).join('');
}

/** The names in a field's text, lower-case, each once. */
export function parseNodeList(text: string | undefined): string[] {
  const words = (text ?? '').toLowerCase().split(/\s+/);
  return [...new Set(words.filter((word) => word !== ''))];
}

/** Names of the normal nodes, and what peers say about them. */
export class NodeList {
  /** Cluster members in force, in ha.cf order. */
  readonly names: readonly string[];

  constructor({ nodes }: { readonly nodes: readonly string[] }) {
    this.names = nodes;
  }

  /** The answer to a message of `from` that was meant for this node; null when there is none. */
  answer(from: string, message: Message): Outbound | null {
    if (message.get('t') !== 'reqnodes') return null;
    const nodelist = formatNodeList(this.names);
    return { type: 'repnodes', fields: textFields({ dest: from, nodelist, delnodelist: formatNodeList([]) }) };
  }
}
