/** From the bytes of a packet to a message that may be trusted, and back. */
import { authenticate } from './authenticate.js';
import { unpack } from './compression.js';
import { decode } from './decode.js';
import type { PreparedKeys } from './digest.js';
import { type Form, frame } from './frame.js';
import type { Field, Message, Trusted } from './message.js';
import { encodeNetstring, encodeSignature } from './netstring.js';
import type { Refusal } from './refusal.js';
import { encodeStringForm, fieldLine, fieldLines } from './string-form.js';

/** Reads one packet: frame, decode, authenticate, and only then unpack. Never throws; what is refused says why. */
export function readPacket(
  bytes: Uint8Array,
  keys: PreparedKeys,
): { readonly ok: true; readonly message: Trusted<Message>; readonly form: Form; readonly key: number } | Refusal {
  const framed = frame(bytes);
  if (!framed.ok) return framed;
  const decoded = decode(framed.frame);
  if (!decoded.ok) return decoded;
  const authentic = authenticate(decoded.decoded, keys);
  if (!authentic.ok) return authentic;
  const whole = unpack(authentic.message);
  if (!whole.ok) return whole;
  return { ok: true, message: whole.message, form: framed.frame.form, key: authentic.key };
}

/** How to write a packet. */
export interface WriteOptions {
  /** `netstring` as with `msgfmt netstring`; `classic` the same with the inner signature appended (Heartbeat's default); `string` as on serial lines. */
  readonly form: 'netstring' | 'classic' | 'string';
  readonly keys: PreparedKeys;
}

/**
 * Writes one packet, signed with the active key. A field `auth` that the message has from being read is replaced by
 * the new signature; fields with an empty value are left out, because string form cannot carry them. Throws
 * a RangeError on a field that no peer could read (an empty name, `=` in a name): messages to write are our own.
 */
export function writePacket(message: Message, { form, keys }: WriteOptions): Uint8Array {
  const fields = message.fields.filter(isContent);
  if (form === 'netstring') return signedNetstring(fields, keys);
  const lines = fieldLines(fields);
  const auth: Field = { name: 'auth', type: 0, value: sign(Buffer.from(lines, 'latin1'), keys) };
  if (form === 'string') return Buffer.from(encodeStringForm(lines + fieldLine(auth)), 'latin1');
  fields.push(auth);
  return signedNetstring(fields, keys);
}

function isContent({ name, value }: Field): boolean {
  return value !== '' && name !== 'auth';
}

function signedNetstring(fields: readonly Field[], keys: PreparedKeys): Uint8Array {
  const body = encodeNetstring(fields);
  return Buffer.from(body + encodeSignature(sign(Buffer.from(body, 'latin1'), keys)), 'latin1');
}

function sign(bytes: Uint8Array, { active, signing }: PreparedKeys): string {
  return `${active} ${signing.digest(bytes)}`;
}
