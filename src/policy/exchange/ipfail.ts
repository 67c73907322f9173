/**
 * What this node does in the place of ipfail, Heartbeat's client that compares ping nodes, beside a Heartbeat that runs
 * one: it asks and answers "how many do you reach", and wishes to give everything to the other when it reaches fewer. It
 * knows messages and counts; that the other is stable, and the handing over itself, are the exchange's.
 *
 * Two differences: a wish stands until the counts are equal again (ipfail asks once, and sleeps ten seconds when that
 * fails), and while a ping node is in doubt nothing is said or decided.
 */
import type { LogLevel, Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';

/** A wish to give groups to the other node: `foreign`: only those that are its own by haresources. */
export interface GiveUpWish {
  readonly set: 'all' | 'foreign';
  readonly reason: string;
}

export interface IpfailOutput {
  /** To the other node, in order. */
  readonly messages: ExchangeMessage[];
  readonly log: { level: LogLevel; text: string }[];
}

export interface IpfailOptions {
  readonly self: string;
  readonly peer: string;
  readonly keepaliveMs: Milliseconds;
  /** auto_failback on: once both reach equally many, each may have its own again. */
  readonly failback: boolean;
}

export class Ipfail {
  private readonly options: IpfailOptions;
  /** The other was told that there is somebody to ask. */
  private joined = false;
  /** How many ping nodes this node said last that it reaches. */
  private told: number | null = null;
  /** It is to be said again. */
  private telling = false;
  /** How many the other said, and waits for an answer. */
  private asked: number | null = null;
  private wish: (GiveUpWish & { readonly from: Milliseconds }) | null = null;
  private out: IpfailOutput = { messages: [], log: [] };

  constructor(options: IpfailOptions) {
    this.options = options;
  }

  /** Takes a message of the other node, as membership/ipfail-message.ts gave it. What follows from it is up to `advance`. */
  hear({ type, fields }: ExchangeMessage, at: Milliseconds): void {
    if (type === 'num_ping_nodes') this.asked = readCount(fields.num_ping);
    else if (type === 'you_are_dead') {
      this.giveUp('all', `${this.options.peer} says that it reaches more ping nodes`, at);
    } else if (type === 'abort_giveup') this.stay();
    // Its ipfail has just started and knows nothing of us.
    else if (fields.st === 'join') this.telling = true;
  }

  /** A link of any node has died: a good moment to compare, as for ipfail. */
  linkDied(): void {
    this.telling = true;
  }

  /** `count`: how many ping nodes this node reaches now, null while that is in doubt. */
  advance(count: number | null, at: Milliseconds): void {
    if (!this.joined) this.join();
    if (count === null) return;
    if (this.told !== null && count !== this.told) this.telling = true;
    if (this.telling) this.tell(count);
    this.told = count;
    if (this.asked !== null) this.compare(count, this.asked, at);
    this.asked = null;
  }

  /** The other node is gone, or is no Heartbeat any more: nothing of all that holds. */
  part(): void {
    this.joined = false;
    this.told = null;
    this.telling = false;
    this.asked = null;
    this.wish = null;
  }

  /**
   * What this node wishes to give away, or null. A wish is held back for two keepalives, so that both nodes have noticed
   * when it is the same ping node that they lose; it stands until the other node is known to reach as few.
   */
  giveUpWish(at: Milliseconds): GiveUpWish | null {
    return this.wish !== null && at >= this.wish.from ? { set: this.wish.set, reason: this.wish.reason } : null;
  }

  /** When a wish that was held back comes into force, if that is to come; Infinity = nothing is to come. */
  nextDeadline(at: Milliseconds): Milliseconds {
    return this.wish !== null && at < this.wish.from ? this.wish.from : Number.POSITIVE_INFINITY;
  }

  /** What is to be sent and logged since the last call. */
  drain(): IpfailOutput {
    const { out } = this;
    this.out = { messages: [], log: [] };
    return out;
  }

  private join(): void {
    this.joined = true;
    this.telling = true;
    this.out.messages.push({ type: 'hbapi-clstat', fields: { st: 'join', ...ids, info: 'signon', client_gen: '0' } });
  }

  private tell(count: number): void {
    this.telling = false;
    this.log('info', 'Asking other side for ping node count.');
    this.send('num_ping_nodes', { num_ping: String(count) });
  }

  private compare(own: number, theirs: number, at: Milliseconds): void {
    const { self, peer, failback } = this.options;
    if (own > theirs) {
      this.log('info', 'Telling other node that we have more visible ping nodes.');
      this.wish = null;
      this.send('you_are_dead', {});
    } else if (own < theirs) {
      this.giveUp('all', `${peer} reaches ${theirs} ping nodes, ${self} reaches ${own}`, at);
    } else {
      this.log('info', 'Ping node count is balanced.');
      this.send('abort_giveup', {});
      const stood = this.wish !== null;
      this.stay();
      if (!stood && failback) this.giveUp('foreign', `${self} and ${peer} reach equally many ping nodes`, at);
    }
  }

  private giveUp(set: GiveUpWish['set'], reason: string, at: Milliseconds): void {
    // A second finding of the same kind does not put off the first.
    const from = this.wish?.set === set ? this.wish.from : at + 2 * this.options.keepaliveMs;
    if (this.wish?.set !== set) this.log('info', `Delayed giveup of ${set} resources: ${reason}.`);
    this.wish = { set, reason, from };
  }

  private stay(): void {
    if (this.wish !== null) this.log('info', `Aborted giveup of ${this.wish.set} resources.`);
    this.wish = null;
  }

  private send(type: string, fields: ExchangeMessage['fields']): void {
    this.out.messages.push({ type, fields: { ...fields, dest: this.options.peer, ...ids, client_gen: '0' } });
  }

  private log(level: LogLevel, text: string): void {
    this.out.log.push({ level, text });
  }
}

/** Sender and addressee among the clients of a Heartbeat. */
const ids = { from_id: 'ipfail', to_id: 'ipfail' } as const;

function readCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null;
}
