/** The vocabulary between the pure core and the shell: what can happen (Event) and what is to be done (Effect). */
import type { AuthKeys, ClusterConfig, HealthCheck, ResourceConfig } from './config/types.js';

/** Monotonic time in milliseconds, of no known origin; only differences mean something. */
export type Milliseconds = number;

/** What an operator, or a script for him, asks of the cluster. */
export type Command =
  | { readonly verb: 'node-standby'; readonly node: string }
  | { readonly verb: 'node-online'; readonly node: string }
  | { readonly verb: 'node-add'; readonly nodes: readonly string[] }
  | { readonly verb: 'node-forget'; readonly nodes: readonly string[] }
  | { readonly verb: 'move'; readonly group: string; readonly node: string }
  | { readonly verb: 'clear'; readonly group: string }
  | { readonly verb: 'cleanup'; readonly group: string }
  | { readonly verb: 'start' | 'stop' | 'restart' | 'manage' | 'unmanage'; readonly group: string }
  /** Nothing is started, stopped or mended on the node, or where it is null, on any. */
  | { readonly verb: 'maintenance'; readonly node: string | null; readonly on: boolean }
  | { readonly verb: 'standby'; readonly set: ResourceSet }
  | { readonly verb: 'takeover'; readonly set: ResourceSet };

/** Heartbeat's names for sets of groups, as seen from the node that gives (standby) or takes (takeover). */
export type ResourceSet = 'all' | 'local' | 'foreign' | 'failback';

/** The answer to a command: done, or a refusal in one plain sentence. */
export type CommandResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string };

/** `status`: the look at the start whether it runs already. `monitor`: whether what should run still does. */
export type Operation = 'start' | 'stop' | 'status' | 'monitor';

/**
 * One thing to do to resources of one group. More than one resource only for neighbouring built-in addresses, which
 * go up or down in one batch.
 */
export interface Action {
  /** Comes back with the result. */
  readonly ticket: number;
  /** Name of the group. */
  readonly group: string;
  readonly operation: Operation;
  readonly resources: readonly ResourceConfig[];
  readonly timeoutMs: Milliseconds;
}

/** How an action ended for one resource. Success and failure have the same shape. */
export interface ResourceOutcome {
  /** Name of the resource. */
  readonly resource: string;
  /** `running` and `stopped` answer a status or monitor action only. */
  readonly outcome: 'succeeded' | 'failed' | 'timedOut' | 'running' | 'stopped';
  readonly exitCode: number | null;
  /** One line for the log: what the agent said, or why it failed. Empty when there is nothing to say. */
  readonly text: string;
}

/** How a run of a health check ended. */
export interface CheckOutcome {
  readonly good: boolean;
  /** One line: why not. */
  readonly text: string;
}

/** A node that was met, as Heartbeat's hostcache keeps it. */
export interface KnownHost {
  readonly name: string;
  /** 16 bytes as a latin1 string; '' when none was heard. */
  readonly uuid: string;
}

/** The nodes of a cluster with autojoin, and those that were deleted from it. */
export interface Hosts {
  readonly known: readonly KnownHost[];
  readonly deleted: readonly KnownHost[];
}

/** What a node keeps on disk over restarts of its daemon. */
export interface SavedState {
  /** Operators' standing orders, see policy/directives.ts. */
  readonly directives: string;
  /** Highest generation seen of every node, by name: an older one is a replay. */
  readonly generations: Readonly<Record<string, number>>;
  /** With autojoin only. */
  readonly hosts?: Hosts;
  /** Terms of the claims to what ran here, by group id; what of it still runs at the next start of the daemon goes on. */
  readonly held: Readonly<Record<string, number>>;
  /** By how many nodes majorities are reckoned, see membership/electorate.ts; left out when ha.cf says it all. */
  readonly nodes?: SavedNodes;
}

/** What was heard of the cluster's nodes. Names are separated by blanks. */
export interface SavedNodes {
  /** The newest change: its number (hexadecimal), then the nodes after it; '' = none. */
  readonly change: string;
  /** By node: those that it takes for the cluster, and others that it has heard of. */
  readonly told: Readonly<Record<string, { readonly nodes: string; readonly known: string }>>;
}

