/**
 * The way in: bytes -> frame -> decode -> authenticate -> order. What comes out is new, from a node of the cluster, and
 * signed with one of our keys; everything else changes nothing but a counter and, throttled, a line in the log.
 */
import type { AuthKeys, ClusterConfig } from '../config/types.js';
import type { LogLevel, Milliseconds } from '../events.js';
import { type PreparedKeys, prepareKeys } from '../wire/digest.js';
import type { Message, Trusted } from '../wire/message.js';
import { readPacket } from '../wire/packet.js';
import { type Header, headerOf } from './header.js';
import type { Outgoing } from './outgoing.js';
import { Receiver, type Verdict } from './receiver.js';
import { ackMessage, nakMessage, parseAck, parseNak, parseRexmit, rexmitMessage } from './reliability.js';

export interface Received {
  /** The node or ping node it came from, when the packet proves that its link works; null otherwise. */
  readonly from: string | null;
  /** Its sequence number; 0 when it has none. */
  readonly seq: number;
  /** The message, when it is new and for us; null otherwise. */
  readonly message: Trusted<Message> | null;
  /** When the request left that this is the echo of; null for everything but echoes of ping nodes. */
  readonly askedAt: Milliseconds | null;
  /** The sender's name, when it is no node of the cluster yet but may join it: its packet is dropped, as Heartbeat does. */
  readonly joining: string | null;
  /** A status of a node that ha.cf does not name: refused, but what it says of the nodes counts (membership/electorate.ts). */
  readonly outsider: { readonly from: string; readonly message: Trusted<Message> } | null;
  /** Packets to send because of it: retransmissions, acknowledgements. */
  readonly replies: readonly Uint8Array[];
  readonly log: readonly { level: LogLevel; text: string; throttle: string }[];
}

export interface IntakeOptions {
  readonly self: string;
  readonly config: ClusterConfig;
  readonly auth: AuthKeys;
  readonly outgoing: Outgoing;
  /** Whether a node that ha.cf does not name may join (autojoin); default: none may. */
  readonly mayJoin?: (name: string) => boolean;
}

/** Anything else is no uuid, and would be sent back to its owner with every message. */
const uuidBytes = 16;

/** Packets remembered in order to know their copies from other links by their bytes alone. */
const copiesMax = 4;

const nothing: Received = {
  ...{ from: null, seq: 0, message: null, askedAt: null, joining: null, outsider: null },
  ...{ replies: [], log: [] },
};

export class Intake {
  /** Packets by what became of them. */
  readonly counters: Record<string, number> = { received: 0 };
  private readonly self: string;
  private readonly config: ClusterConfig;
  private readonly outgoing: Outgoing;
  private readonly mayJoin: (name: string) => boolean;
  private readonly receiver: Receiver;
  /** Grows whenever `generations` gives something new. */
  incarnations = 0;
  private keys: PreparedKeys;
  private dice = 1;
  /** Number of the key that each node signed its newest packet with. */
  private readonly keyNumbers = new Map<string, number>();
  private readonly accepted: { readonly bytes: Uint8Array; readonly from: string; readonly seq: number }[] = [];

  constructor({ self, config, auth, outgoing, mayJoin }: IntakeOptions) {
    this.self = self;
    this.config = config;
    this.outgoing = outgoing;
    this.mayJoin = mayJoin ?? (() => false);
    this.keys = prepareKeys(auth);
    this.receiver = new Receiver({ maxRexmitDelayMs: config.maxRexmitDelayMs, random: () => this.random() });
  }

  start(start: { seed: number; saved: { generations: Readonly<Record<string, number>> } }): void {
    this.dice = start.seed | 1;
    for (const [node, generation] of Object.entries(start.saved.generations)) {
      if (this.config.nodes.includes(node) && node !== this.self) this.receiver.know(node, generation);
    }
  }

  useKeys(auth: AuthKeys): void {
    this.keys = prepareKeys(auth);
    this.accepted.length = 0;
  }

  /** The highest generation known of every other node: an older one is a replay, also after our restart. */
  generations(): Record<string, number> {
    return this.receiver.generations();
  }

  receive(link: string, bytes: Uint8Array, at: Milliseconds): Received {
    this.count('received');
    const copy = this.copyOf(bytes);
    if (copy !== undefined) {
      this.count('duplicates');
      return { ...nothing, from: copy.from, seq: copy.seq };
    }
    // Our own words, just signed by us: they need no second look.
    const askedAt = this.outgoing.echoes.askedAt(link, bytes, at);
    if (askedAt !== null) return { ...nothing, from: link, askedAt };
    const packet = readPacket(bytes, this.keys);
    if (!packet.ok) return this.refuse(packet.reason, `${packet.text} (link ${link})`);
    const headed = headerOf(packet.message);
    if (!headed.ok) return this.refuse('incomplete', headed.text);
    const { header } = headed;
    if (header.type === 'NS_st') return this.unexpectedEcho(packet.message, link);
    if (header.from === this.self) return this.own(packet.message);
    if (!this.config.nodes.includes(header.from)) {
      if (this.mayJoin(header.from)) return { ...nothing, joining: header.from };
      const text = `process_status_message: bad node [${header.from}] in message (link ${link})`;
      const outsider = header.type === 'status' ? { from: header.from, message: packet.message } : null;
      return { ...this.refuse('unknownNode', text), outsider };
    }
    this.keyNumbers.set(header.from, packet.key);
    return this.judged(packet.message, header, { bytes, at });
  }

