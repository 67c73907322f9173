/** What a bench measures: a product that keeps addresses on one of two nodes. Ours, and the peers it is compared with. */
import type { ClusterTiming } from '../test/lab/cluster-files.js';
import type { Lab } from '../test/lab/lab.js';
import type { LabNode } from '../test/lab/node.js';

export interface ContestOptions {
  readonly timing: ClusterTiming;
  readonly addresses: readonly string[];
  /** In how many groups the addresses are, evenly. */
  readonly groups: number;
}

/** Two running nodes, the addresses on the first. */
export interface Contest {
  readonly lab: Lab;
  /** Has the addresses now, and loses them in the measurement. */
  readonly owner: LabNode;
  readonly other: LabNode;
  /** Ends the owner's program in its orderly way. */
  stopOwner(): void;
  /** Moves the addresses to the other node by the operator's command; null where the product has none. */
  readonly move: (() => Promise<void>) | null;
  /** What both nodes logged so far. */
  readonly events: () => ContestEvents;
}

export interface ContestEvents {
  /** Names of nodes that were declared dead, in order. */
  readonly deaths: readonly string[];
  readonly lateHeartbeats: number;
}

export interface Contestant {
  readonly name: string;
  /** Why it cannot be measured here, in one sentence, or null. Fetches what it needs. */
  missing(): Promise<string | null>;
  /** Starts it on two nodes and waits until the first has the addresses. Nothing is left when it rejects. */
  start(options: ContestOptions): Promise<Contest>;
}
