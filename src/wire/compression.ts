/** Reads what Heartbeat compressed. We never write it. */
import { inflateSync } from 'node:zlib';
import { type Field, type Message, message } from './message.js';
import { decodeNetstring } from './netstring.js';
import { type Refusal, refuse } from './refusal.js';
import { decodeStringForm } from './string-form.js';

/** Heartbeat's limit of a message once it is unpacked, in bytes. */
export const unpackedLimitBytes = 2 * 1024 * 1024;

/** The field that holds a whole message, compressed, and the one that names the method. */
const payloadName = '_compressed_payload';
const algorithmName = '_compression_algorithm';

/** Whether the message is only the wrapping of a compressed one. */
export function isPacked(outer: Message): boolean {
  return outer.get(payloadName) !== undefined;
}

/**
 * Gives the message itself, or the one it wraps: `_compressed_payload`, by the method in `_compression_algorithm`. What a
 * trusted message wraps is as trusted as it is, for the signature covers it. Refuses `malformed`, `tooBig` and
 * `compressed` (a method that is not known). A wrapping in a wrapping is refused: Heartbeat writes none.
 */
export function unpack<M extends Message>(outer: M): { readonly ok: true; readonly message: M } | Refusal {
  const payload = outer.get(payloadName);
  if (payload === undefined) return { ok: true, message: outer };
  const inner = readCompressed(payload, outer.get(algorithmName));
  if (!inner.ok) return inner;
  if (isPacked(inner.message)) return refuse('malformed', 'A compressed message wraps another compressed one.');
  return { ok: true, message: inner.message as M };
}

/** A message of either form in compressed bytes (one character each). Refuses as `unpack` does. */
export function readCompressed(
  packed: string,
  algorithm: string | undefined,
): { readonly ok: true; readonly message: Message } | Refusal {
  const text = inflate(packed, algorithm);
  return text.ok ? readUnsigned(text.text) : text;
}

/** A message of either form whose signature, if it has one, does not count. Refuses `malformed`. */
export function readUnsigned(text: string): { readonly ok: true; readonly message: Message } | Refusal {
  const content: { readonly ok: true; readonly fields: readonly Field[] } | Refusal = text.startsWith('>>>')
    ? decodeStringForm(text)
    : decodeNetstring(text);
  return content.ok ? { ok: true, message: message(content.fields) } : content;
}

function inflate(
  packed: string,
  algorithm: string | undefined,
): { readonly ok: true; readonly text: string } | Refusal {
  if (algorithm !== 'zlib') return unknownMethod(algorithm);
  try {
    const bytes = inflateSync(Buffer.from(packed, 'latin1'), { maxOutputLength: unpackedLimitBytes });
    return { ok: true, text: bytes.toString('latin1') };
  } catch (error) {
    // The one error that tells of size; every other one tells of damage.
    const tooBig = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (tooBig) return refuse('tooBig', `A compressed message unpacks to more than ${unpackedLimitBytes} bytes.`);
    return refuse('malformed', 'A compressed message is damaged.');
  }
}

function unknownMethod(algorithm: string | undefined): Refusal {
  if (algorithm === undefined) return refuse('malformed', 'A compressed message does not say how it is compressed.');
  // The name comes from the packet, so only the one that is known is quoted.
  if (algorithm !== 'bz2') return refuse('compressed', 'A message is compressed by a method that is not known.');
  return refuse(
    'compressed',
    'A message is compressed with bz2, which is not read here: let its sender say "compression zlib" in ha.cf.',
  );
}