/** Everything that can happen. `at` is the monotonic time it was noticed. */
export type Event =
  | {
      readonly type: 'start';
      readonly at: Milliseconds;
      /** Wall-clock time (ms since 1970) that belongs to `at`: only for the wire's ts field. */
      readonly wallMs: number;
      readonly generation: number;
      /** 16 bytes as a latin1 string. */
      readonly uuid: string;
      /** Dice for this run: any 32-bit number. */
      readonly seed: number;
      readonly saved: SavedState;
    }
  | { readonly type: 'packet'; readonly at: Milliseconds; readonly link: string; readonly bytes: Uint8Array }
  | { readonly type: 'tick'; readonly at: Milliseconds }
  | {
      readonly type: 'actionResult';
      readonly at: Milliseconds;
      readonly ticket: number;
      readonly outcomes: readonly ResourceOutcome[];
    }
  /** Something took resources (by name) away from this machine that an agent had started; `text` says what. */
  | {
      readonly type: 'lost';
      readonly at: Milliseconds;
      readonly resources: readonly string[];
      readonly text: string;
    }
  /** A health check has run; `text` says why it was not good. */
  | ({ readonly type: 'checkResult'; readonly at: Milliseconds; readonly name: string } & CheckOutcome)
  | { readonly type: 'command'; readonly at: Milliseconds; readonly id: number; readonly command: Command }
  | { readonly type: 'keys'; readonly at: Milliseconds; readonly auth: AuthKeys }
  | { readonly type: 'configure'; readonly at: Milliseconds; readonly config: ClusterConfig }
  | { readonly type: 'shutdown'; readonly at: Milliseconds }
  /** A program without which this node is no good has failed (`failfast`); `text` is the sentence for the log. */
  | { readonly type: 'failfast'; readonly at: Milliseconds; readonly text: string }
  | {
      readonly type: 'medium';
      readonly at: Milliseconds;
      readonly link: string;
      readonly state: 'open' | 'failed';
      readonly text: string;
    };

/** A script of rc.d to run. Nothing waits for it. */
export interface ScriptCall {
  /** Its file name, which is its argument too. */
  readonly name: string;
  /** Variables beside those that agents get. */
  readonly env: Readonly<Record<string, string>>;
  readonly reason: string;
}

/** A command around a transition of a group. Its result comes back as that of an action. */
export interface HookCall {
  readonly ticket: number;
  /** Name of the group. */
  readonly group: string;
  readonly hook: 'beforeStart' | 'afterStart' | 'beforeStop' | 'afterStop';
  /** A shell reads it. */
  readonly command: string;
  readonly timeoutMs: Milliseconds;
  readonly reason: string;
}

export type LogLevel = 'debug' | 'info' | 'notice' | 'warn' | 'error' | 'crit';

/** Everything the shell is asked to do. It is never awaited; what comes of it is a later event. */
export type Effect =
  /** To every link. `text` is the same packet in string form, for serial lines: there only when one is configured. */
  | { readonly type: 'send'; readonly bytes: Uint8Array; readonly text?: Uint8Array }
  /** Asks a ping node for an echo of these bytes; it comes back as a packet with the ping node's name as link. */
  | { readonly type: 'ping'; readonly node: string; readonly bytes: Uint8Array }
  | { readonly type: 'run'; readonly action: Action; readonly reason: string }
  | ({ readonly type: 'hook' } & HookCall)
  /** Runs a health check once. Every run ends with a result. */
  | { readonly type: 'check'; readonly check: HealthCheck }
  /** Nobody waits for the action with that ticket any more. No result of it is needed. */
  | { readonly type: 'cancel'; readonly ticket: number; readonly reason: string }
  /** Tells the neighbours once more where addresses that are up here are: they may have believed another node. */
  | { readonly type: 'announce'; readonly resources: readonly ResourceConfig[]; readonly reason: string }
  /** Tells the neighbours of addresses that are down here that `node` has them, which does not tell them itself. */
  | {
      readonly type: 'announceFor';
      readonly node: string;
      readonly resources: readonly ResourceConfig[];
      readonly reason: string;
    }
  | { readonly type: 'reply'; readonly id: number; readonly result: CommandResult }
  /** Lines with the same `throttle` key are counted, not repeated. */
  | { readonly type: 'log'; readonly level: LogLevel; readonly text: string; readonly throttle?: string }
  /** The programs of `respawn` and `failfast` are to run from now on. */
  | { readonly type: 'clients'; readonly reason: string }
  | ({ readonly type: 'script' } & ScriptCall)
  | { readonly type: 'save'; readonly saved: SavedState }
  /** This node is done: everything is given up. `code` is the process's exit code. */
  | { readonly type: 'exit'; readonly code: number; readonly reason: string };
