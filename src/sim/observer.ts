/** Those who watch the simulated world: invariants, transcripts, digests. They change nothing in it. */
import type { Effect, Event, Milliseconds } from '../events.js';
import type { SimNode } from './node.js';

export interface Observer {
  /** The world did something to a node (a fault, a boot), or to the network (null). */
  happened(at: Milliseconds, node: SimNode | null, text: string): void;
  /** A core took an event and gave these effects; they have been performed. */
  stepped(at: Milliseconds, node: SimNode, event: Event, effects: readonly Effect[]): void;
  /** A node came to hold a group (some resource up or being started) or to hold it no more. */
  holding(at: Milliseconds, node: SimNode, group: string, held: boolean): void;
  /** Who can hear whom may have changed. */
  connected(at: Milliseconds): void;
  /** The core or the daemon broke a rule that the world itself sees. */
  misuse(at: Milliseconds, node: SimNode, text: string): void;
}

/** An observer that looks away: a base to override. */
export class Bystander implements Observer {
  happened(_at: Milliseconds, _node: SimNode | null, _text: string): void {}
  stepped(_at: Milliseconds, _node: SimNode, _event: Event, _effects: readonly Effect[]): void {}
  holding(_at: Milliseconds, _node: SimNode, _group: string, _held: boolean): void {}
  connected(_at: Milliseconds): void {}
  misuse(_at: Milliseconds, _node: SimNode, _text: string): void {}
}
