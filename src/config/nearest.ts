/** "Did you mean": finds the known word that a mistyped one is nearest to. */
import { quote } from './words.js';

/** A word longer than this is not a slip of the fingers: nothing is near to it, and comparing would only cost time. */
const longestWord = 100;

/**
 * How many slips lie between two words: letters inserted, left out, replaced, or two neighbours swapped (the
 * restricted Damerau-Levenshtein distance). Upper and lower case count as the same letter.
 */
export function editDistance(from: string, to: string): number {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;

/** The candidate nearest to `word`, or null when none is near enough to be meant. At a tie the first one. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > longestWord) return null;
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor((word.length + 1) / 3)) + 1;
  for (const candidate of candidates) {
    // The distance is at least the difference of the lengths.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * What to say after "unknown ...": the nearest known word; else, when `what` is given and there are only a few,
 * all of them (`; the nodes are a, b`); else nothing.
 */
export function hint(word: string, candidates: Iterable<string>, what?: string): string {
  const known = [...new Set(candidates)];
  const near = nearest(word, known);
  if (near !== null) return `; did you mean ${quote(near)}?`;
  if (what === undefined || known.length === 0 || known.length > 8) return '';
  return `; ${what} ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
}
