/** First stage of reading: is this a packet at all, and in which of the two forms? */
import { type Refusal, refuse } from './refusal.js';

/** `netstring` is what Heartbeat sends over UDP and ICMP, `string` what it sends over serial lines and old versions over UDP. */
export type Form = 'netstring' | 'string';

/** A packet whose first line says that it is a message; nothing else of it has been looked at. */
export interface Frame {
  readonly form: Form;
  readonly bytes: Uint8Array;
  /** The same bytes, one character each. */
  readonly text: string;
}

/** Heartbeat's MAXMSG: the longest packet that a node accepts, in bytes. */
export const packetLimitBytes = 256 * 1024;

/** Tells the form by the first four bytes. Refuses `tooBig` and `garbage`. */
export function frame(bytes: Uint8Array): { readonly ok: true; readonly frame: Frame } | Refusal {
  if (bytes.length > packetLimitBytes) {
    return refuse('tooBig', `A packet of ${bytes.length} bytes is longer than ${packetLimitBytes}.`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (text.startsWith('###\n')) return { ok: true, frame: { form: 'netstring', bytes, text } };
  if (text.startsWith('>>>\n')) return { ok: true, frame: { form: 'string', bytes, text } };
  return refuse('garbage', `A packet of ${bytes.length} bytes does not begin like a heartbeat message.`);
}
