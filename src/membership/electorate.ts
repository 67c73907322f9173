/**
 * By how many nodes a majority is reckoned. Files may name different nodes, and a node that started anew has forgotten who was added
 * since; whoever reckons with too few of them might act beside a majority of them all. So every node counts, beside its own nodes,
 *
 * - those that each node takes for the cluster, by what it said last, dead or alive, also before this node's start,
 * - what such a node has heard so from others itself. What it was only told of is not told on: it would never be forgotten;
 * - the nodes after the newest change (`node add`, `node forget`). That is told on by everybody and kept over restarts. A change has
 *   a number higher than all that were known: whoever hears a newer one forgets the older, so what was deleted is forgotten too.
 */
import { mostNodes, nodeNameProblem } from '../config/node.js';
import type { Milliseconds, SavedNodes } from '../events.js';
import { needsLease, quorum } from './quorum.js';

/** What a node says of the nodes; '' = nothing. */
export interface NodesWord {
  /** Those it takes for the cluster, sorted, separated by blanks. */
  readonly nodes: string;
  /** Others that it counts because it has heard other nodes say so. */
  readonly nodesKnown: string;
  /** The newest change it knows of: its number (hexadecimal), then the nodes after it, none where its files name them all. */
  readonly nodesChange: string;
}

interface Told {
  readonly word: NodesWord;
  readonly names: readonly string[];
  readonly known: readonly string[];
}

interface Change {
  readonly version: number;
  readonly names: readonly string[];
}

/** Ten hexadecimal digits are what is read. */
const versionMax = 0xffffffffff;
/** Nodes of this one's list, and as many others. */
const toldMax = 2 * mostNodes;

export const saidNothing: NodesWord = { nodes: '', nodesKnown: '', nodesChange: '' };

/** Names in the order in which they are announced. */
export function sorted(names: Iterable<string>): string {
  return [...names].sort().join(' ');
}

function namesIn(text: string): string[] {
  const names = text.toLowerCase().split(' ');
  return [...new Set(names)].filter((name) => nodeNameProblem(name) === null).slice(0, mostNodes);
}

function changeIn(text: string): Change | null {
  const [version = '', ...names] = text.split(' ');
  return /^[0-9a-f]{1,10}$/.test(version)
    ? { version: Number.parseInt(version, 16), names: namesIn(names.join(' ')) }
    : null;
}

export class Electorate {
  /** Number of nodes that majorities are reckoned by. */
  votes = 0;
  /** Nodes that count although this node does not know them, and since when they do. The same object as long as it is the same. */
  outsiders: ReadonlyMap<string, Milliseconds> = new Map();
  /** What this node says. */
  word: NodesWord = saidNothing;
  /** What is to outlive this node; undefined = nothing. The same object as long as it is the same. */
  saved: SavedNodes | undefined;
  private readonly self: string;
  private readonly configured: readonly string[];
  private names: readonly string[];
  private readonly told = new Map<string, Told>();
  /** Nodes that this one knew in an earlier life. */
  private former: readonly string[] = [];
  private change: Change = { version: 0, names: [] };

  constructor({ self, nodes }: { readonly self: string; readonly nodes: readonly string[] }) {
    this.self = self;
    this.configured = nodes;
    this.names = nodes;
    this.reckon(0);
  }

  /** Takes what was kept from earlier lives. */
  start(saved: SavedNodes | undefined, at: Milliseconds): void {
    for (const [name, { nodes, known }] of Object.entries(saved?.told ?? {})) {
      if (name === this.self) this.former = namesIn(`${nodes} ${known}`);
      else this.keep(name, { nodes, nodesKnown: known, nodesChange: '' });
    }
    this.learn(changeIn(saved?.change ?? ''));
    this.reckon(at);
  }

  /** The nodes in force here are these now. */
  setNames(names: readonly string[], at: Milliseconds): void {
    this.names = names;
    this.reckon(at);
  }

  /** A node of the cluster says this now. */
  hear(from: string, word: NodesWord, at: Milliseconds): void {
    if (from === this.self) return;
    const before = this.told.get(from)?.word ?? saidNothing;
    const { nodes, nodesKnown, nodesChange } = word;
    const same = nodes === before.nodes && nodesKnown === before.nodesKnown;
    if (same && nodesChange === before.nodesChange) return;
    this.keep(from, { nodes, nodesKnown, nodesChange });
    this.learn(changeIn(nodesChange));
    this.reckon(at);
  }

  /** A node that this one does not know says this, having heard this one: see mayActWithout. Of changes it says nothing here. */
  hearOutsider(from: string, { nodes, nodesKnown }: NodesWord, at: Milliseconds): void {
    if (!namesIn(nodes).includes(this.self) || this.told.size >= toldMax) return;
    this.hear(from, { nodes, nodesKnown, nodesChange: '' }, at);
  }

  /** An operator's change on this node: it is newer than any that is known. */
  order(change: { readonly added: readonly string[]; readonly deleted: readonly string[] }, at: Milliseconds): void {
    const { added, deleted } = change;
    const names = new Set([...this.names, ...this.change.names]);
    // Whom a deleted node counted is not deleted with it.
    for (const one of deleted) for (const name of this.countedBy(one)) names.add(name);
    for (const name of added) names.add(name);
    for (const name of deleted) names.delete(name);
    this.change = { version: Math.min(this.change.version + 1, versionMax), names: [...names] };
    this.reckon(at);
  }

