/** Messages between two ipfails, the clients of Heartbeats that compare ping nodes. */
import type { Message } from '../wire/message.js';
import type { ExchangeMessage } from './exchange-message.js';

const types: ReadonlySet<string> = new Set(['num_ping_nodes', 'you_are_dead', 'abort_giveup', 'hbapi-clstat']);

/** Whether messages of this type are ipfail's. */
export function isIpfailType(type: string): boolean {
  return types.has(type);
}

/** Reads a message that one ipfail sends another, or that tells of its coming and going; null when it is none. */
export function readIpfailMessage(message: Message): ExchangeMessage | null {
  const type = message.get('t') ?? '';
  if (!types.has(type) || message.get('from_id') !== 'ipfail') return null;
  return { type, fields: { num_ping: message.get('num_ping'), st: message.get('st') } };
}
