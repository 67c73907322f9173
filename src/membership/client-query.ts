/**
 * Heartbeat's local clients (`cl_status clientstatus`): a Heartbeat asks another node whether a client is registered there. This
 * node has no API for clients, so it has none; without an answer the asker would wait until its time is over.
 */
import { type Message, textFields } from '../wire/message.js';
import type { Outbound } from './node-list.js';

/** The answer to a query of `from`; null when the message is none. */
export function answerClientQuery(from: string, message: Message): Outbound | null {
  const client = message.get('cn');
  if (message.get('t') !== 'query-cstatus' || client === undefined) return null;
  const asker = message.get('from_id');
  return {
    type: 'respond-cstatus',
    fields: textFields({ dest: from, result: 'OK', cn: client, to_id: asker, cs: 'offline' }),
  };
}
