/**
 * The netstring form: `###\n`, then `LEN:(T)name=value,` for every field, then `%%%\n`, then, when signed,
 * `LEN:K DIGEST,` where K is the number of the key and the digest covers everything before it. Nothing follows.
 */
import type { Field, FieldType } from './message.js';
import { type Refusal, refuse } from './refusal.js';

/** What stands in a message of netstring form. */
export interface NetstringContent {
  readonly ok: true;
  readonly fields: readonly Field[];
  /** Length in bytes of what a signature covers: from the first byte to the end of `%%%\n`. */
  readonly bodyLength: number;
  /** `K DIGEST`, or null when the message ends without. */
  readonly signature: string | null;
}

const head = '###\n';
const foot = '%%%\n';
/** More digits than any length below the packet limit has. */
const lengthDigitsLimit = 6;
const colon = 0x3a;
const zero = 0x30;

/** Takes a message apart, strictly: what Heartbeat would never write is refused as `malformed`. */
export function decodeNetstring(text: string): NetstringContent | Refusal {
  if (!text.startsWith(head)) return refuse('malformed', 'A netstring message does not begin with its mark.');
  const fields: Field[] = [];
  let position = head.length;
  while (!text.startsWith(foot, position)) {
    const item = itemAt(text, position);
    if (item === null) return refuse('malformed', `The netstring at byte ${position} is damaged.`);
    const field = fieldOf(text, item.start, item.end);
    if (field === null) return refuse('malformed', `The field at byte ${item.start} is damaged.`);
    fields.push(field);
    position = item.end + 1;
  }
  if (fields.length === 0) return refuse('malformed', 'A netstring message has no field.');
  const bodyLength = position + foot.length;
  if (bodyLength === text.length) return { ok: true, fields, bodyLength, signature: null };
  const trailer = itemAt(text, bodyLength);
  if (trailer === null) return refuse('malformed', 'The signature after a netstring message is damaged.');
  if (trailer.end + 1 !== text.length) return refuse('malformed', 'Something follows the signature of a message.');
  return { ok: true, fields, bodyLength, signature: text.slice(trailer.start, trailer.end) };
}

/** The text of one netstring `LEN:text,` as [start, end), or null when it is damaged or runs over the end. */
function itemAt(text: string, position: number): { start: number; end: number } | null {
  let length = 0;
  let index = position;
  for (; text.charCodeAt(index) !== colon; index++) {
    const digit = text.charCodeAt(index) - zero;
    // NaN at the end of the text fails the comparison too.
    if (!(digit >= 0 && digit <= 9) || index - position >= lengthDigitsLimit) return null;
    // A leading zero would be a second way to write the same number.
    if (length === 0 && index > position) return null;
    length = length * 10 + digit;
  }
  if (index === position) return null;
  const start = index + 1;
  return text[start + length] === ',' ? { start, end: start + length } : null;
}

/** `(T)name=value`, or null when it is something else. The name may not be empty, the value may. */
function fieldOf(text: string, start: number, end: number): Field | null {
  const type = text.charCodeAt(start + 1) - zero;
  if (text[start] !== '(' || !(type >= 0 && type <= 4) || text[start + 2] !== ')') return null;
  const equals = text.indexOf('=', start + 3);
  if (equals <= start + 3 || equals >= end) return null;
  return { name: text.slice(start + 3, equals), type: type as FieldType, value: text.slice(equals + 1, end) };
}

/** The body of a message: everything that a signature covers, one character a byte. */
export function encodeNetstring(fields: readonly Field[]): string {
  let text = head;
  for (const { name, type, value } of fields) {
    text += `${name.length + value.length + 4}:(${type})${name}=${value},`;
  }
  return text + foot;
}

/** The netstring that follows a body. `signature` is `K DIGEST`. */
export function encodeSignature(signature: string): string {
  return `${signature.length}:${signature},`;
}
