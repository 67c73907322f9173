/**
 * The cluster's node names as Heartbeat exchanges them: `reqnodes` asks one node, `repnodes` answers. A Heartbeat that starts asks
 * before it becomes active, and takes the answer for the truth: it adds and removes nodes accordingly. A systole node trusts its
 * own ha.cf, and what an operator changed since, for who takes part; but by how many nodes a majority is reckoned, what others think
 * has a part in (electorate.ts).
 */
import type { ClusterConfig } from '../config/types.js';
import type { Effect, Hosts, Milliseconds, SavedNodes } from '../events.js';
import { type Field, type Message, type Trusted, textFields } from '../wire/message.js';
import { AnnouncementReader } from './announcement.js';
import { Electorate, type NodesWord, saidNothing, sorted } from './electorate.js';
import { outsiderProblem } from './outsiders.js';
import type { Peer } from './peer.js';

/** A message to be sent: its type and its own fields. */
export interface Outbound {
  readonly type: string;
  readonly fields: readonly Field[];
}

type Line = Effect & { readonly type: 'log' };

const nothing: readonly Line[] = [];

/** A status of a node that this one does not know, rightly signed. */
export interface Outsider {
  readonly from: string;
  readonly message: Trusted<Message>;
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
  private readonly electorate: Electorate;

  /** Whether nodes may join that ha.cf does not name. */
  readonly isOpen: boolean;

  constructor(options: { readonly self: string; readonly nodes: readonly string[]; readonly isOpen?: boolean }) {
    const { self, nodes } = options;
    this.self = self;
    this.isOpen = options.isOpen ?? false;
    this.names = nodes;
    this.configured = nodes;
    this.electorate = new Electorate({ self, nodes });
  }

  /** Takes what was heard of the nodes before the start. */
  start(saved: SavedNodes | undefined, at: Milliseconds): void {
    this.electorate.start(saved, at);
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

  add(name: string, at: Milliseconds): void {
    this.names = [...this.names, name];
    this.added.add(name);
    this.deleted = this.deleted.filter((one) => one !== name);
    this.electorate.setNames(this.names, at);
  }

  /** Also of a node that counts without being one of those in force. */
  delete(name: string, at: Milliseconds): void {
    this.names = this.names.filter((one) => one !== name);
    this.added.delete(name);
    this.deleted = [...this.deleted.filter((one) => one !== name), name];
    this.answers.delete(name);
    this.electorate.setNames(this.names, at);
    this.electorate.forget(name, at);
  }

  /** Takes what a peer announces of the nodes; null of a Heartbeat, which does not say. Gives a line for the log when others count now. */
  hear(from: string, word: NodesWord | null, at: Milliseconds): readonly Line[] {
    return this.noting(() => this.electorate.hear(from, word ?? saidNothing, at));
  }

  /**
   * Takes a status of a node that this one does not know. It counts only when it names this life of this node: then nobody has
   * recorded it long ago.
   */
  hearOutsider({ from, message }: Outsider, generation: number, at: Milliseconds): readonly Line[] {
    if (this.isOpen || this.wasDeleted(from) || message.get('synodes') === undefined) return nothing;
    const announcement = new AnnouncementReader().read(message);
    if (announcement?.heard.get(this.self)?.generation !== generation) return nothing;
    return this.noting(() => this.electorate.hearOutsider(from, announcement, at));
  }

  /** An operator's change, which is newer than all others: to be told before it is carried out. */
  order(change: { readonly added: readonly string[]; readonly deleted: readonly string[] }, at: Milliseconds): void {
    this.electorate.order(change, at);
  }

  /** By how many nodes a majority is reckoned. */
  get votes(): number {
    return this.electorate.votes;
  }

  /** By how many it would be with these nodes too. */
  votesWith(names: readonly string[]): number {
    return this.electorate.votesWith(names);
  }

  /** Nodes that count without being known here, and since when. */
  get outsiders(): ReadonlyMap<string, Milliseconds> {
    return this.electorate.outsiders;
  }

  /** The nodes that one takes for the cluster, sorted; null when it has not said. */
  nodesOf(name: string): string | null {
    return name === this.self ? this.electorate.word.nodes : this.electorate.nodesOf(name);
  }

  /** Whether a peer reckons with so few nodes that it may act alone. */
  mayActAlone(name: string): boolean {
    return this.electorate.mayActAlone(name);
  }

  /** What of the nodes is to outlive this one; null, undefined where there is nothing. */
  kept(uuidOf: (name: string) => string | undefined): { hosts: Hosts | null; nodes: SavedNodes | undefined } {
    return { hosts: this.hosts(uuidOf), nodes: this.electorate.saved };
  }

  private noting(happens: () => void): readonly Line[] {
    const { votes, outsiders } = this;
    happens();
    if (this.outsiders === outsiders && this.votes === votes) return nothing;
    const others = sorted(this.outsiders.keys());
    const text = `majorities are reckoned by ${this.votes} nodes${others === '' ? '' : `: ${others} too`}`;
    return [{ type: 'log', level: 'warn', text }];
  }

  /** What is to be known again after a restart, in a cluster that nodes may join; null in any other, which goes by its ha.cf. */
  private hosts(uuidOf: (name: string) => string | undefined): Hosts | null {
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
    for (const name of again) this.add(name, 0);
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

  /** For the announcement. */
  get word(): NodesWord {
    return this.electorate.word;
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
    if (this.word.nodes !== sorted(this.configured) && !this.isOpen) {
      found.push(
        `the nodes are ${this.names.join(' ')} only until the next start: make the node lines of ha.cf say so on every node`,
      );
    }
    for (const peer of peers) {
      const theirs = this.listOf(peer, digest);
      if (theirs === null || theirs === this.word.nodes) continue;
      const kind = peer.legacy ? ', a Heartbeat,' : '';
      found.push(
        `${peer.name}${kind} takes ${theirs} for the nodes of the cluster, ${this.self} takes ${this.word.nodes}`,
      );
    }
    for (const name of this.outsiders.keys()) {
      const sayers = this.electorate.sayers(name);
      const toldOf = (sayer: string) => this.nodesOf(sayer) ?? '';
      found.push(outsiderProblem({ name, sayers, names: this.names, configured: this.configured, toldOf }));
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
