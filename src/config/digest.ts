/** Short hashes: the name of a group on the wire, and the mark that tells nodes with different files apart. */
import { createHash } from 'node:crypto';
import type { GroupConfig } from './types.js';

/** The first 8 characters (48 bits) of the base64url SHA-256 of a text. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

/**
 * The digest of what must be the same on every node: names of the nodes, groups, and what resources.ini means. It does
 * not depend on comments, spacing, timing, or on where agents lie.
 */
export function digestOf(nodes: readonly string[], groups: readonly GroupConfig[]): string {
  const meaning = groups.map(({ alias, preferred, nodeOrder, failback, resources }) => ({
    ...{ alias, preferred, nodeOrder, failback },
    resources: resources.map(({ name, timeouts }) => [name, timeouts.startMs, timeouts.stopMs, timeouts.statusMs]),
  }));
  return shortHash(JSON.stringify([[...nodes].sort(), meaning]));
}
