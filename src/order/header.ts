/** What ordering needs to know of a packet. */
import type { Message, Trusted } from '../wire/message.js';
import { parseHex } from './numbers.js';

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

/** Reads the header. Without a sender, a type and a time that is not 0 a message is nobody's, as for Heartbeat. */
export function headerOf(
  message: Trusted<Message>,
): { readonly ok: true; readonly header: Header } | { readonly ok: false; readonly text: string } {
  const from = message.get('src');
  const type = message.get('t');
  if (!from) return { ok: false, text: 'A packet does not name its sender.' };
  if (!type) return { ok: false, text: `A packet from ${from} has no type.` };
  if (!parseHex(message.get('ts') ?? '')) return { ok: false, text: `A packet from ${from} has no time.` };
  const seq = message.get('seq');
  const generation = parseHex(message.get('hg') ?? '0') ?? Number.NaN;
  const header = {
    from: from.toLowerCase(),
    type,
    seq: seq === undefined ? null : (parseHex(seq) ?? Number.NaN),
    generation,
  };
  return { ok: true, header };
}
