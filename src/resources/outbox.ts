/** Turns the wishes of groups into effects. */
import type { Effect } from '../events.js';
import type { Outbox } from './group.js';

/** Numbers the actions; `push` takes each effect. */
export function outboxTo(push: (effect: Effect) => void): Outbox {
  let lastTicket = 0;
  return {
    run({ reason, ...request }) {
      lastTicket += 1;
      push({ type: 'run', action: { ticket: lastTicket, ...request }, reason });
      return lastTicket;
    },
    announce: (resources, reason) => push({ type: 'announce', resources, reason }),
    announceFor: (node, resources, reason) => push({ type: 'announceFor', node, resources, reason }),
    log: (level, text) => push({ type: 'log', level, text }),
  };
}
