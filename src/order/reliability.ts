/**
 * The three messages that keep the sequence whole: request to send again, "cannot", and acknowledgement. They carry no
 * sequence number themselves. The caller adds what every packet has (src, srcuuid, hg, ts, ttl, destuuid).
 *
 * Heartbeat is not of one mind about numbers: the range of a request is decimal, everything else hexadecimal.
 */
import { type Message, textMessage } from '../wire/message.js';
import { hex, parseDecimal, parseHex } from './numbers.js';

/** Why a packet cannot be sent again, in Heartbeat's words. */
export type NakReason = 'seqno too low' | 'seqno not found';

/** `NS_rexmit`: asks `to` to send one packet again. One number a request, as Heartbeat does. */
export function rexmitMessage({ to, seq }: { readonly to: string; readonly seq: number }): Message {
  return textMessage({ t: 'NS_rexmit', dest: to, firstseq: String(seq), lastseq: String(seq) });
}

/** The range that a `NS_rexmit` asks for, or null when it is none: a number missing, 0, or the last before the first. */
export function parseRexmit(message: Message): { readonly firstSeq: number; readonly lastSeq: number } | null {
  const firstSeq = parseDecimal(message.get('firstseq') ?? '');
  const lastSeq = parseDecimal(message.get('lastseq') ?? '');
  if (!firstSeq || !lastSeq || firstSeq > lastSeq) return null;
  return { firstSeq, lastSeq };
}

/** `NS_nak_rexmit`: tells `to` that a packet cannot be sent again. */
export function nakMessage(nak: { readonly to: string; readonly seq: number; readonly reason: NakReason }): Message {
  return textMessage({ t: 'NS_nak_rexmit', firstseq: hex(nak.seq), dest: nak.to, info: nak.reason });
}

/** The number of a packet that cannot be sent again, or null when the message has none. `reason` is the peer's text. */
export function parseNak(message: Message): { readonly seq: number; readonly reason: string } | null {
  const seq = parseHex(message.get('firstseq') ?? '');
  return seq ? { seq, reason: message.get('info') ?? '' } : null;
}

/** `NS_ackmsg`: tells `to` that every packet of it up to `seq` has arrived. */
export function ackMessage({ to, seq }: { readonly to: string; readonly seq: number }): Message {
  return textMessage({ t: 'NS_ackmsg', dest: to, ackseq: hex(seq) });
}

/** The highest number that a `NS_ackmsg` acknowledges, or null when it has none. */
export function parseAck(message: Message): { readonly seq: number } | null {
  const seq = parseHex(message.get('ackseq') ?? '');
  return seq ? { seq } : null;
}
