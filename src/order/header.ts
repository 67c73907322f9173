/** What ordering needs to know of a packet. */
import type { Message, Trusted } from '../wire/message.js';
import { generationMax, parseHex } from './numbers.js';

export interface Header {
  /** Name of the sender (`src`), lower-case. */
  readonly from: string;
  /** `t`. */
  readonly type: string;
  /** `seq`; null = the packet has none, NaN = it has one that is no number. */
  readonly seq: number | null;
  /** `hg`; 0 = the packet has none (as Heartbeat counts it), NaN = it has one that is no number. */
  readonly generation: number;
}

/** Heartbeat's limit for a node's name, in bytes; no type of message is longer either. */
const nameMaxBytes = 99;

/** Reads the header. Without a sender, a type and a time that is not 0 a message is nobody's, as for Heartbeat. */
export function headerOf(
  message: Trusted<Message>,
): { readonly ok: true; readonly header: Header } | { readonly ok: false; readonly text: string } {
  const from = message.get('src');
  const type = message.get('t');
  if (!from) return { ok: false, text: 'A packet does not name its sender.' };
  if (from.length > nameMaxBytes) return tooLong('sender', from);
  if (type !== undefined && type.length > nameMaxBytes) return tooLong('type', type);
  if (!type) return { ok: false, text: `A packet from ${from} has no type.` };
  if (!parseHex(message.get('ts') ?? '')) return { ok: false, text: `A packet from ${from} has no time.` };
  const seq = message.get('seq');
  const generation = parseHex(message.get('hg') ?? '0') ?? Number.NaN;
  const header = {
    from: from.toLowerCase(),
    type,
    seq: seq === undefined ? null : (parseHex(seq) ?? Number.NaN),
    generation: generation > generationMax ? Number.NaN : generation,
  };
  return { ok: true, header };
}

/** What is too long for a name is not quoted either. */
function tooLong(what: string, name: string): { readonly ok: false; readonly text: string } {
  return {
    ok: false,
    text: `A packet names a ${what} of ${name.length} bytes; no name is longer than ${nameMaxBytes}.`,
  };
}
