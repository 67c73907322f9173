/** What a packet says, and what its signature is worth. Unlike the daemon this looks at packets that nobody should believe. */
import { authenticate } from '../wire/authenticate.js';
import { isPacked, unpack } from '../wire/compression.js';
import { decode } from '../wire/decode.js';
import type { PreparedKeys } from '../wire/digest.js';
import { type Form, frame } from '../wire/frame.js';
import type { Message } from '../wire/message.js';

/** `unchecked`: there are no keys to check it with. `key` is the number that the packet names. */
export type Signature =
  | { readonly verdict: 'right'; readonly key: number }
  | { readonly verdict: 'wrong'; readonly key: number; readonly text: string }
  | { readonly verdict: 'unknown key'; readonly key: number }
  | { readonly verdict: 'unchecked'; readonly key: number | null }
  | { readonly verdict: 'not signed' };

/** A message, or why there is none. `text` is one plain sentence. */
export type Reading =
  | {
      readonly ok: true;
      readonly form: Form;
      readonly message: Message;
      readonly signature: Signature;
      readonly compressed: boolean;
    }
  | { readonly ok: false; readonly text: string };

/** Whether the bytes begin like a message of either form. */
export function beginsLikeMessage(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4)).toString('latin1');
  return start === '###\n' || start === '>>>\n';
}

/** Reads a packet and checks its signature; without keys that stays open. */
export function readCaptured(bytes: Uint8Array, keys: PreparedKeys | null): Reading {
  const framed = frame(bytes);
  if (!framed.ok) return framed;
  const decoded = decode(framed.frame);
  if (!decoded.ok) return decoded;
  const { form, message, signature: written } = decoded.decoded;
  const signature = written === null ? notSigned : judge(decoded.decoded, written, keys);
  const compressed = isPacked(message);
  // Only what is signed rightly is unpacked, as in the daemon.
  if (!compressed || signature.verdict !== 'right') return { ok: true, form, message, signature, compressed };
  const whole = unpack(message);
  return whole.ok ? { ok: true, form, message: whole.message, signature, compressed } : whole;
}

const notSigned: Signature = { verdict: 'not signed' };

function judge(decoded: Parameters<typeof authenticate>[0], written: string, keys: PreparedKeys | null): Signature {
  const number = /^\d{1,2}(?= )/.exec(written)?.[0];
  const key = number === undefined ? null : Number(number);
  if (keys === null) return { verdict: 'unchecked', key };
  const result = authenticate(decoded, keys);
  if (result.ok) return { verdict: 'right', key: key ?? 0 };
  if (result.reason === 'unknownKey') return { verdict: 'unknown key', key: key ?? 0 };
  return { verdict: 'wrong', key: key ?? -1, text: result.text };
}
