/**
 * What this node does in the place of ipfail, Heartbeat's client that compares ping nodes, beside a Heartbeat that runs
 * one: it asks and answers "how many do you reach", and wishes to give everything to the other when it reaches fewer. It
 * knows messages and counts; that the other is stable, and the handing over itself, are the exchange's.
 *
 * Differences: a wish stands until the counts are equal again (ipfail asks once, and sleeps ten seconds when that fails);
 * while a ping node is in doubt nothing is said or decided; the wait before giving up begins when the ping node was lost,
 * not when the other has answered; and who reaches more asks for the groups, where an ipfail waits until they are given.
 */
import type { LogLevel, Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { PingNodes } from '../../membership/ping-nodes.js';

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
  readonly deadpingMs: Milliseconds;
  /** auto_failback on: once both reach equally many, each may have its own again. */
  readonly failback: boolean;
}

/** What this node reaches now. */
export interface OwnReach {
  /** How many ping nodes; null while that is in doubt. */
  readonly count: number | null;
  /** What is dead now was lost by this moment; -Infinity: nothing is. */
  readonly lostBy: Milliseconds;
}

export function ownReach(pingNodes: PingNodes): OwnReach {
  const reaches = [...pingNodes.connectivity().values()];
  const count = reaches.includes('doubtful') ? null : reaches.filter((reach) => reach === 'reached').length;
  return { count, lostBy: pingNodes.lostBy() };
}

/** Heartbeat looks for silence so often. */
const heartbeatLookMs = 250;
/** A request that came to nothing in this time is not repeated: the other's own ipfail may give up yet. */
const requestMs = 5000;

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
  /** This node reaches more: the reason to ask for what the other has. */
  private lead: { readonly reason: string; readonly until: Milliseconds } | null = null;
  /** This node has lost a ping node, and not been found to reach as many as the other since. */
  private losing = false;
  private reach: OwnReach = { count: null, lostBy: Number.NEGATIVE_INFINITY };
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

  /** Does what follows from what was heard and from what this node reaches now. */
  advance(reach: OwnReach, at: Milliseconds): void {
    const { count } = reach;
    this.reach = reach;
    if (!this.joined) this.join();
    if (count === null) return;
    if (this.told !== null && count !== this.told) this.onChange(count > this.told);
    // The answer goes first: that all is balanced would end what the other begins at the same word from here.
    if (this.asked !== null) this.compare(count, this.asked, at);
    if (this.telling) this.tell(count);
    this.told = count;
    this.asked = null;
  }

  /** The other node is gone, or is no Heartbeat any more: nothing of all that holds. */
  part(): void {
    this.joined = false;
    this.told = null;
    this.telling = false;
    this.asked = null;
    this.wish = null;
    this.lead = null;
    this.losing = false;
  }

  /**
   * What this node wishes to give away, or null. A wish is held back until both nodes have noticed when it is the same
   * ping node that they lose (see `sureAt`), and while there is a doubt; it stands until the other node is known to reach
   * as few.
   */
  giveUpWish(at: Milliseconds): GiveUpWish | null {
    if (this.wish === null || at < this.wish.from || this.reach.count === null) return null;
    return { set: this.wish.set, reason: this.wish.reason };
  }

  /**
   * Why this node wants what the other has, or null. It is sure at once: what this node reaches it heard half a deadping
   * ago at most, what the other lost it has not heard for all of it.
   */
  takeWish(at: Milliseconds): string | null {
    return this.lead !== null && at < this.lead.until && this.reach.count !== null ? this.lead.reason : null;
  }

  /** The other gives what this node asked for: its ipfail need not do it once more. */
  noteGiven(): void {
    if (this.lead === null) return;
    this.lead = null;
    this.send('abort_giveup', {});
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

  /** The other is to compare anew; what was found with another count is no wish any more, however long it was held back. */
  private onChange(isGain: boolean): void {
    this.telling = true;
    if (isGain) this.stay();
    else this.losing = true;
    this.lead = null;
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
      this.lead = { reason: `${self} reaches ${own} ping nodes, ${peer} reaches ${theirs}`, until: at + requestMs };
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
    this.lead = null;
    // A second finding of the same kind does not put off the first.
    const from = this.wish?.set === set ? this.wish.from : this.sureAt(set, at);
    if (this.wish?.set !== set) this.log('info', `Delayed giveup of ${set} resources: ${reason}.`);
    this.wish = { set, reason, from };
  }

  /**
   * From when on a finding counts. Both nodes lose a ping node that dies, and the other's ipfail says so once its
   * Heartbeat has noticed: that looks for silence every quarter of a second, and does what there is to do whenever it
   * wakes, which is once a keepalive at least. Had it lost what is dead here too, it would as a rule have said so by then;
   * on a machine that is busy beyond that it may not.
   */
  private sureAt(set: GiveUpWish['set'], at: Milliseconds): Milliseconds {
    const { keepaliveMs, deadpingMs } = this.options;
    // Where nothing was lost here the other has found one, which this node may reach in a moment too.
    if (set === 'foreign' || !this.losing || this.reach.lostBy === Number.NEGATIVE_INFINITY)
      return at + 2 * keepaliveMs;
    const wordMs = Math.max(2 * keepaliveMs, heartbeatLookMs + 1.5 * keepaliveMs);
    return Math.max(at, this.reach.lostBy + deadpingMs + wordMs);
  }

  private stay(): void {
    if (this.wish !== null) this.log('info', `Aborted giveup of ${this.wish.set} resources.`);
    this.wish = null;
    this.lead = null;
    this.losing = false;
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
