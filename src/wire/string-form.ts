/**
 * The string form: `>>>\n`, one line `name=value` for every field, `<<<\n`. A type other than string is marked `(T)` before
 * the name; binary values are base64; a newline in a string is written as byte 0x13. The signature is a field `auth`
 * that covers the lines of all others. Heartbeat uses this form on serial lines, and its lines for the inner signature
 * of the netstring form.
 */
import type { Field, FieldType } from './message.js';
import { type Refusal, refuse } from './refusal.js';

/** What stands in a message of string form. */
export interface StringContent {
  readonly ok: true;
  /** All fields in order, `auth` among them. */
  readonly fields: readonly Field[];
  /** What the signature covers: the lines of all fields but `auth`. */
  readonly signed: string;
  /** `K DIGEST`, or null when there is no `auth`. */
  readonly signature: string | null;
}

const head = '>>>\n';
const foot = '<<<\n';
const newlineStandIn = '\x13';

/**
 * Takes a message apart, strictly: what Heartbeat would never write is refused as `malformed`. One NUL may follow, as
 * versions before cluster-glue 1.0.10 send it.
 */
export function decodeStringForm(text: string): StringContent | Refusal {
  if (!text.startsWith(head)) return refuse('malformed', 'A string message does not begin with its mark.');
  const fields: Field[] = [];
  let signed = '';
  let signature: string | null = null;
  let position = head.length;
  while (!text.startsWith(foot, position)) {
    const end = text.indexOf('\n', position);
    if (end < 0) return refuse('malformed', 'A string message is cut off before its end.');
    const field = fieldOf(text, position, end);
    if (field === null) return refuse('malformed', `The line at byte ${position} is no field.`);
    if (field.name === 'auth' && field.type === 0) {
      if (signature !== null) return refuse('malformed', 'A string message has two signatures.');
      signature = field.value;
    } else {
      signed += text.slice(position, end + 1);
    }
    fields.push(field);
    position = end + 1;
  }
  const rest = text.slice(position + foot.length);
  if (rest !== '' && rest !== '\0') return refuse('malformed', 'Something follows the end of a string message.');
  if (signed === '') return refuse('malformed', 'A string message has no field.');
  return { ok: true, fields, signed, signature };
}

/** The field on the line [start, end), or null. Name and value may not be empty, and only what `fieldLine` writes is read. */
function fieldOf(text: string, start: number, end: number): Field | null {
  const mark = /^\(([1-4])\)/.exec(text.slice(start, start + 3));
  const nameStart = mark === null ? start : start + 3;
  const equals = text.indexOf('=', nameStart);
  if (equals <= nameStart || equals >= end - 1 || text[nameStart] === '(') return null;
  const type = (mark === null ? 0 : Number(mark[1])) as FieldType;
  const value = plainValue(type, text.slice(equals + 1, end));
  return value === null ? null : { name: text.slice(nameStart, equals), type, value };
}

function plainValue(type: FieldType, written: string): string | null {
  if (type === 0) return written.replaceAll(newlineStandIn, '\n');
  if (type === 2 || type === 3) return written;
  const bytes = Buffer.from(written, 'base64');
  // Node reads past what is not base64; only text that comes out again is whole.
  return bytes.toString('base64') === written ? bytes.toString('latin1') : null;
}

/**
 * The line of one field, with its newline. Empty for a field with an empty value, which this form cannot carry.
 * Nested messages (2) and lists (3) are written as they are. Throws a RangeError on what would break the lines: these are
 * only ever written by ourselves.
 */
export function fieldLine({ name, type, value }: Field): string {
  if (value === '') return '';
  const mark = type === 0 ? '' : `(${type})`;
  const line = `${mark}${name}=${writtenValue(type, value)}`;
  if (name === '' || name.includes('=') || name.startsWith('(') || line.includes('\n')) {
    throw new RangeError(`The field ${JSON.stringify(name)} of type ${type} cannot be written as a line.`);
  }
  return `${line}\n`;
}

function writtenValue(type: FieldType, value: string): string {
  if (type === 0) return value.includes('\n') ? value.replaceAll('\n', newlineStandIn) : value;
  if (type === 2 || type === 3) return value;
  return Buffer.from(value, 'latin1').toString('base64');
}

/** The lines of all fields: what an inner signature covers. */
export function fieldLines(fields: readonly Field[]): string {
  let text = '';
  for (const field of fields) text += fieldLine(field);
  return text;
}

/** A whole message of these lines. */
export function encodeStringForm(lines: string): string {
  return head + lines + foot;
}
