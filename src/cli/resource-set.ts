/** Heartbeat's words for sets of groups, as arguments. */
import type { ResourceSet } from '../events.js';
import { UsageError } from './arguments.js';

const sets: readonly ResourceSet[] = ['all', 'local', 'foreign', 'failback'];

/** The set of this name, or null. */
export const resourceSet = (word: string): ResourceSet | null => sets.find((set) => set === word) ?? null;

/** The set that a verb's only word names; all when there is none. Throws UsageError. */
export function setOf(words: readonly string[]): ResourceSet {
  if (words.length > 1) throw new UsageError(`"${words[1]}" is one word too many`);
  const word = words[0] ?? 'all';
  const set = resourceSet(word);
  if (set === null) throw new UsageError(`there is no set "${word}" of resources; there are: ${sets.join(', ')}`);
  return set;
}
