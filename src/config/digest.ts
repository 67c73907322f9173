/** Short hashes: the name of a group on the wire, and the mark that tells nodes with different files apart. */
import { createHash } from 'node:crypto';
import type { Declarations } from './declarations.js';
import type { GroupConfig, HealthCheck, ResourceConfig } from './types.js';

/** The first 8 characters (48 bits) of the base64url SHA-256 of a text. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

/** What the digest is of. */
export interface Shared {
  readonly nodes: readonly string[];
  readonly groups: readonly GroupConfig[];
  readonly healthChecks: readonly HealthCheck[];
  readonly declarations: Declarations;
}

/**
 * The digest of what must be the same on every node: names of the nodes, groups, and what resources.ini means. It does
 * not depend on comments, spacing, timing, or on where agents lie.
 */
export function digestOf({ nodes, groups, healthChecks, declarations }: Shared): string {
  const meaning = groups.map(({ alias, preferred, nodeOrder, failback, resources, hooks }) => ({
    ...{ alias, preferred, nodeOrder, failback, hooks: sorted(hooks) },
    resources: resources.map((resource) => meaningOf(resource, declarations)),
  }));
  return shortHash(JSON.stringify([[...nodes].sort(), meaning, healthChecks.map(sorted)]));
}

function meaningOf(resource: ResourceConfig, declarations: Declarations): unknown[] {
  const { name, timeouts, watch, args, parameters } = resource;
  const agent = declarations.get(name)?.agent?.text ?? '';
  // A classic name has a script on one node and an OCF agent on another; the name itself says all that must be the same.
  const own = agent !== '' || name.startsWith('OCF::') ? [agent, args, sorted(parameters)] : [];
  return [name, sorted(timeouts), sorted(watch), own];
}

const sorted = (values: object): [string, unknown][] => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
