/** Finds what an operator named, or says what he may have meant. */
import { nearest } from '../config/nearest.js';
import type { GroupStatus, Status } from '../status.js';
import { UsageError } from './arguments.js';

function unknown(what: string, word: string, known: readonly string[]): UsageError {
  const near = nearest(word, known);
  const rest =
    near === null ? (known.length === 0 ? '' : `; there are: ${known.join(', ')}`) : `; did you mean ${near}?`;
  return new UsageError(`there is no ${what} "${word}"${rest}`);
}

/** The group of this name (its first resource as written in haresources) or alias. Throws UsageError. */
export function groupNamed(status: Status, word: string): GroupStatus {
  const group = status.groups.find(({ name, alias }) => name === word || alias === word);
  if (group !== undefined) return group;
  const names = status.groups.flatMap(({ name, alias }) => (alias === null ? [name] : [name, alias]));
  throw unknown('group', word, names);
}

/** The node of this name, in whatever case. Throws UsageError. */
export function nodeNamed(status: Status, word: string): string {
  const name = word.toLowerCase();
  const names = status.nodes.map((node) => node.name);
  if (names.includes(name)) return name;
  throw unknown('node', word, names);
}
