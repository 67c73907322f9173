/** What the exchanges with a Heartbeat have in common, whichever kind of auto_failback the pair has. */
import type { GroupConfig } from '../../config/types.js';
import type { LogLevel, Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { Placement } from '../placement.js';
import type { Assignment } from './holdings.js';

/** A group of this node, as an exchange has to know it. */
export interface DealtGroup {
  readonly config: GroupConfig;
  /** haresources gives it to this node. */
  readonly isOwn: boolean;
  /** Something of it may run here, or is about to. */
  readonly holds: boolean;
  /** It runs here, has failed to, or is not to: there is nothing to wait for. */
  readonly settled: boolean;
  /** It could not be stopped. */
  readonly blocked: boolean;
  /** Where placement would have it if that owner held it now; `failback` false: it stays unless it has to go. */
  readonly place: (owner: 'self' | 'peer', failback: boolean) => Placement;
}

/** This node, as every part of an exchange has to know it. */
export interface NodeSituation {
  readonly at: Milliseconds;
  /** This node has looked what runs here and takes part. */
  readonly active: boolean;
  readonly leaving: boolean;
}

export interface DealingsSituation extends NodeSituation {
  readonly groups: readonly DealtGroup[];
  /** What is to be given is of no use here: it need not run until the other has said that it takes it. */
  readonly hurry: boolean;
  /** The other is heard now, and nothing that it said is missing. */
  readonly isHeard: boolean;
}

/** What came of it: to be sent and logged in order. */
export interface DealingsOutput {
  readonly messages: readonly ExchangeMessage[];
  readonly log: readonly { readonly level: LogLevel; readonly text: string }[];
  /** Groups that run here and ran there too until now: the neighbours may believe the other. */
  readonly regained: readonly GroupConfig[];
  /** Orders of an operator on the other node. */
  readonly moves: readonly { readonly group: GroupConfig; readonly to: 'self' | 'peer' }[];
}

export interface Dealings {
  /** The other is there and takes part. */
  readonly isMet: boolean;
  /** The other says that it is on its way out. */
  readonly isPeerLeaving: boolean;
  /** The other is active: an incarnation that is new to this node. */
  meetAnew(situation: DealingsSituation): void;
  /** The other is active: the incarnation that was given up, which both may have taken for dead. */
  meetAgain(situation: DealingsSituation): void;
  /** The other is dead or has left. */
  part(): void;
  /** This node was given up by the other and holds nothing any more. */
  startAgain(): void;
  hear(message: ExchangeMessage, at: Milliseconds): void;
  /** Does what follows from the situation. */
  advance(situation: DealingsSituation): DealingsOutput;
  /** When `advance` wants to be called next. */
  nextDeadline(): Milliseconds;
  /** Whether this node holds the set of groups that prefer a node, though there may be none. */
  holdsSet(preferred: string): boolean;
  /** Who holds, or is to hold, a group. */
  assignment(group: GroupConfig): Assignment;
}
