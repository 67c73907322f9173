/** The cells of the interop matrix: which product runs on which node, and what is in their files. */

export type Product = 'systole' | 'heartbeat';
/** The two nodes; each is preferred by one group of its own. */
export type Name = 'a' | 'b';
export type Medium = 'ucast' | 'bcast' | 'mcast' | 'serial';
export type Digest = 'crc' | 'md5' | 'sha1';
export type Failback = 'on' | 'off' | 'legacy';

export interface Cell {
  readonly a: Product;
  readonly b: Product;
  readonly medium: Medium;
  readonly digest: Digest;
  readonly failback: Failback;
}

export const names: readonly Name[] = ['a', 'b'];

const choices = {
  products: ['systole+heartbeat', 'heartbeat+systole', 'heartbeat+heartbeat', 'systole+systole'],
  media: ['ucast', 'bcast', 'mcast', 'serial'],
  digests: ['sha1', 'md5', 'crc'],
  failbacks: ['on', 'off', 'legacy'],
} as const;

/** The node that is not this one. */
export function otherThan(name: Name): Name {
  return name === 'a' ? 'b' : 'a';
}

/** Whether both products are in it. */
export function isMixed({ a, b }: Cell): boolean {
  return a !== b;
}

/** `systole+heartbeat/ucast/sha1/on`: the product on a, the one on b, medium, digest, auto_failback. */
export function cellName({ a, b, medium, digest, failback }: Cell): string {
  return [`${a}+${b}`, medium, digest, failback].join('/');
}

/** Every cell there is: mixed pairs first, then the pairs of one kind, which are the comparison. */
export const allCells: readonly Cell[] = choices.products.flatMap((products) =>
  choices.media.flatMap((medium) =>
    choices.digests.flatMap((digest) =>
      choices.failbacks.map((failback): Cell => {
        const [a, b] = products.split('+') as [Product, Product];
        return { a, b, medium, digest, failback };
      }),
    ),
  ),
);

/**
 * The cells that a pattern names: like a cell's name, where `*` is anything, words with commas are alternatives, and missing
 * parts at the end are anything. `mixed` is both mixed pairs. Throws where no cell matches.
 */
export function cellsNamed(pattern: string): readonly Cell[] {
  const parts = pattern.replace(/^mixed/, 'systole+heartbeat,heartbeat+systole').split('/');
  const found = allCells.filter((cell) => {
    const words = cellName(cell).split('/');
    return parts.every((part, index) => part === '*' || part.split(',').includes(words[index] ?? ''));
  });
  if (found.length === 0) throw new Error(`no cell is named "${pattern}"; a cell's name is like ${sampleName()}`);
  return found;
}

function sampleName(): string {
  const [first] = allCells;
  return first === undefined ? '' : cellName(first);
}
