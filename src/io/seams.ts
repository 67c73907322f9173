/** The small interfaces between the daemon's loop and the world, each with what it guarantees. */
import type { HealthCheck, ResourceConfig } from '../config/types.js';
import type { Action, CheckOutcome, HookCall, LogLevel, ResourceOutcome } from '../events.js';

/** What a medium tells its owner. Called from the event loop, never from inside `send` or `open`. */
export interface MediumHandlers {
  /** One datagram (or one serial message). `bytes` is the callee's to keep. */
  readonly onPacket: (bytes: Uint8Array) => void;
  /** `open`: sending and receiving work from now on. `failed`: they do not, for the reason given; the medium tries again by itself, about once a second. */
  readonly onState: (state: 'open' | 'failed', text: string) => void;
  /** Calls back at every change of an interface; gives a function that ends it. Without it a change is noticed by looking. */
  readonly onInterfaceChange?: (device: string, call: () => void) => () => void;
}

/** Packets, but for the last. The last two only where the medium is slow, and not whole by nature. */
export interface MediumCounters {
  readonly sent: number;
  readonly received: number;
  readonly sendErrors: number;
  /** Not sent because a newer one said the same. */
  readonly replaced?: number;
  /** Bytes received that were part of no packet. */
  readonly discardedBytes?: number;
}

/** One open way to the other nodes. Best effort: packets may be lost, doubled and reordered. */
export interface Medium {
  /** The link's name: the interface, or the tty. Several media may share one. */
  readonly link: string;
  /** The form of packets it carries. */
  readonly form: 'netstring' | 'string';
  /** For humans: "ucast eth0 10.0.0.2:694". */
  readonly description: string;
  /** Sends one packet. Never throws and never waits; what cannot be sent is counted. */
  send(bytes: Uint8Array): void;
  /** Settles, where it does not at once, when what waits is written, or after about a second. Never rejects. */
  close(): void | Promise<void>;
  readonly counters: MediumCounters;
}

/** What a pinger tells its owner. Called from the event loop, never from inside `ping`. */
export interface PingHandlers {
  /** What a ping node gave back: from an address that was asked, once for each request. `bytes` is the callee's to keep. */
  readonly onEcho: (pingNode: string, bytes: Uint8Array) => void;
  /** Something keeps ping nodes from being asked: one sentence. */
  readonly onTrouble: (text: string) => void;
}

/** Asks ping nodes for echoes. Best effort. */
export interface Pinger {
  /** Asks a ping node, all its hosts, to give these bytes back. Never throws and never waits. */
  ping(pingNode: string, bytes: Uint8Array): void;
  close(): void;
  readonly counters: { asked: number; answered: number; failed: number };
}

/** Runs the actions of agents. `run` returns at once; `done` is called exactly once, also on timeout, with one outcome per resource. */
export interface AgentRunner {
  run(action: Action, done: (outcomes: readonly ResourceOutcome[]) => void): void;
  /** Runs a hook; one outcome, with the hook's name for a resource. */
  hook(call: HookCall, done: (outcomes: readonly ResourceOutcome[]) => void): void;
  /** Runs a health check once; `done` is called exactly once, also on timeout. */
  check(check: HealthCheck, done: (outcome: CheckOutcome) => void): void;
  /** Nobody waits for an action any more: its script, if one runs, is ended. `done` is called all the same. */
  cancel(ticket: number): void;
  /** Tells the neighbours once more of those of these addresses that are up. Best effort. */
  announce(resources: readonly ResourceConfig[]): void;
  /** Tells the neighbours where these addresses, which are down here, are up: `node` keeps them. Best effort. */
  announceFor(node: string, resources: readonly ResourceConfig[]): void;
  /** What keeps resources that are up from serving, in plain words. */
  problems(): string[];
  /** Ends helpers that wait, and health checks that run (not running actions). */
  close(): void;
}

/** Never waits and never throws: what cannot be written is counted and told when writing works again. */
export interface Logger {
  log(level: LogLevel, text: string, throttle?: string): void;
  /** Gives what is still queued a bounded time (ms) to be written. */
  close(limitMs: number): Promise<void>;
}
