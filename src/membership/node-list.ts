/**
 * The cluster's node names as Heartbeat exchanges them: `reqnodes` asks one node, `repnodes` answers. A Heartbeat that starts asks
 * before it becomes active, and takes the answer for the truth: it adds and removes nodes accordingly. A systole node trusts its
 * own ha.cf, and what an operator changed since; what others think is only compared with it.
 */
import type { ClusterConfig } from '../config/types.js';
import type { Hosts } from '../events.js';
import { type Field, type Message, textFields } from '../wire/message.js';
import type { Peer } from './peer.js';

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
  /** Cluster members in force: in ha.cf order, then those added since. */
  names: readonly string[];
  private readonly self: string;
  private readonly configured: readonly string[];
  /** Nodes added since the start, those of ha.cf that had been deleted included. */
  private readonly added = new Set<string>();
  /** Nodes deleted since the start. */
  private deleted: readonly string[] = [];
  /** What Heartbeats answered, by node. */
  private readonly answers = new Map<string, readonly string[]>();
  /** How many nodes there are by the changed list that a peer announced last, dead or alive; none when it goes by its ha.cf. */
  private readonly announcedBy = new Map<string, number>();

  /** Whether nodes may join that ha.cf does not name. */
  readonly isOpen: boolean;

  constructor(options: { readonly self: string; readonly nodes: readonly string[]; readonly isOpen?: boolean }) {
    const { self, nodes } = options;
    this.self = self;
    this.isOpen = options.isOpen ?? false;
    this.names = nodes;
    this.configured = nodes;
  }

  /** The configuration, but that its nodes are those in force, whatever becomes of them. */
  inForce(config: ClusterConfig): ClusterConfig {
    const list = this;
    return {
      ...config,
      get nodes() {
        return list.names;
      },
    };
  }

  add(name: string): void {
    this.names = [...this.names, name];
    this.added.add(name);
    this.deleted = this.deleted.filter((one) => one !== name);
  }

  delete(name: string): void {
    this.names = this.names.filter((one) => one !== name);
    this.added.delete(name);
    this.deleted = [...this.deleted, name];
    this.answers.delete(name);
    this.announcedBy.delete(name);
  }

  /** Takes what a peer announces of the nodes: their names, '' when it goes by its ha.cf (or is a Heartbeat, which does not say). */
  hear(from: string, nodes: string): void {
    if (nodes === '') this.announcedBy.delete(from);
    else this.announcedBy.set(from, parseNodeList(nodes).length);
  }

  /**
   * By how many nodes a majority is reckoned: a node that started anew has forgotten who was added since. As long as anybody it has
   * heard knew more of them, those may be a majority without it.
   */
  get votes(): number {
    return Math.max(this.names.length, ...this.announcedBy.values());
  }

  /** What is to be known again after a restart, in a cluster that nodes may join; null in any other, which goes by its ha.cf. */
  hosts(uuidOf: (name: string) => string | undefined): Hosts | null {
    if (!this.isOpen) return null;
    const host = (name: string) => ({ name, uuid: uuidOf(name) ?? '' });
    return { known: this.names.map(host), deleted: this.deleted.map(host) };
  }

  /** Takes what was known before the start. Gives the nodes that are new by it; those of ha.cf cannot be deleted by it. */
  restore({ known, deleted }: Hosts): string[] {
    if (!this.isOpen) return [];
    this.deleted = deleted.map(({ name }) => name).filter((name) => !this.names.includes(name));
    const gone = new Set([...this.names, ...this.deleted]);
    const again = known.map(({ name }) => name).filter((name) => !gone.has(name));
    for (const name of again) this.add(name);
    return again;
  }

  /** Whether a node was deleted since the start. */
  wasDeleted(name: string): boolean {
    return this.deleted.includes(name);
  }

  /** Whether a node was added since the start. */
  wasAdded(name: string): boolean {
    return this.added.has(name);
  }

  /** For the announcement: the names, sorted, when they are not those of ha.cf any more; '' when they are. */
  announced(): string {
    const now = sorted(this.names);
    return now === sorted(this.configured) ? '' : now;
  }

  /** What a Heartbeat is to be asked when it becomes active. */
  question(to: string): Outbound {
    return { type: 'reqnodes', fields: textFields({ dest: to }) };
  }

  /** Takes a message of `from` that was meant for this node. Gives the answer to it; null when there is none. */
  answer(from: string, message: Message): Outbound | null {
    const type = message.get('t');
    if (type === 'repnodes') this.answers.set(from, parseNodeList(message.get('nodelist')));
    if (type !== 'reqnodes') return null;
    const nodelist = formatNodeList(this.names);
    return {
      type: 'repnodes',
      fields: textFields({ dest: from, nodelist, delnodelist: formatNodeList(this.deleted) }),
    };
  }

  /** What an operator must know about the nodes: plain sentences for the status. */
  problems(peers: Iterable<Peer>, digest: string): string[] {
    const found: string[] = [];
    if (this.announced() !== '' && !this.isOpen) {
      found.push(
        `the nodes are ${this.names.join(' ')} only until the next start: make the node lines of ha.cf say so on every node`,
      );
    }
    for (const peer of peers) {
      const theirs = this.listOf(peer, digest);
      if (theirs === null || theirs === sorted(this.names)) continue;
      const kind = peer.legacy ? ', a Heartbeat,' : '';
      found.push(
        `${peer.name}${kind} takes ${theirs} for the nodes of the cluster, ${this.self} takes ${sorted(this.names)}`,
      );
    }
    return found;
  }

  /** The nodes as a live peer knows them, sorted; null when it has not said. */
  private listOf({ name, alive, legacy, announcement }: Peer, digest: string): string | null {
    if (!alive) return null;
    if (legacy) {
      const answer = this.answers.get(name);
      return answer === undefined ? null : sorted(answer);
    }
    if (announcement === null) return null;
    if (announcement.nodes !== '') return announcement.nodes;
    // It goes by its ha.cf; where that differs from ours, the status says so already.
    return announcement.digest === digest ? sorted(this.configured) : null;
  }
}

function sorted(names: readonly string[]): string {
  return [...names].sort().join(' ');
}
