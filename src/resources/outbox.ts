/** Where a group's wishes go, and how they become effects. */
import type { GroupConfig, ResourceConfig } from '../config/types.js';
import type { Effect, HookCall, LogLevel, Milliseconds, Operation } from '../events.js';

/** Where a group's wishes go: the cluster turns them into effects. */
export interface Outbox {
  /** Asks for an action; gives the ticket its result comes back with. */
  run(request: {
    readonly group: string;
    readonly operation: Operation;
    readonly resources: readonly ResourceConfig[];
    readonly timeoutMs: Milliseconds;
    readonly reason: string;
  }): number;
  /** Asks for a hook to be run; gives the ticket its result comes back with. */
  hook(request: {
    readonly group: GroupConfig;
    readonly hook: HookCall['hook'];
    readonly command: string;
    readonly timeoutMs: Milliseconds;
    readonly reason: string;
  }): number;
  /** Nobody waits for the result of an action any more: what runs for it may be ended. */
  cancel(ticket: number, reason: string): void;
  /** Has addresses that are up announced once more. */
  announce(resources: readonly ResourceConfig[], reason: string): void;
  /** Has addresses that are down here announced for the node that kept them. */
  announceFor(node: string, resources: readonly ResourceConfig[], reason: string): void;
  /** Lines with the same `throttle` key are counted, not repeated. */
  log(level: LogLevel, text: string, throttle?: string): void;
}

/** Numbers the actions; `push` takes each effect. */
export function outboxTo(push: (effect: Effect) => void): Outbox {
  let lastTicket = 0;
  return {
    run({ reason, ...request }) {
      lastTicket += 1;
      push({ type: 'run', action: { ticket: lastTicket, ...request }, reason });
      return lastTicket;
    },
    hook({ group, ...request }) {
      lastTicket += 1;
      push({ type: 'hook', ticket: lastTicket, group: group.name, ...request });
      return lastTicket;
    },
    cancel: (ticket, reason) => push({ type: 'cancel', ticket, reason }),
    announce: (resources, reason) => push({ type: 'announce', resources, reason }),
    announceFor: (node, resources, reason) => push({ type: 'announceFor', node, resources, reason }),
    log: (level, text, throttle) => push({ type: 'log', level, text, ...(throttle === undefined ? {} : { throttle }) }),
  };
}
