/** Second stage of reading: the fields of a framed packet, and what its signature is about. */
import type { Form, Frame } from './frame.js';
import { type Message, message } from './message.js';
import { decodeNetstring } from './netstring.js';
import type { Refusal } from './refusal.js';
import { decodeStringForm } from './string-form.js';

/** A message that anybody may have sent. */
export interface Decoded {
  readonly form: Form;
  readonly message: Message;
  /** The bytes that the signature covers. */
  readonly signed: Uint8Array;
  /** `K DIGEST` as it stands in the packet, or null. */
  readonly signature: string | null;
}

/** Reads the fields. Refuses `malformed`. Nested, list and compressed fields stay the raw bytes they are. */
export function decode({ form, bytes, text }: Frame): { readonly ok: true; readonly decoded: Decoded } | Refusal {
  if (form === 'netstring') {
    const content = decodeNetstring(text);
    if (!content.ok) return content;
    const { fields, bodyLength, signature } = content;
    return { ok: true, decoded: { form, message: message(fields), signed: bytes.subarray(0, bodyLength), signature } };
  }
  const content = decodeStringForm(text);
  if (!content.ok) return content;
  const { fields, signed, signature } = content;
  return { ok: true, decoded: { form, message: message(fields), signed: Buffer.from(signed, 'latin1'), signature } };
}
