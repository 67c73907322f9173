/**
 * Heartbeat's standby handshake: how one node of a pair hands a set of groups to the other. The giver's stops are over
 * before the taker's first start; that is what it is for. Sets in messages are named as the giver sees them.
 *
 *     giver:  idle --offer: "me"--> offered --"other"--> stopping --all down: "done"--> waiting --"done"--> idle
 *     taker:  idle --"me": "other"--> promised --"done"--> starting --all up: "done"--> idle
 *
 * A giver whose stop fails ends it with "done" of no set at all.
 *
 * A giver in a hurry goes from idle to stopping at once, and says "done" when all is down, "other" or not: a Heartbeat
 * looks at messages only when it wakes for something else, and so has both at one waking. One that does not answer such a
 * giver is asked without hurry the next time: what runs here is better than what runs nowhere.
 */
import type { LogLevel, Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { SetProgress } from './exchange.js';
import type { Assignment } from './holdings.js';
import { membersOf, type SetName, type Sets, setsSeenFromOther } from './sets.js';

/** What a step of the handshake brings. */
export interface HandoverStep {
  readonly messages: readonly ExchangeMessage[];
  readonly log: readonly { readonly level: LogLevel; readonly text: string }[];
  readonly assignments: readonly (readonly [SetName, Assignment])[];
  /** Orders of an operator on the other node: where the sets are to stay. */
  readonly moves: readonly { readonly set: SetName; readonly to: 'self' | 'peer' }[];
  /** Whether `resource` is to be said, and how. */
  readonly resource: 'standby' | 'done' | null;
  /** The hand-over was broken off. */
  readonly cancelled: boolean;
}

type Phase = 'idle' | 'offered' | 'stopping' | 'waiting' | 'promised' | 'starting';

/** The other answers an offer within so long, or it is taken back: Heartbeat's own limit. */
const answerMs = 10_000;
/** Stops and starts may take so long: Heartbeat's own limit. */
const workMs = 3_600_000;
/** After an offer or a request came to nothing the next is made no sooner. */
const pauseMs = 5000;
/** A busy Heartbeat hears a message after so long at the latest: it looks at them when it wakes, and its scripts are slow. */
const hearingMs = 3000;

export class Handover {
  private readonly self: string;
  private readonly peer: string;
  private phase: Phase = 'idle';
  /** As the giver sees them. */
  private sets: Sets = 'none';
  private until: Milliseconds = Number.POSITIVE_INFINITY;
  /** Sets of an offer that was taken back, to which the other may still answer. */
  private withdrawn: Sets = 'none';
  private notBefore: Milliseconds = Number.NEGATIVE_INFINITY;
  private promisedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  /** What was stopped in a hurry is taken back when the other has not answered by then; Infinity: it has, or none is expected. */
  private answerBy: Milliseconds = Number.POSITIVE_INFINITY;
  /** What was withdrawn was down here, and the other was told so: it has started it when it answers. */
  private wasReleased = false;
  /** The other has left a hurried offer without an answer, and answered none since. */
  private hurriedInVain = false;

  constructor({ self, peer }: { self: string; peer: string }) {
    this.self = self;
    this.peer = peer;
  }

  get isIdle(): boolean {
    return this.phase === 'idle';
  }

  /** When a limit is over, or the next attempt may be made; in the past when there is nothing to wait for. */
  nextDeadline(): Milliseconds {
    return this.isIdle ? this.notBefore : Math.min(this.until, this.answerBy);
  }

  /** Offers sets (as this node sees them) to the other; `hurry`: and stops them, not waiting for its answer. Null: not yet. */
  offer(sets: Sets, at: Milliseconds, hurry = false): HandoverStep | null {
    if (!this.isIdle || at < this.notBefore) return null;
    const offer = { log: [info(`${this.self} wants to go standby [${sets}]`)], messages: [ask(sets, 'me')] };
    if (!hurry || this.hurriedInVain) {
      this.enter('offered', sets, at + answerMs);
      return step(offer);
    }
    this.withdrawn = 'none';
    this.enter('stopping', sets, at + workMs);
    this.answerBy = at + answerMs;
    return step({ ...offer, assignments: this.assign('giving'), resource: 'standby' });
  }

  /** Asks the other for sets (as this node sees them): its script answers with an offer. Null: not yet. */
  request(sets: Sets, at: Milliseconds): HandoverStep | null {
    if (!this.isIdle || at < this.notBefore) return null;
    this.notBefore = at + answerMs;
    return step({
      log: [info(`asking ${this.peer} for ${sets} resources`)],
      messages: [{ type: 'hb_takeover', fields: { rsc_hold: sets } }],
    });
  }

  /** Takes `ask_resources` of the other. */
  hear({ info: word, sets }: { info: string; sets: Sets }, at: Milliseconds): HandoverStep {
    if (word === 'me') return this.isIdle ? this.promise(sets, at) : this.refuse(at);
    if (word === 'other' && this.phase === 'offered') return this.release(at, this.sets);
    if (word === 'other' && this.answerBy < Number.POSITIVE_INFINITY) return this.noteAnswer();
    if (word === 'other' && this.isIdle && sets !== 'none' && sets === this.withdrawn) {
      // It took its time, and now waits for the groups, or has them.
      return this.wasReleased ? this.yield() : this.release(at, sets);
    }
    if (word === 'done' && this.phase === 'promised') return this.acquire(at);
    if (word === 'done' && this.phase === 'waiting') return this.complete();
    return step({
      log: [{ level: 'warn', text: `Ignored standby message '${word}' from ${this.peer} in state ${this.phase}` }],
    });
  }

  /**
   * Goes on when this node's work is done, or a limit is over. `isHeard`: the other is heard now, with nothing missing; of one that
   * is not nobody knows whether it has answered. Null: nothing new.
   */
  advance(
    progress: Readonly<Record<SetName, SetProgress>>,
    { at, isHeard }: { at: Milliseconds; isHeard: boolean },
  ): HandoverStep | null {
    if (this.isIdle) return null;
    const isDown = this.own().every((set) => !progress[set].holds);
    if (at >= this.answerBy && isHeard && (isDown || this.phase === 'waiting')) return this.takeBack(at);
    if (this.phase === 'stopping' && isDown && at < this.answerBy) return this.released(at);
    if (this.phase === 'stopping' && this.own().every((set) => progress[set].stuck || !progress[set].holds)) {
      return this.stuck(at);
    }
    if (this.phase === 'starting' && this.own().every((set) => progress[set].settled)) return this.acquired();
    return at >= this.until ? this.giveUp(at) : null;
  }

  /** The other says that it stops what this node has promised to take. */
  confirm(at: Milliseconds): void {
    if (this.phase === 'promised') this.until = at + workMs;
  }

  /**
   * The other says that all is quiet: it does not stop what this node has promised to take. Null: nothing was promised, or
   * so short a time ago that the other may have said that before it heard the promise.
   */
  unconfirm(at: Milliseconds): HandoverStep | null {
    return this.phase === 'promised' && at >= this.promisedAt + hearingMs ? this.giveUp(at) : null;
  }

  /** The other is gone. True when a handshake was going on. */
  cancel(): boolean {
    this.notBefore = Number.NEGATIVE_INFINITY;
    this.withdrawn = 'none';
    this.hurriedInVain = false;
    if (this.isIdle) return false;
    this.enter('idle', 'none', Number.POSITIVE_INFINITY);
    return true;
  }

  // ---- giver ------------------------------------------------------------------------------------------------------

  private release(at: Milliseconds, sets: Sets): HandoverStep {
    this.withdrawn = 'none';
    this.hurriedInVain = false;
    this.enter('stopping', sets, at + workMs);
    return step({
      log: [info(`standby: ${this.peer} can take our ${this.sets} resources`)],
      assignments: this.assign('giving'),
      resource: 'standby',
    });
  }

  /** The other takes what is, or is being, stopped already. */
  private noteAnswer(): HandoverStep {
    this.answerBy = Number.POSITIVE_INFINITY;
    this.hurriedInVain = false;
    return step({ log: [info(`standby: ${this.peer} can take our ${this.sets} resources`)] });
  }

  /** Nobody took what was stopped in a hurry. */
  private takeBack(at: Milliseconds): HandoverStep {
    this.withdrawn = this.sets;
    this.wasReleased = this.phase === 'waiting';
    this.hurriedInVain = true;
    return { ...this.giveUp(at), resource: 'done' };
  }

  /** The other started what it was told is free, though it says so only now. */
  private yield(): HandoverStep {
    const sets = this.withdrawn;
    this.withdrawn = 'none';
    this.hurriedInVain = false;
    return step({
      log: [{ level: 'warn', text: `${this.peer} has taken our ${sets} resources after all: they are given up here.` }],
      assignments: membersOf(sets).map((set) => [set, 'peer'] as const),
      resource: 'done',
    });
  }

  private released(at: Milliseconds): HandoverStep {
    this.enter('waiting', this.sets, at + workMs);
    return step({
      log: [info(`${this.sets} HA resource release completed (standby).`)],
      assignments: this.assign('peer'),
      messages: [ask(this.sets, 'done')],
    });
  }

  /**
   * What was promised cannot be stopped. A Heartbeat would wait an hour for it; nothing but the word that it is done ends that, so
   * it is told that nothing is: the first makes it take nothing, the second stands for its own report, which it leaves out then.
   */
  private stuck(at: Milliseconds): HandoverStep {
    const given = this.giveUp(at, 'A stop failed: what was to be handed over stays here.');
    return { ...given, messages: [ask('none', 'done'), ask('none', 'done')], resource: 'done' };
  }

  private complete(): HandoverStep {
    const { sets } = this;
    this.finish();
    return step({ log: [info(`Other node completed standby takeover of ${sets} resources.`)], resource: 'done' });
  }

  // ---- taker ------------------------------------------------------------------------------------------------------

  private promise(sets: Sets, at: Milliseconds): HandoverStep {
    // It confirms at once that it stops them, or had given up waiting for this answer.
    this.promisedAt = at;
    this.enter('promised', sets, at + answerMs);
    return step({
      log: [info(`${this.peer} wants to go standby [${sets}]`)],
      assignments: this.assign('taking'),
      messages: [ask(sets, 'other')],
    });
  }

  private acquire(at: Milliseconds): HandoverStep {
    this.enter('starting', this.sets, at + workMs);
    return step({
      log: [info(`standby: acquire [${this.sets}] resources from ${this.peer}`)],
      assignments: this.assign('self'),
      moves: this.own().map((set) => ({ set, to: 'self' as const })),
    });
  }

  private acquired(): HandoverStep {
    const { sets } = this;
    this.finish();
    return step({
      log: [info(`Standby resource acquisition done [${sets}].`)],
      messages: [ask(sets, 'done')],
      resource: 'done',
    });
  }

  // ---- both -------------------------------------------------------------------------------------------------------

  private refuse(at: Milliseconds): HandoverStep {
    const left = Math.max(0, Math.round((this.until - at) / 1000));
    const text = `Standby in progress- new request from ${this.peer} ignored [${left} seconds left]`;
    return step({ log: [{ level: 'warn', text }] });
  }

  private giveUp(at: Milliseconds, text = 'No reply to standby request.  Standby request cancelled.'): HandoverStep {
    const log = [{ level: 'warn' as const, text }];
    if (this.phase === 'offered') {
      this.withdrawn = this.sets;
      this.wasReleased = false;
    }
    // What the other was told that it may start is its own, whether it said so or not.
    const isTaken = this.phase === 'waiting' && this.answerBy === Number.POSITIVE_INFINITY;
    const back = this.phase === 'promised' || isTaken ? 'peer' : 'self';
    const assignments = this.assign(back);
    this.enter('idle', 'none', Number.POSITIVE_INFINITY);
    this.notBefore = at + pauseMs;
    return step({ log, assignments, cancelled: true });
  }

  /** The sets of the handshake as this node sees them. */
  private own(): readonly SetName[] {
    const isGiver = this.phase === 'offered' || this.phase === 'stopping' || this.phase === 'waiting';
    return membersOf(isGiver ? this.sets : setsSeenFromOther(this.sets));
  }

  private assign(assignment: Assignment): [SetName, Assignment][] {
    return this.own().map((set) => [set, assignment]);
  }

  private finish(): void {
    this.enter('idle', 'none', Number.POSITIVE_INFINITY);
    this.notBefore = Number.NEGATIVE_INFINITY;
  }

  private enter(phase: Phase, sets: Sets, until: Milliseconds): void {
    this.phase = phase;
    this.sets = sets;
    this.until = until;
    if (phase === 'idle') this.answerBy = Number.POSITIVE_INFINITY;
  }
}

function ask(sets: Sets, word: string): ExchangeMessage {
  return { type: 'ask_resources', fields: { rsc_hold: sets, info: word } };
}

function info(text: string): { level: LogLevel; text: string } {
  return { level: 'info', text };
}

function step(some: Partial<HandoverStep>): HandoverStep {
  return { messages: [], log: [], assignments: [], moves: [], resource: null, cancelled: false, ...some };
}
