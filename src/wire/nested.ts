/**
 * Fields that hold more than a text: messages in messages (types 2 and 4) and lists (type 3). Nothing that systole or
 * Heartbeat's own resource exchange says has any; other clients of a Heartbeat cluster (Pacemaker's) have.
 */
import { readCompressed, readUnsigned } from './compression.js';
import type { Field, Message } from './message.js';
import { type Refusal, refuse } from './refusal.js';

/** How deep messages may lie in messages. */
export const nestingMax = 16;

/**
 * What stands for a newline in string form, by depth, so that a whole message fits into one line: bytes 20 to 31, then
 * 15 to 18. (19 stands for a newline in a text.)
 */
const newlines = Array.from({ length: nestingMax }, (_, depth) =>
  String.fromCharCode(depth < 12 ? 20 + depth : 3 + depth),
);

/**
 * The message in a field of type 2 or 4. `depth` counts from 0, the fields of a packet itself; `algorithm` is the packet's
 * `_compression_algorithm`, for type 4. Refuses `malformed`, `tooBig` and `compressed`.
 */
export function nestedMessage(
  { type, value }: Field,
  { depth, algorithm }: { readonly depth: number; readonly algorithm?: string | undefined },
): { readonly ok: true; readonly message: Message } | Refusal {
  if (type === 4) return readCompressed(value, algorithm);
  if (type !== 2) return refuse('malformed', 'A field holds no message.');
  const newline = newlines[depth];
  if (newline === undefined) return refuse('malformed', `Messages lie more than ${nestingMax} deep in messages.`);
  return readUnsigned(value.startsWith('>>>') ? value.replaceAll(newline, '\n') : value);
}

/** The texts of a list (type 3): `LEN:text,` for each, in both forms of a message. Null when it is damaged. */
export function listItems(value: string): readonly string[] | null {
  const items: string[] = [];
  for (let at = 0; at < value.length; ) {
    const digits = /^(?:0|[1-9]\d{0,6}):/.exec(value.slice(at, at + 8))?.[0];
    if (digits === undefined) return null;
    const start = at + digits.length;
    const end = start + Number.parseInt(digits, 10);
    if (value[end] !== ',') return null;
    items.push(value.slice(start, end));
    at = end + 1;
  }
  return items;
}
