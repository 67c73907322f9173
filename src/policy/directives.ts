/**
 * Operators' standing orders (standby, move, cleanup), the same on every node: a small map in which the later order
 * wins. It travels in every heartbeat and is kept on every node's disk, so an order given anywhere holds everywhere,
 * restarts included.
 */

import type { ClusterConfig } from '../config/types.js';

/**
 * What can be ordered. Of a node: `standby`, `maintenance` (also of every node, see `everyNode`). Of a group: `move` (to a
 * wished node), `target` (`stopped`: it is not to run), `unmanage` (nobody is to touch it), and to be done once on every
 * node `cleanup` (its failures are forgotten) and `restart`.
 */
export type DirectiveKind = 'standby' | 'maintenance' | 'move' | 'target' | 'unmanage' | 'cleanup' | 'restart';

/** The subject of `maintenance` of the whole cluster. No node is named so. */
export const everyNode = '*';

interface Entry {
  readonly value: string;
  /** One more than the highest version its author knew. */
  readonly version: number;
  /** Author's node name: decides between two orders of the same version. */
  readonly by: string;
}

/**
 * Most characters of all orders together: they travel in every heartbeat, which has to fit into one datagram (65,507
 * bytes). Beyond it orders are forgotten, those first that have nothing more to say.
 */
const charactersMax = 24_000;
/** A text that no node can have written: each keeps to the bound above. */
const textMax = 2 * charactersMax;
/** Longest name in an order: a node's has 99 bytes at most, a group's id less. */
const nameMax = 99;
/** Longest value: a node's name with both marks that a move may have at its end (regardless of a standby, carried out). */
const valueMax = nameMax + 2;
/** Highest version: ten hexadecimal digits are what is read. */
const versionMax = 0xffffffffff;

/** The orders in force. */
export class Directives {
  private readonly entries = new Map<string, Entry>();
  private cached: string | null = null;
  private characters = 0;
  /** Names of the nodes and ids of the groups; null = not told. */
  private known: ReadonlySet<string> | null = null;

  /** Tells whom the orders are about: those about others are only kept, for others, as long as there is room. */
  know({ nodes, groups }: Pick<ClusterConfig, 'nodes' | 'groups'>): void {
    this.known = new Set([everyNode, ...nodes, ...groups.map(({ id }) => id)]);
  }

  /** The order's value, or null when there is none. */
  get(kind: DirectiveKind, subject: string): string | null {
    const value = this.entries.get(`${kind}/${subject}`)?.value ?? '';
    return value === '' ? null : value;
  }

  /** Version of the order, 0 when there never was one: tells a repeated order from the same one. */
  version(kind: DirectiveKind, subject: string): number {
    return this.entries.get(`${kind}/${subject}`)?.version ?? 0;
  }

  /** Gives an order in the name of node `by`; null takes it back. */
  set(kind: DirectiveKind, subject: string, value: string | null, by: string): void {
    let version = 1;
    for (const entry of this.entries.values()) version = Math.max(version, entry.version + 1);
    this.put(`${kind}/${subject}`, { value: value ?? '', version: Math.min(version, versionMax), by });
    this.trim();
  }

  /**
   * Marks an order as carried out: its value gets `mark` at its end. It is still the same order, so a newer one, given
   * elsewhere at this moment, wins.
   */
  markDone(kind: DirectiveKind, subject: string, mark: string): void {
    const key = `${kind}/${subject}`;
    const entry = this.entries.get(key);
    if (entry === undefined || entry.value === '' || entry.value.endsWith(mark)) return;
    this.put(key, { ...entry, value: entry.value + mark });
    this.trim();
  }

  /** Forgets an order here: it is known again once another node tells it. */
  drop(kind: DirectiveKind, subject: string): void {
    const key = `${kind}/${subject}`;
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.cached = null;
    this.characters -= lengthOf(key, entry);
    this.entries.delete(key);
  }

  /** Takes over what another node knows better. Gives true when something changed. */
  merge(text: string): boolean {
    if (text === this.text() || text.length > textMax) return false;
    let changed = false;
    for (const word of text.split(' ')) {
      const parsed = parseEntry(word);
      if (parsed === null) continue;
      const known = this.entries.get(parsed.key);
      if (known !== undefined && !isLater(parsed.entry, known)) continue;
      this.put(parsed.key, parsed.entry);
      changed = true;
    }
    this.trim();
    return changed;
  }

  /** Text for wire and disk: `kind/subject=value@version@by`, separated by blanks, sorted. */
  text(): string {
    this.cached ??= [...this.entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => formatEntry(key, entry))
      .join(' ');
    return this.cached;
  }

  private put(key: string, entry: Entry): void {
    this.cached = null;
    this.characters -= lengthOf(key, this.entries.get(key));
    this.entries.set(key, entry);
    this.characters += lengthOf(key, entry);
  }

  /** Forgets the orders that matter least, the oldest first, until the others fit. */
  private trim(): void {
    if (this.characters <= charactersMax) return;
    const worths = new Map([...this.entries].map((one) => [one[0], this.worth(one)]));
    const least = [...this.entries].sort(
      (a, b) =>
        (worths.get(a[0]) ?? 0) - (worths.get(b[0]) ?? 0) || Number(isLater(a[1], b[1])) - Number(isLater(b[1], a[1])),
    );
    for (const [key, entry] of least) {
      if (this.characters <= charactersMax) break;
      this.entries.delete(key);
      this.characters -= lengthOf(key, entry);
    }
    this.cached = null;
  }

  /** 0: about nothing that is known here. 1: taken back. 2: carried out. 3: in force. 4: a node's standby, whatever was ordered since. */
  private worth([key, { value }]: readonly [string, Entry]): number {
    const [kind = '', subject = ''] = key.split('/', 2);
    if (this.known?.has(subject) === false) return 0;
    if (value === '') return 1;
    if (value.endsWith('!') || kind === 'cleanup' || kind === 'restart') return 2;
    return kind === 'standby' || kind === 'maintenance' ? 4 : 3;
  }
}

function lengthOf(key: string, entry: Entry | undefined): number {
  return entry === undefined ? 0 : formatEntry(key, entry).length + 1;
}

function formatEntry(key: string, { value, version, by }: Entry): string {
  return `${key}=${value}@${version.toString(16)}@${by}`;
}

function isLater(a: Entry, b: Entry): boolean {
  if (a.version !== b.version) return a.version > b.version;
  if (a.by !== b.by) return a.by > b.by;
  return a.value > b.value;
}

function parseEntry(word: string): { key: string; entry: Entry } | null {
  const match =
    /^((?:standby|maintenance|move|target|unmanage|cleanup|restart)\/[^=@ ]+)=([^=@ ]*)@([0-9a-f]{1,10})@([^=@ ]+)$/.exec(
      word,
    );
  if (match === null) return null;
  const [, key = '', value = '', version = '', by = ''] = match;
  if (key.length > key.indexOf('/') + 1 + nameMax || value.length > valueMax || by.length > nameMax) return null;
  return { key, entry: { value, version: Number.parseInt(version, 16), by } };
}
