/** Messages of Heartbeat's v1 exchange about resources, as far as the exchange reads them. */
import type { Message, Trusted } from '../wire/message.js';

/** Type and text fields of a message, read or to be sent. */
export interface ExchangeMessage {
  readonly type: string;
  readonly fields: Readonly<Record<string, string | undefined>>;
}

const types: ReadonlySet<string> = new Set([
  'starting',
  'resource',
  'ask_resources',
  'hb_takeover',
  'ip-request',
  'ip-request-resp',
]);
const fieldNames = ['rsc_hold', 'rtype', 'isstable', 'info', 'ipaddr', 'ok'];
/** Longer than any word of the exchange, names of resources included; the rest of a longer one says nothing, and would be kept and logged. */
const wordMaxBytes = 1000;

/** Reads a message of the exchange; null when it is of another type. */
export function readExchangeMessage(message: Trusted<Message>): ExchangeMessage | null {
  const type = message.get('t') ?? '';
  if (!types.has(type)) return null;
  const fields = Object.fromEntries(fieldNames.map((name) => [name, message.get(name)?.slice(0, wordMaxBytes)]));
  return { type, fields };
}
