/** The state of the cluster as one node sees it, for command line, metrics and web alike: the shape of `systole status --json`. */

export type NodeState = 'active' | 'up' | 'init' | 'dead' | 'left' | 'fencing' | 'fenced';
export type GroupState = 'started' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'blocked' | 'unmanaged';
export type ResourceState = 'started' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'unknown';

export interface LinkStatus {
  readonly name: string;
  readonly medium: string;
  readonly state: 'up' | 'dead';
}

export interface NodeStatus {
  readonly name: string;
  readonly state: NodeState;
  readonly standby: boolean;
  readonly local: boolean;
  /** True for a peer that speaks Heartbeat's protocol only. */
  readonly legacy: boolean;
  /** 8-4-4-4-12 hexadecimal digits, or null while unknown. */
  readonly uuid: string | null;
  readonly generation: number | null;
  /** Milliseconds since the last heartbeat; null when never heard; 0 for the node itself. */
  readonly lastHeardMs: number | null;
  readonly links: readonly LinkStatus[];
}

export interface ResourceStatus {
  readonly name: string;
  readonly agent: string;
  readonly class: string;
  readonly state: ResourceState;
  readonly failures: number;
}

export interface GroupStatus {
  readonly name: string;
  readonly alias: string | null;
  readonly preferred: string;
  readonly owner: string | null;
  readonly state: GroupState;
  readonly reason: string;
  readonly resources: readonly ResourceStatus[];
}

export interface Status {
  readonly node: string;
  readonly version: string;
  /** RFC 3339. */
  readonly now: string;
  readonly view: {
    readonly members: readonly string[];
    readonly agreed: boolean;
    readonly quorate: boolean;
    /** RFC 3339: since when the view is as it is. */
    readonly since: string;
  };
  readonly nodes: readonly NodeStatus[];
  readonly pingNodes: readonly { readonly name: string; readonly state: 'up' | 'dead' }[];
  readonly groups: readonly GroupStatus[];
  /** Plain words, one a line. Empty when all is well. */
  readonly problems: readonly string[];
  /** Counts since the daemon started, by name: packets refused by reason, sent, received ... */
  readonly counters: Readonly<Record<string, number>>;
  /** Recorded ha.cf parameters, for cl_status hbparameter. */
  readonly parameters: Readonly<Record<string, string>>;
}
