/** A message field by field, for types that have no words of their own; messages in messages and lists are opened. */
import type { Field, Message } from '../wire/message.js';
import { listItems, nestedMessage } from '../wire/nested.js';
import { hexBytes, printable } from './printable.js';

/** Fields of every message, which are told elsewhere or say nothing about the matter. */
const common = new Set('t src srcuuid destuuid seq hg ts ld ttl auth _compression_algorithm'.split(' '));
const fieldsMax = 40;
/** Nested messages that are opened in one packet: each may unpack to two megabytes. */
const nestedMax = 8;

/** The fields that make this message what it is: `name=value` words. */
export function fieldWords(message: Message): string {
  const algorithm = message.get('_compression_algorithm');
  return wordsOf(message, { depth: 0, algorithm, left: { nested: nestedMax } }) || 'nothing else';
}

interface Place {
  readonly depth: number;
  readonly algorithm: string | undefined;
  readonly left: { nested: number };
}

function wordsOf({ fields }: Message, place: Place): string {
  const own = fields.filter(({ name }) => place.depth > 0 || !common.has(name));
  const words = own.slice(0, fieldsMax).map((field) => `${printable(field.name)}=${valueWords(field, place)}`);
  if (own.length > fieldsMax) words.push(`... ${own.length - fieldsMax} more fields`);
  return words.join(' ');
}

function valueWords(field: Field, place: Place): string {
  if (field.type === 0) return printable(field.value);
  if (field.type === 1) return hexBytes(field.value);
  if (field.type === 3) {
    const items = listItems(field.value);
    return items === null ? 'a damaged list' : `[${items.slice(0, fieldsMax).map(printable).join(', ')}]`;
  }
  if (place.left.nested === 0) return `{${field.value.length} bytes}`;
  place.left.nested -= 1;
  const inner = nestedMessage(field, place);
  if (!inner.ok) return `{${inner.text}}`;
  const algorithm = inner.message.get('_compression_algorithm');
  return `{${wordsOf(inner.message, { depth: place.depth + 1, algorithm, left: place.left })}}`;
}
