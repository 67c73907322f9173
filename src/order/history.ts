/** What this node has sent lately, so that it can be sent again to those who missed it. */
import type { Milliseconds } from '../events.js';
import type { Message } from '../wire/message.js';
import type { NakReason } from './reliability.js';

/** How many packets are kept. */
export const historyLength = 500;

/** How many requested packets are answered in a second at most, whoever asks. */
export const resendLimit = 50;

const resendPeriodMs = 1000;

/** Requests of several nodes for one packet come about one delay apart; they may be this much early. */
const requestJitterMs = 10;

interface Kept {
  readonly seq: number;
  readonly message: Message;
  resentAt: Milliseconds;
}

/** What to do about a request: packets to send once more, as they were, and numbers that can only be refused. */
export interface RexmitAnswer {
  readonly resend: readonly Message[];
  readonly nak: readonly { readonly seq: number; readonly reason: NakReason }[];
}

export class History {
  /** A ring: the packet with number n is at n modulo the length, if it is kept. */
  readonly #kept: (Kept | undefined)[] = new Array(historyLength);
  /** By node, the highest number it has acknowledged. */
  readonly #acked = new Map<string, number>();
  readonly #quietMs: Milliseconds;
  #highest = 0;
  #periodStart: Milliseconds = Number.NEGATIVE_INFINITY;
  #answered = 0;

  constructor({ maxRexmitDelayMs }: { readonly maxRexmitDelayMs: Milliseconds }) {
    this.#quietMs = maxRexmitDelayMs - requestJitterMs;
  }

  /** The highest number remembered; 0 = none. */
  get highest(): number {
    return this.#highest;
  }

  /** Keeps a packet that is being sent, until 500 newer ones are. Numbers ascend from 1. */
  remember(seq: number, message: Message): void {
    this.#kept[seq % historyLength] = { seq, message, resentAt: Number.NEGATIVE_INFINITY };
    this.#highest = seq;
  }

  /**
   * Answers a request of node `from`. Nothing is done about numbers not sent yet (the asker may mean an earlier life of ours),
   * numbers it has acknowledged, packets that were sent again a moment ago, and what is beyond 50 numbers in a request or in a second:
   * who still misses them asks again.
   */
  rexmit(request: { from: string; firstSeq: number; lastSeq: number }, at: Milliseconds): RexmitAnswer {
    const resend: Message[] = [];
    const nak: { seq: number; reason: NakReason }[] = [];
    const { from, firstSeq, lastSeq } = request;
    if (!(Number.isSafeInteger(firstSeq) && firstSeq > 0 && lastSeq >= firstSeq)) return { resend, nak };
    const first = Math.max(firstSeq, (this.#acked.get(from) ?? 0) + 1);
    const last = Math.min(lastSeq, this.#highest, first + resendLimit - 1);
    for (let seq = first; seq <= last && this.#mayAnswer(at); seq++) {
      const kept = this.#kept[seq % historyLength];
      if (kept?.seq !== seq) {
        nak.push({ seq, reason: seq <= this.#highest - historyLength ? 'seqno too low' : 'seqno not found' });
      } else if (at - kept.resentAt >= this.#quietMs) {
        kept.resentAt = at;
        resend.push(kept.message);
      } else {
        continue;
      }
      this.#answered += 1;
    }
    return { resend, nak };
  }

  /** Notes that a node has everything up to `seq`. False when that cannot be, because it was not sent yet. */
  acked(from: string, seq: number): boolean {
    if (!(seq > 0 && seq <= this.#highest)) return false;
    this.#acked.set(from, Math.max(seq, this.#acked.get(from) ?? 0));
    return true;
  }

  /** This node counts from 1 again: nothing that was sent is sent again. */
  clear(): void {
    this.#kept.fill(undefined);
    this.#acked.clear();
    this.#highest = 0;
  }

  /** The node has restarted or left: what it acknowledged in its former life counts no more. */
  forget(from: string): void {
    this.#acked.delete(from);
  }

  #mayAnswer(at: Milliseconds): boolean {
    if (at - this.#periodStart >= resendPeriodMs) {
      this.#periodStart = at;
      this.#answered = 0;
    }
    return this.#answered < resendLimit;
  }
}