  /** What a node said counts no more. */
  forget(name: string, at: Milliseconds): void {
    this.told.delete(name);
    this.reckon(at);
  }

  /** Number of nodes that majorities would be reckoned by with these in force too. */
  votesWith(names: readonly string[]): number {
    return this.count([...new Set([...this.names, ...names])]).votes;
  }

  /** The nodes that one takes for the cluster; null when it has not said. */
  nodesOf(name: string): string | null {
    return this.told.get(name)?.word.nodes ?? null;
  }

  /** Whether a node that is heard is known to reckon with so few nodes that it may act alone. */
  mayActAlone(name: string): boolean {
    const told = this.told.get(name);
    if (told === undefined) return false;
    const change = changeIn(told.word.nodesChange)?.names ?? [];
    return !needsLease(new Set([...told.names, ...told.known, ...change]).size);
  }

  /** Who says that an outsider counts; nobody when a change has made it one. */
  sayers(outsider: string): string[] {
    if (this.change.names.includes(outsider)) return [];
    return [...this.told.keys()].filter((name) => this.countedBy(name).includes(outsider));
  }

  private keep(from: string, word: NodesWord): void {
    if (word.nodes === '') this.told.delete(from);
    else this.told.set(from, { word, names: namesIn(word.nodes), known: namesIn(word.nodesKnown) });
  }

  private learn(change: Change | null): void {
    if (change === null || change.version < this.change.version || change.version === 0) return;
    const isNewer = change.version > this.change.version;
    // Two operators at once: until there is a newer one, both hold.
    const names = isNewer ? change.names : [...new Set([...this.change.names, ...change.names])];
    const isMoot = names.every((name) => this.configured.includes(name) && this.names.includes(name));
    this.change = { version: change.version, names: isMoot ? [] : names };
    if (!isNewer) return;
    for (const name of this.told.keys())
      if (!change.names.includes(name) && !this.names.includes(name)) this.told.delete(name);
  }

  /** Whom a node's word makes count where `own` are the nodes in force. */
  private countedBy(from: string, own = this.names): readonly string[] {
    const told = this.told.get(from);
    if (told === undefined || !told.names.includes(this.self)) return [];
    return own.includes(from) || this.mayActWithout(from, told, own) ? [...told.names, ...told.known] : [];
  }

  /**
   * Whether a node that this one does not know may have quorum, as it reckons, without this one: with others that are heard, or
   * that this one knows or knew. Those that say that they do not know it are not with it: a machine that is being prepared to be added takes
   * nobody's quorum away.
   */
  private mayActWithout(from: string, { names }: Told, own: readonly string[]): boolean {
    const possible = names.filter((name) => {
      const told = this.told.get(name);
      if (name === this.self) return false;
      return told === undefined ? own.includes(name) || this.former.includes(name) : told.names.includes(from);
    });
    return quorum(possible.length, names.length).quorate;
  }

  private count(own: readonly string[]): { readonly votes: number; readonly counted: ReadonlySet<string> } {
    const counted = new Set([...own, ...this.change.names]);
    let largest = 0;
    for (const [from, { names }] of this.told) {
      for (const name of this.countedBy(from, own)) counted.add(name);
      // Whoever does not count this node decides without it; its nodes are other ones, but so many.
      if (own.includes(from)) largest = Math.max(largest, names.length);
    }
    return { votes: Math.max(counted.size, largest), counted };
  }

  private reckon(at: Milliseconds): void {
    const { votes, counted } = this.count(this.names);
    this.votes = votes;
    const outsiders = [...counted].filter((name) => !this.names.includes(name));
    const isSame = outsiders.length === this.outsiders.size && outsiders.every((name) => this.outsiders.has(name));
    if (!isSame) this.outsiders = new Map(outsiders.map((name) => [name, this.outsiders.get(name) ?? at]));
    this.word = this.say();
    this.saved = this.save();
  }

  private say(): NodesWord {
    const { version, names } = this.change;
    const firstHand = [...this.told]
      .filter(([from]) => this.countedBy(from).length > 0)
      .flatMap(([, told]) => told.names);
    const known = new Set(firstHand.filter((name) => !this.names.includes(name)));
    const change = version === 0 ? '' : [version.toString(16), ...[...names].sort()].join(' ');
    return { nodes: sorted(this.names), nodesKnown: sorted(known), nodesChange: change };
  }

  private save(): SavedNodes | undefined {
    const told: Record<string, { nodes: string; known: string }> = {};
    for (const [name, { word, names, known }] of this.told) {
      // Of a pair nothing is to be kept: it adds nothing to any list that its nodes are in.
      if (names.length + known.length > 2) told[name] = { nodes: word.nodes, known: word.nodesKnown };
    }
    const { nodesChange: change } = this.word;
    if (change === '' && Object.keys(told).length === 0) return undefined;
    // Whom this node knows or knew, as long as somebody speaks of it: its file may name fewer at the next start.
    const spokenOf = new Set([...this.told.values()].flatMap(({ names }) => names));
    const former = this.former.filter((name) => !this.names.includes(name) && spokenOf.has(name));
    told[this.self] = { nodes: this.word.nodes, known: sorted(former) };
    const now = { change, told };
    return JSON.stringify(now) === JSON.stringify(this.saved) ? this.saved : now;
  }
}