  /** Asks for what is missing; gives the packets to send. */
  tick(at: Milliseconds): Uint8Array[] {
    if (at < this.receiver.nextDeadline()) return [];
    return this.receiver.due(at).map((request) => {
      this.count('rexmitRequests');
      return this.outgoing.control(rexmitMessage(request), at);
    });
  }

  nextDeadline(): Milliseconds {
    return this.receiver.nextDeadline();
  }

  /** Number of the key that a node signs with; undefined when nothing was heard of it. */
  keyNumberOf(node: string): number | undefined {
    return this.keyNumbers.get(node);
  }

  /** The lowest sequence number of a node that is missing, or null. */
  lowestMissing(node: string): number | null {
    return this.receiver.lowestMissing(node);
  }

  /** The node is dead or gone: nothing more is asked of it. */
  abandon(node: string): void {
    this.receiver.abandon(node);
  }

  /** What a ping node gave back must be, byte for byte, what it was asked just now over that link. */
  private unexpectedEcho(message: Trusted<Message>, link: string): Received {
    return this.refuse(
      'unexpectedEcho',
      `an echo of ping node ${message.get('src')} came that was not asked for, or too late (link ${link})`,
    );
  }

  private judged(
    message: Trusted<Message>,
    header: Header,
    { bytes, at }: { bytes: Uint8Array; at: Milliseconds },
  ): Received {
    const verdict = this.receiver.receive(header, at);
    if (verdict.kind === 'refused') return this.refuse(verdict.reason, verdict.text);
    const seq = header.seq ?? 0;
    if (verdict.kind === 'duplicate') {
      this.count('duplicates');
      return { ...nothing, from: header.from, seq };
    }
    this.noteIncarnation(message, header, verdict);
    if (seq > 0) this.remember({ bytes, from: header.from, seq });
    // A status of our own kind names what it heard (syheard): only a Heartbeat waits for acknowledgements.
    const acknowledge = verdict.ack !== null && message.get('sy') === undefined;
    const replies = acknowledge ? [this.acknowledge(header.from, verdict.ack, at)] : [];
    const dest = message.get('dest');
    if (dest !== undefined && dest !== this.self) return { ...nothing, from: header.from, seq, replies };
    if (header.type.startsWith('NS_')) return { ...nothing, replies: this.reliability(message, header, at) };
    return { ...nothing, from: header.from, seq, message, replies, log: this.lossLog(header, verdict) };
  }

  /**
   * With several links every packet comes several times. A copy of one that was found authentic and new, byte for byte,
   * needs no second look.
   */
  private copyOf(bytes: Uint8Array): { readonly from: string; readonly seq: number } | undefined {
    return this.accepted.find((one) => one.bytes.length === bytes.length && Buffer.compare(one.bytes, bytes) === 0);
  }

  private remember(packet: { bytes: Uint8Array; from: string; seq: number }): void {
    this.accepted.unshift(packet);
    if (this.accepted.length > copiesMax) this.accepted.pop();
  }

  private noteIncarnation(message: Trusted<Message>, { from }: Header, verdict: Verdict): void {
    if (verdict.kind !== 'deliver' || !verdict.newIncarnation) return;
    this.incarnations += 1;
    // A copy from the sender's earlier life is a replay now.
    this.accepted.length = 0;
    this.outgoing.history.forget(from);
    const uuid = message.get('srcuuid');
    if (uuid?.length === uuidBytes) this.outgoing.learn(from, uuid);
  }

  private acknowledge(to: string, seq: number, at: Milliseconds): Uint8Array {
    return this.outgoing.control(ackMessage({ to, seq }), at);
  }

  private reliability(message: Message, { from, type }: Header, at: Milliseconds): Uint8Array[] {
    const { history } = this.outgoing;
    if (type === 'NS_ackmsg') {
      const ack = parseAck(message);
      if (ack !== null) history.acked(from, ack.seq);
    } else if (type === 'NS_nak_rexmit') {
      const nak = parseNak(message);
      if (nak !== null) this.receiver.irretrievable(from, nak.seq);
    } else if (type === 'NS_rexmit') {
      const request = parseRexmit(message);
      if (request === null) return [];
      const { resend, nak } = history.rexmit({ from, ...request }, at);
      return [
        ...resend.map((kept) => this.outgoing.again(kept)),
        ...nak.map((one) => this.outgoing.control(nakMessage({ to: from, ...one }), at)),
      ];
    }
    return [];
  }

  private lossLog({ from }: Header, verdict: Verdict): Received['log'] {
    if (verdict.kind !== 'deliver' || verdict.lost === 0) return [];
    this.count('lost', verdict.lost);
    return [{ level: 'warn', text: `${verdict.lost} lost packet(s) for [${from}]`, throttle: `lost ${from}` }];
  }

  private own(message: Trusted<Message>): Received {
    if (message.get('srcuuid') === this.outgoing.uuid) {
      this.count('own');
      return nothing;
    }
    return this.refuse('ownName', `another machine calls itself ${this.self} too: two nodes must not share a name`);
  }

  private refuse(reason: string, text: string): Received {
    this.count(`refused.${reason}`);
    return { ...nothing, log: [{ level: 'warn', text, throttle: `refused ${reason}` }] };
  }

  private count(name: string, by = 1): void {
    this.counters[name] = (this.counters[name] ?? 0) + by;
  }

  /** A small generator (xorshift32) for waits that must differ between nodes; it needs no quality. */
  private random(): number {
    let x = this.dice;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.dice = x;
    return (x >>> 0) / 2 ** 32;
  }
}
