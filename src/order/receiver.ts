/**
 * Generations and sequence numbers of what comes in: which packet is new, and which has been seen before. It reports,
 * it never acts. The rules are Heartbeat 3.0.6's but for three: a number seen long ago is a replay and not a duplicate, a packet of a
 * generation that no status has announced is refused, and requests for a lost packet end some day.
 */
import type { Milliseconds } from '../events.js';
import type { Header } from './header.js';
import { gapLimit, Missing } from './missing.js';

/** A duplicate further behind than this many numbers can be no second copy from another link: it is a replay. */
export const duplicateWindow = 500;

/** Acknowledgements are sent for one packet out of this many, so that they stay a small part of the traffic. */
const ackInterval = 10;

export type VerdictRefusal = 'replay' | 'badSequence' | 'badGeneration' | 'unknownGeneration';

/**
 * What a packet is. `deliver`: new; `lost` packets before it are missing (they are asked for, unless they are too many:
 * then they are given up), and `newIncarnation` says that tracking of this generation starts with it, so whatever was
 * known of the sender's earlier life is void (true at first contact too). `late`: one that was missing, new too.
 * `duplicate`: seen, normal with several links, `behind` numbers before the newest; a small number proves the link, a
 * large one may be a replay. `ack`: the number to acknowledge now, or null.
 */
export type Verdict =
  | { readonly kind: 'deliver'; readonly newIncarnation: boolean; readonly lost: number; readonly ack: number | null }
  | { readonly kind: 'late'; readonly ack: number | null }
  | { readonly kind: 'duplicate'; readonly behind: number }
  | { readonly kind: 'refused'; readonly reason: VerdictRefusal; readonly text: string };

interface Sender {
  /** The highest generation known. */
  generation: number;
  /** The highest number accepted of that generation; 0 = no packet of it yet. */
  last: number;
  readonly missing: Missing;
  /** Acknowledged are the numbers that end (in decimal) in this digit: each node takes its own, so that they do not all do it at once. */
  readonly ackDigit: number;
  /** The highest number acknowledged. */
  acked: number;
}

export interface ReceiverOptions {
  /** ha.cf's max_rexmit_delay. */
  readonly maxRexmitDelayMs: Milliseconds;
  /** A number from 0 up to, without, 1. */
  readonly random: () => number;
}

/** Tracks all senders. Callers pass only nodes of the cluster, so that the table cannot grow without bound. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #senders = new Map<string, Sender>();

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Tells of a generation from saved state: from now on an older one is a replay. */
  know(from: string, generation: number): void {
    const sender = this.#senders.get(from);
    if (sender === undefined) this.#senders.set(from, this.#newSender(generation));
    else if (generation > sender.generation) this.#restart(sender, generation, 0);
  }

  /** The highest generation known of every sender, by name: what `know` wants to be told after a restart. */
  generations(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#senders, ([from, { generation }]) => [from, generation]));
  }

  /** Judges one packet, which arrived at `at`. */
  receive({ from, type, seq, generation }: Header, at: Milliseconds): Verdict {
    const sender = this.#senders.get(from);
    if (type.startsWith('NS_')) return unsequenced(from, sender, generation);
    if (seq === null) return refused('badSequence', `A ${type} packet from ${from} has no sequence number.`);
    if (!(Number.isSafeInteger(seq) && seq > 0)) {
      return refused('badSequence', `The sequence number of a ${type} packet from ${from} is no number above 0.`);
    }
    if (!(Number.isSafeInteger(generation) && generation >= 0)) {
      return refused('badGeneration', `The generation of a ${type} packet from ${from} is no number.`);
    }
    if (sender !== undefined && generation < sender.generation) return oldGeneration(from, sender, generation);
    if (sender === undefined || generation > sender.generation || sender.last === 0) {
      return this.#introduce({ from, type, seq, generation }, sender);
    }
    return seq > sender.last ? advance(sender, seq, at) : lookBack(from, sender, seq);
  }

  /** The peer cannot send this number again (NS_nak_rexmit): it is not asked for any more. False when it was not missing. */
  irretrievable(from: string, seq: number): boolean {
    return this.#senders.get(from)?.missing.delete(seq) ?? false;
  }

  /** The node is dead: nothing more is asked of it. What it sends later is judged as before. */
  abandon(from: string): void {
    this.#senders.get(from)?.missing.clear();
  }

  /** The node belongs to the cluster no more, or its generation is to be believed anew: forgets all, generation included. */
  forget(from: string): void {
    this.#senders.delete(from);
  }

  /** The lowest number of a sender's that is missing, or null: what came before it came in full. */
  lowestMissing(from: string): number | null {
    return this.#senders.get(from)?.missing.lowest ?? null;
  }

  /** The packets to ask for now, one NS_rexmit each; they count as asked for. */
  due(at: Milliseconds): { to: string; seq: number }[] {
    const requests: { to: string; seq: number }[] = [];
    for (const [to, { missing }] of this.#senders) {
      if (missing.size > 0) for (const seq of missing.due(at)) requests.push({ to, seq });
    }
    return requests;
  }

  /** When `due` is next to be called (ms, the clock of `at`); Infinity when nothing is missing. */
  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const { missing } of this.#senders.values()) if (missing.size > 0) next = Math.min(next, missing.nextDeadline);
    return next;
  }

  /** Only a status starts a generation: it alone says all that must be known of a node. */
  #introduce({ from, type, generation, seq }: Header & { readonly seq: number }, known: Sender | undefined): Verdict {
    if (type !== 'status') {
      return refused(
        'unknownGeneration',
        `A ${type} packet from ${from} is of generation ${generation}, which no status has announced yet.`,
      );
    }
    const sender = known ?? this.#newSender(generation);
    this.#senders.set(from, sender);
    this.#restart(sender, generation, seq);
    return { kind: 'deliver', newIncarnation: true, lost: 0, ack: ackInOrder(sender, seq) };
  }

  #newSender(generation: number): Sender {
    const ackDigit = Math.floor(this.#options.random() * ackInterval);
    return { generation, last: 0, missing: new Missing(this.#options), ackDigit, acked: 0 };
  }

  #restart(sender: Sender, generation: number, last: number): void {
    sender.generation = generation;
    sender.last = last;
    sender.acked = 0;
    sender.missing.clear();
  }
}

