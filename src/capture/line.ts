/** One packet as one line: for people, and for programs. */
import type { Message } from '../wire/message.js';
import { printable } from './printable.js';
import type { Signature } from './reading.js';
import { isBad, pathOf, type SeenPacket } from './seen.js';
import { describeMessage, type Vocabulary } from './words.js';

/** The signature in words: right, wrong, unknown key N, not signed, not checked. */
export function signatureWords(signature: Signature): string {
  switch (signature.verdict) {
    case 'right':
      return `signature right (key ${signature.key})`;
    case 'wrong':
      return signature.key < 0 ? 'signature WRONG (no key and digest)' : `signature WRONG (key ${signature.key})`;
    case 'unknown key':
      return `signature of UNKNOWN KEY ${signature.key}`;
    case 'unchecked':
      return `signature not checked${signature.key === null ? '' : ` (key ${signature.key})`}`;
    case 'not signed':
      return 'NOT SIGNED';
    default:
      return signature satisfies never;
  }
}

/** `WHEN  FROM -> TO  TYPE  SENDER  seq N  what is in it  signature`, two blanks between the columns. */
export function packetLine(packet: SeenPacket, when: string, vocabulary: Vocabulary): string {
  const { reading, medium } = packet;
  const start = [when, medium === 'udp' || medium === 'serial' ? pathOf(packet) : `${pathOf(packet)} ${medium}`];
  if (!reading.ok) return [...start, `UNREADABLE: ${reading.text}`].join('  ');
  const { message, signature } = reading;
  const seq = message.get('seq');
  return [
    ...start,
    printable(message.get('t') ?? 'no type'),
    printable(message.get('src') ?? 'no sender'),
    ...(seq === undefined ? [] : [`seq ${decimal(seq)}`]),
    reading.compressed ? `compressed; ${describeMessage(message, vocabulary)}` : describeMessage(message, vocabulary),
    signatureWords(signature),
  ].join('  ');
}

/** The same for programs. Binary fields are hexadecimal. */
export function packetObject(packet: SeenPacket, vocabulary: Vocabulary): Record<string, unknown> {
  const { reading, medium, from, to, port, vlans, wallMs, offset } = packet;
  const place = { time: wallMs === null ? null : rfc3339(wallMs), offset, medium, from, to, port, vlans };
  if (!reading.ok) return { ...place, bad: true, problem: reading.text };
  const { message, form, signature, compressed } = reading;
  return {
    ...place,
    bad: isBad(packet),
    form,
    compressed,
    type: message.get('t') ?? null,
    sender: message.get('src') ?? null,
    seq: numberOrNull(message.get('seq')),
    generation: numberOrNull(message.get('hg')),
    text: describeMessage(message, vocabulary),
    signature: signature.verdict,
    key: 'key' in signature ? signature.key : null,
    fields: fieldObjects(message),
  };
}

function fieldObjects({ fields }: Message): { name: string; type: number; value: string }[] {
  return fields.map(({ name, type, value }) => ({
    ...{ name, type },
    value: type === 1 || type === 4 ? Buffer.from(value, 'latin1').toString('hex') : value,
  }));
}

/** A hexadecimal number as people count; as it stands when it is none. */
function decimal(text: string): string {
  const number = numberOrNull(text);
  return number === null ? printable(text) : String(number);
}

function numberOrNull(text: string | undefined): number | null {
  return text !== undefined && /^[0-9a-fA-F]{1,13}$/.test(text) ? Number.parseInt(text, 16) : null;
}

/** UTC; null where the file's number is no date. */
function rfc3339(wallMs: number): string | null {
  const date = new Date(wallMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
