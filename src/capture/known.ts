/** What the search for causes goes by. */
import type { Sender } from './sender.js';

/** What the configuration says of the cluster; null where it could not be read. */
export interface Known {
  readonly nodes: readonly string[] | null;
  readonly keys: ReadonlySet<number> | null;
  /** Port of heartbeats. */
  readonly port: number;
}

/** A node and what was seen of it. */
export type Named = readonly [name: string, sender: Sender];
