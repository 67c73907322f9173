/**
 * Operators' standing orders (standby, move, cleanup), the same on every node: a small map in which the later order
 * wins. It travels in every heartbeat and is kept on every node's disk, so an order given anywhere holds everywhere,
 * restarts included.
 */

/** What can be ordered: a node's standby, a group's wished node, a group's failures forgotten. */
export type DirectiveKind = 'standby' | 'move' | 'cleanup';

interface Entry {
  readonly value: string;
  /** One more than the highest version its author knew. */
  readonly version: number;
  /** Author's node name: decides between two orders of the same version. */
  readonly by: string;
}

/** Most entries kept; beyond it the oldest are forgotten, so that no peer can make the map grow without limit. */
const entriesMax = 1000;

/** The orders in force. */
export class Directives {
  private readonly entries = new Map<string, Entry>();
  private cached: string | null = null;

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
    this.put(`${kind}/${subject}`, { value: value ?? '', version, by });
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
  }

  /** Takes over what another node knows better. Gives true when something changed. */
  merge(text: string): boolean {
    if (text === this.text()) return false;
    let changed = false;
    for (const word of text.split(' ')) {
      const parsed = parseEntry(word);
      if (parsed === null) continue;
      const known = this.entries.get(parsed.key);
      if (known !== undefined && !isLater(parsed.entry, known)) continue;
      this.put(parsed.key, parsed.entry);
      changed = true;
    }
    return changed;
  }

  /** Text for wire and disk: `kind/subject=value@version@by`, separated by blanks, sorted. */
  text(): string {
    this.cached ??= [...this.entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${key}=${entry.value}@${entry.version.toString(16)}@${entry.by}`)
      .join(' ');
    return this.cached;
  }

  private put(key: string, entry: Entry): void {
    this.cached = null;
    this.entries.set(key, entry);
    if (this.entries.size <= entriesMax) return;
    const oldest = [...this.entries].reduce((a, b) => (isLater(a[1], b[1]) ? b : a));
    this.entries.delete(oldest[0]);
  }
}

function isLater(a: Entry, b: Entry): boolean {
  if (a.version !== b.version) return a.version > b.version;
  if (a.by !== b.by) return a.by > b.by;
  return a.value > b.value;
}

function parseEntry(word: string): { key: string; entry: Entry } | null {
  const match = /^((?:standby|move|cleanup)\/[^=@ ]+)=([^=@ ]*)@([0-9a-f]{1,12})@([^=@ ]+)$/.exec(word);
  if (match === null) return null;
  const [, key = '', value = '', version = '', by = ''] = match;
  return { key, entry: { value, version: Number.parseInt(version, 16), by } };
}