/** NS_ packets have no number. Heartbeat does not look at their generation; one of an earlier life is a replay all the same. */
function unsequenced(from: string, sender: Sender | undefined, generation: number): Verdict {
  // 0 = none given, as in the packets that come back from ping nodes.
  if (sender !== undefined && generation > 0 && generation < sender.generation) {
    return oldGeneration(from, sender, generation);
  }
  return { kind: 'deliver', newIncarnation: false, lost: 0, ack: null };
}

/** A number above all others so far. */
function advance(sender: Sender, seq: number, at: Milliseconds): Verdict {
  const lost = seq - sender.last - 1;
  const { missing } = sender;
  if (lost > gapLimit) missing.clear();
  else if (lost > 0) missing.add(sender.last + 1, seq - 1, at);
  sender.last = seq;
  if (missing.size > 0) missing.deleteBelow(seq - gapLimit);
  return { kind: 'deliver', newIncarnation: false, lost, ack: lost > 0 ? null : ackInOrder(sender, seq) };
}

/** A number not above the highest: one that was missing, or one seen before. */
function lookBack(from: string, sender: Sender, seq: number): Verdict {
  const lowest = sender.missing.lowest;
  if (sender.missing.delete(seq)) return { kind: 'late', ack: seq === lowest ? ackAfterGap(sender) : null };
  const behind = sender.last - seq;
  if (behind < duplicateWindow) return { kind: 'duplicate', behind };
  return refused('replay', `A packet from ${from} has sequence number ${seq}, but ${sender.last} was there long ago.`);
}

/** What to acknowledge after a packet that came in order: it, if it is one to acknowledge and nothing is missing. */
function ackInOrder(sender: Sender, seq: number): number | null {
  if (seq % ackInterval !== sender.ackDigit || sender.missing.size > 0) return null;
  sender.acked = seq;
  return seq;
}

/** What to acknowledge after the lowest missing packet arrived: the highest number to acknowledge before the next gap. */
function ackAfterGap(sender: Sender): number | null {
  const { missing, last, ackDigit, acked } = sender;
  const whole = missing.lowest === null ? last : missing.lowest - 1;
  const seq = whole - ((whole - ackDigit + ackInterval) % ackInterval);
  if (seq <= acked) return null;
  sender.acked = seq;
  return seq;
}

function oldGeneration(from: string, sender: Sender, generation: number): Verdict {
  const text = `A packet from ${from} is of generation ${generation}, but ${sender.generation} is known: attempted replay attack, or its generation file was lost.`;
  return refused('replay', text);
}

function refused(reason: VerdictRefusal, text: string): Verdict {
  return { kind: 'refused', reason, text };
}
