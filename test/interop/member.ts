/** One node of a pair and the product that runs on it, behind the same few verbs for both products. */
import type { LabNode } from '../lab/node.js';
import type { Name, Product } from './cell.js';

/** Which node owns which group; a group is named by the node it prefers. */
export type Owners = Readonly<Record<Name, Name>>;

/** What both status tools should say. */
export interface Expected {
  readonly owners: Owners;
  readonly running: ReadonlySet<Name>;
}

/** Heartbeat's words for a set of groups, from the side of the node that is asked. */
export type Which = 'all' | 'local' | 'foreign';

export interface Member {
  readonly name: Name;
  readonly node: LabNode;
  readonly product: Product;
  /** Starts the daemon; it has begun, no more. */
  start(): Promise<void>;
  /** Stops it in its orderly way; settles when it is gone. Rejects after two minutes. */
  stop(): Promise<void>;
  /** Makes it read its files again. */
  reload(): Promise<void>;
  /** Runs hb_standby or hb_takeover. Neither tells whether it worked. */
  order(verb: 'standby' | 'takeover', which: Which): Promise<void>;
  /** What its status tool says that is not as expected, in one sentence; null when it agrees. */
  disagrees(expected: Expected): Promise<string | null>;
}

/** Which node has both groups. */
export function allOn(name: Name): Owners {
  return { a: name, b: name };
}

/** Each group is on its preferred node. */
export const home: Owners = { a: 'a', b: 'b' };

export function sameOwners(one: Owners, other: Owners): boolean {
  return one.a === other.a && one.b === other.b;
}
