/**
 * Heartbeat's oldest exchange, `auto_failback legacy`, with the other node of a pair: nobody says what it holds. Who is to run
 * a group asks the other for it (`ip-request`), the other stops it if it runs there and answers (`ip-request-resp`), and any
 * answer means: start it. A group is named by its key, its first resource as written.
 */
import type { LogLevel, Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { Assignment } from './holdings.js';

/** A group of this pair. */
export interface RequestedGroup {
  readonly key: string;
  /** haresources gives it to this node. */
  readonly isOwn: boolean;
  /** Something of it may run here. */
  readonly holds: boolean;
  /** An operator, or a failure here, wants it there; null = where it is. */
  readonly wish: 'self' | 'peer' | null;
}

export interface RequestsOutput {
  readonly messages: ExchangeMessage[];
  readonly log: { level: LogLevel; text: string }[];
  /** Keys of groups that run here, and that the other has stopped there. */
  readonly regained: string[];
}

interface Dealing {
  assignment: Assignment;
  /** When it was asked for last; -Infinity = it is not asked for. */
  askedAt: Milliseconds;
}

/** A question that nobody answered is put again after so long: the other answers when its script has stopped the group. */
const askAgainMs = 10_000;
const notAsked = Number.NEGATIVE_INFINITY;

export class Requests {
  private readonly peer: string;
  private readonly dealings = new Map<string, Dealing>();
  private met = false;
  /** This node was alone, or is through with its start. */
  private settled = false;
  /** Keys of groups of which something may run here. */
  private held: ReadonlySet<string> = new Set();
  private at: Milliseconds = 0;
  private out: RequestsOutput = { messages: [], log: [], regained: [] };

  constructor({ peer }: { peer: string }) {
    this.peer = peer;
  }

  get isMet(): boolean {
    return this.met;
  }

  assignment(key: string): Assignment {
    return this.met ? (this.dealings.get(key)?.assignment ?? 'unknown') : 'self';
  }

  /** The other is active. Who was here alone holds everything; else each has, or asks for, its own. */
  meet(groups: readonly RequestedGroup[]): void {
    this.met = true;
    this.observe(groups);
    for (const { key, isOwn } of groups) {
      const assignment = this.settled ? 'self' : isOwn ? 'unknown' : 'peer';
      this.dealings.set(key, { assignment, askedAt: notAsked });
    }
  }

  /**
   * The same incarnation of the other is heard again after it was given up: what is its own it never gave up, what is
   * this node's own it may have taken.
   */
  meetAgain(groups: readonly RequestedGroup[], at: Milliseconds): void {
    // Who was away asks as at its start.
    if (!this.settled) return this.meet(groups);
    this.met = true;
    this.observe(groups);
    for (const { key, isOwn } of groups) {
      this.dealings.set(key, { assignment: isOwn ? 'self' : 'peer', askedAt: notAsked });
      if (isOwn) this.ask(key, at);
    }
  }

  /** The other was restarted without being missed: it may have what was its own here, and what is this node's own it is asked for. */
  meetAnew(groups: readonly RequestedGroup[], at: Milliseconds): void {
    if (!this.met) return this.meet(groups);
    this.observe(groups);
    for (const { key, isOwn } of groups) {
      if (isOwn && this.assignment(key) === 'peer') this.ask(key, at);
    }
  }

  part(): void {
    this.met = false;
    this.dealings.clear();
  }

  /** This node was away and holds nothing any more: it asks for what is its own. */
  startAgain(): void {
    this.settled = false;
    this.part();
  }

  hear({ type, fields }: ExchangeMessage, at: Milliseconds): void {
    this.at = at;
    const key = fields.ipaddr ?? '';
    if (!this.met || key === '') return;
    if (type === 'ip-request') this.onRequest(key);
    else if (type === 'ip-request-resp' && fields.ok === 'OK') this.onAnswer(key);
  }

  advance(situation: { at: Milliseconds; active: boolean; groups: readonly RequestedGroup[] }): void {
    const { at, active, groups } = situation;
    this.at = at;
    this.observe(groups);
    if (!active) return;
    this.settled ||= !this.met;
    if (!this.met) return;
    for (const group of groups) this.deal(group, at);
    this.settled = true;
  }

  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const { askedAt } of this.dealings.values()) {
      if (askedAt + askAgainMs > this.at) next = Math.min(next, askedAt + askAgainMs);
    }
    return this.met ? next : Number.POSITIVE_INFINITY;
  }

  drain(): RequestsOutput {
    const { out } = this;
    this.out = { messages: [], log: [], regained: [] };
    return out;
  }

  private observe(groups: readonly RequestedGroup[]): void {
    this.held = new Set(groups.filter(({ holds }) => holds).map(({ key }) => key));
  }

  private deal({ key, holds, wish, isOwn }: RequestedGroup, at: Milliseconds): void {
    const dealing = this.dealings.get(key) ?? { assignment: isOwn ? 'unknown' : 'peer', askedAt: notAsked };
    this.dealings.set(key, dealing);
    if (dealing.assignment === 'giving') {
      if (!holds) this.give(key, dealing);
    } else if (dealing.assignment === 'self') {
      if (wish === 'peer') dealing.assignment = 'giving';
      // Both may run it until the other has answered: a question that was lost would leave it so.
      else if (dealing.askedAt !== notAsked && at >= dealing.askedAt + askAgainMs) this.ask(key, at);
    } else if (dealing.assignment === 'unknown' || wish === 'self') {
      if (at >= dealing.askedAt + askAgainMs) this.ask(key, at);
    }
  }

  private ask(key: string, at: Milliseconds): void {
    const dealing = this.dealings.get(key);
    if (dealing !== undefined) dealing.askedAt = at;
    this.out.log.push({ level: 'info', text: `asking ${this.peer} for ${key}` });
    this.out.messages.push({ type: 'ip-request', fields: { ipaddr: key } });
  }

  private onRequest(key: string): void {
    const dealing = this.dealings.get(key);
    this.out.log.push({ level: 'info', text: `${this.peer} asks for ${key}` });
    // What a former life of this node left up here is stopped before it is answered for.
    if (dealing?.assignment === 'self' || (dealing !== undefined && this.held.has(key))) dealing.assignment = 'giving';
    else this.answer(key, 'no');
    if (dealing?.assignment === 'unknown') dealing.assignment = 'peer';
  }

  private onAnswer(key: string): void {
    const dealing = this.dealings.get(key);
    if (dealing === undefined || dealing.askedAt === notAsked) return;
    if (dealing.assignment === 'self') this.out.regained.push(key);
    dealing.assignment = 'self';
    dealing.askedAt = notAsked;
  }

  /** It is down here: the other starts it at this answer, whether it had asked or not. */
  private give(key: string, dealing: Dealing): void {
    dealing.assignment = 'peer';
    dealing.askedAt = notAsked;
    this.answer(key, 'yes');
  }

  private answer(key: string, weown: 'yes' | 'no'): void {
    this.out.messages.push({ type: 'ip-request-resp', fields: { dest: this.peer, ipaddr: key, weown, ok: 'OK' } });
  }
}
