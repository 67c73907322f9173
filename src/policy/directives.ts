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

/**
 * Most characters of all orders together: they travel in every heartbeat, which has to fit into one datagram (65,507
 * bytes). Beyond it orders are forgotten, those first that have nothing more to say.
 */
const charactersMax = 24_000;

/** The orders in force. */
export class Directives {
  private readonly entries = new Map<string, Entry>();
  private cached: string | null = null;
  private characters = 0;

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
      .map(([key, entry]) => formatEntry(key, entry))
      .join(' ');
    return this.cached;
  }

  private put(key: string, entry: Entry): void {
    this.cached = null;
    this.characters -= lengthOf(key, this.entries.get(key));
    this.entries.set(key, entry);
    this.characters += lengthOf(key, entry);
    while (this.characters > charactersMax && this.forgetOne()) this.cached = null;
  }

  /** Forgets the oldest of the orders that matter least. Gives false when none may be forgotten. */
  private forgetOne(): boolean {
    let least: [string, Entry] | null = null;
    for (const one of this.entries) {
      // A node in standby stays so, whatever else was ordered since.
      if (worth(one) === 3) continue;
      const less =
        least === null || worth(one) < worth(least) || (worth(one) === worth(least) && isLater(least[1], one[1]));
      if (less) least = one;
    }
    if (least === null) return false;
    this.entries.delete(least[0]);
    this.characters -= lengthOf(...least);
    return true;
  }
}

/** 0: taken back. 1: carried out. 2: in force. 3: in force, and never forgotten. */
function worth([key, { value }]: [string, Entry]): 0 | 1 | 2 | 3 {
  if (value === '') return 0;
  if (value.endsWith('!') || key.startsWith('cleanup/')) return 1;
  return key.startsWith('standby/') ? 3 : 2;
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
  const match = /^((?:standby|move|cleanup)\/[^=@ ]+)=([^=@ ]*)@([0-9a-f]{1,12})@([^=@ ]+)$/.exec(word);
  if (match === null) return null;
  const [, key = '', value = '', version = '', by = ''] = match;
  return { key, entry: { value, version: Number.parseInt(version, 16), by } };
}
