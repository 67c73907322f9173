/**
 * Heartbeat's v1 exchange about resources, for a pair whose other node is a Heartbeat with auto_failback on or off: who
 * holds which of the two sets of groups, and how a set is handed over. It knows messages and sets; what runs here and
 * where policy wants a set, it is told. The only place where the two sides meet is `assignment`.
 *
 *     INIT --active: say "starting"--> STARTING --the other says what it holds--> STABLE --leaving--> SHUTDOWN
 *
 * Heartbeat then waits ten seconds before it believes that all is quiet; this node says at once that it is stable, which
 * makes a Heartbeat stable too.
 */
import type { LogLevel, Milliseconds } from '../../events.js';
import type { ExchangeMessage } from '../../membership/exchange-message.js';
import type { NodeSituation } from './dealings.js';
import { Handover } from './handover.js';
import { type Assignment, Holdings } from './holdings.js';
import { includes, readSets, type SetName, type Sets, seenFromOther, setNames, setsOf } from './sets.js';

/** What this node's groups of a set do. */
export interface SetProgress {
  /** Something of it may run here. */
  readonly holds: boolean;
  /** All of it runs here, or has failed to. */
  readonly settled: boolean;
  /** What of it may still run here could not be stopped. */
  readonly stuck: boolean;
}

/** Where policy wants a set, and why. */
export interface SetWish {
  readonly node: 'self' | 'peer';
  readonly reason: string;
}

export interface ExchangeSituation extends NodeSituation {
  /** What is given away is stopped before the other has said that it takes it. */
  readonly hurry: boolean;
  /** The other is heard now, and nothing that it said is missing. */
  readonly isHeard: boolean;
  readonly sets: Readonly<Record<SetName, SetProgress>>;
  /** Null: no wish to change anything. */
  readonly wishes: Readonly<Record<SetName, SetWish | null>>;
}

/** What came of it, to be sent and logged in order. `moves` are orders of an operator on the other node. */
export interface ExchangeOutput {
  readonly messages: ExchangeMessage[];
  readonly log: { level: LogLevel; text: string }[];
  readonly moves: { readonly set: SetName; readonly to: 'self' | 'peer' }[];
}

type State = 'init' | 'starting' | 'stable' | 'shutdown';

/** `starting` is said again after so long: the other does not hear it before it is active itself. */
const startingAgainMs = 1000;
/** How long Heartbeat waits at the start; after that time a silent one is not waited for either. */
const resourceWaitMs = 10_000;

/**
 * A Heartbeat that is heard again, and was not restarted, may go on with what it held, unaware that it was given up. If it
 * noticed, it restarts by itself after two seconds; only after that is it asked.
 */
const askMs = 3000;

export class Exchange {
  private readonly peer: string;
  private readonly handover: Handover;
  private readonly givesBack: boolean;
  /** Until then this node does not say that all is quiet. */
  private quietFrom: Milliseconds = Number.NEGATIVE_INFINITY;
  private state: State = 'init';
  /** The other is there and takes part. */
  private met = false;
  private peerStable = false;
  /** The other gives everything up and leaves. */
  private peerLeaving = false;
  /** The other has said that it starts. */
  private peerStarts = false;
  private readonly holdings = new Holdings();
  private startingSaidAt: Milliseconds = 0;
  private startedAt: Milliseconds = 0;
  /** When the other is asked what it holds, though it said nothing since it is heard again. */
  private askAt: Milliseconds = Number.POSITIVE_INFINITY;
  private at: Milliseconds = 0;
  private out: ExchangeOutput = { messages: [], log: [], moves: [] };

  /**
   * `givesBack`: the other gives back by itself what belongs here as soon as this node says that all is quiet.
   */
  constructor({ self, peer, givesBack = false }: { self: string; peer: string; givesBack?: boolean }) {
    this.peer = peer;
    this.givesBack = givesBack;
    this.handover = new Handover({ self, peer });
  }

  /** Who holds a set. */
  assignment(set: SetName): Assignment {
    return this.met ? this.holdings.of(set) : 'self';
  }

  /** Whether the other says that it is on its way out. */
  get isPeerLeaving(): boolean {
    return this.met && this.peerLeaving;
  }

  /** The other is active. Nothing happens when that was known. */
  meet(at: Milliseconds): void {
    this.at = at;
    if (this.met) return;
    this.met = true;
    this.peerStable = false;
    this.peerLeaving = false;
    this.peerStarts = false;
    // Who was here alone holds everything; who starts has to hear first what the other holds.
    this.holdings.begin(this.state === 'init' ? 'unknown' : 'self');
    this.startedAt = at;
    this.askAt = at + askMs;
  }

  /** The other is a new incarnation. One that was not missed may still hold what it held: only what it says counts. */
  meetAnew(at: Milliseconds): void {
    if (!this.met) return this.meet(at);
    this.at = at;
    this.onStarting();
    this.holdings.forget();
    this.askAt = at + askMs;
  }

  /**
   * The same incarnation of the other is heard again after it was given up. Both may hold everything; this node asks,
   * and goes on with what it holds until the answer is there.
   */
  meetAgain(at: Milliseconds): void {
    this.meet(at);
    if (this.state !== 'stable') return;
    this.state = 'starting';
    this.sayStarting();
  }

  /** This node was away and holds nothing any more: as at its start, the other is asked what it holds. */
  startAgain(): void {
    if (this.state === 'shutdown') return;
    this.handover.cancel();
    this.state = 'init';
    this.holdings.begin('unknown');
  }

  get isMet(): boolean {
    return this.met;
  }

  /** The other is dead or has left. */
  part(): void {
    if (!this.met) return;
    if (this.handover.cancel()) this.log('info', `Cancelling pending standby operation`);
    this.met = false;
    this.quietFrom = Number.NEGATIVE_INFINITY;
    if (this.state === 'starting') this.state = 'stable';
  }

  /** Takes a message of the other's. */
  hear({ type, fields }: ExchangeMessage, at: Milliseconds): void {
    this.at = at;
    if (!this.met || this.state === 'shutdown') return;
    if (type === 'starting') this.onStarting();
    else if (type === 'resource') this.onResource(fields);
    else if (type === 'ask_resources') this.onAsk(fields);
    else if (type === 'hb_takeover') this.onTakeover(fields);
  }

  /** Does what follows from the situation. */
  advance(situation: ExchangeSituation): void {
    const { at, active, leaving } = situation;
    this.at = at;
    if (this.state === 'shutdown') return;
    if (leaving) return this.leave();
    if (!active) return;
    if (this.state === 'init') this.begin();
    if (!this.met) return;
    if (this.state === 'starting') this.goOnStarting();
    else if (at >= this.askAt) this.askWhatItHolds();
    this.takeUnheld();
    if (this.quietFrom > Number.NEGATIVE_INFINITY && at >= this.quietFrom) this.becomeQuiet();
    if (this.state === 'stable') this.handOver(situation);
  }

  /** When `advance` wants to be called next. */
  nextDeadline(): Milliseconds {
    if (!this.met || this.state === 'shutdown') return Number.POSITIVE_INFINITY;
    const starting =
      this.state === 'starting'
        ? Math.min(this.startingSaidAt + startingAgainMs, this.startedAt + resourceWaitMs)
        : null;
    const all = [starting ?? this.askAt, this.quietFrom, this.handover.nextDeadline(), this.holdings.nextDeadline()];
    // What was due by now has been done; a past time means that there is nothing to wait for.
    return Math.min(...all.filter((deadline) => deadline > this.at));
  }

  /** What is to be sent, logged and ordered; it is given once. */
  drain(): ExchangeOutput {
    const { out } = this;
    this.out = { messages: [], log: [], moves: [] };
    return out;
  }

  // ---- the start --------------------------------------------------------------------------------------------------

  private begin(): void {
    this.state = this.met ? 'starting' : 'stable';
    this.startedAt = this.at;
    if (this.met) this.sayStarting();
  }

  private sayStarting(): void {
    this.startingSaidAt = this.at;
    this.send('starting', {});
  }

  private goOnStarting(): void {
    if (this.at >= this.startedAt + resourceWaitMs) {
      this.log('warn', `${this.peer} did not say what it holds: it is taken to hold its own resources`);
      this.holdings.note('local', true);
      return this.becomeStable('local');
    }
    if (this.at >= this.startingSaidAt + startingAgainMs) this.sayStarting();
  }

  private askWhatItHolds(): void {
    this.askAt = this.at + askMs;
    this.sayStarting();
  }

  private becomeStable(whose: 'local' | 'remote'): void {
    this.state = 'stable';
    this.log('info', `${whose} resource transition completed.`);
    this.reconcile();
    // A Heartbeat may be in the midst of taking over, says that it holds everything all the same, and giving back what it is
    // just starting leaves half of it up there. A Heartbeat in this node's place waits as long.
    const isTaking = this.givesBack && this.holdings.of('local') === 'peer';
    this.quietFrom = isTaking ? this.at + resourceWaitMs : Number.NEGATIVE_INFINITY;
    this.sayResource('1');
  }

  /**
   * The other has taken over all it takes. With that it takes this node for quiet, and gives back only what it holds when
   * somebody *becomes* quiet: so this node starts once more.
   */
  private onTaken(): void {
    this.quietFrom = this.at + startingAgainMs;
    this.sayStarting();
  }

  /** The other has taken over all it takes, or had the time to. */
  private becomeQuiet(): void {
    this.quietFrom = Number.NEGATIVE_INFINITY;
    this.sayResource('1');
  }

  /** The other is where this node was: it wants to know what is held here. */
  private onStarting(): void {
    this.peerStarts = true;
    this.peerStable = false;
    this.peerLeaving = false;
    if (this.handover.cancel()) this.log('info', 'Cancelling pending standby operation');
    this.holdings.restore();
    if (this.state !== 'init') this.sayResource(this.state === 'stable' ? '1' : '0');
  }

  private onResource(fields: ExchangeMessage['fields']): void {
    const sets = readSets(fields.rsc_hold);
    if (sets === null) return;
    this.askAt = Number.POSITIVE_INFINITY;
    if (this.peerLeaving || this.isNoAnswer(sets, fields)) return;
    if (fields.info === 'shutdown') {
      // What it holds it holds until it says `shutdone`.
      this.peerLeaving = true;
      this.peerStable = false;
      return;
    }
    this.holdings.note(sets, fields.rtype === 'full');
    if (fields.info === 'standby') this.handover.confirm(this.at);
    else if (fields.isstable === '1') this.apply(this.handover.unconfirm(this.at));
    const [wasStable, wasState] = [this.peerStable, this.state];
    if (fields.isstable !== undefined) this.peerStable = fields.isstable === '1';
    else if (fields.info === 'mach_down') this.peerStable = true;
    if (this.state === 'init') return;
    if (this.state === 'starting') this.becomeStable(this.peerStable ? 'remote' : 'local');
    if (fields.info === 'mach_down' && this.quietFrom > this.at) this.onTaken();
    if (this.state !== wasState) return;
    this.reconcile();
    if (this.peerStable && !wasStable) {
      this.log('info', 'remote resource transition completed.');
      this.sayResource(this.handover.isIdle ? '1' : '0');
    }
  }

  /**
   * A Heartbeat on its way out says the same as one that starts: that it holds nothing, yet. Only who said that it starts is
   * believed.
   */
  private isNoAnswer(sets: Sets, { isstable, info }: ExchangeMessage['fields']): boolean {
    return this.state === 'starting' && !this.peerStarts && sets === 'none' && isstable === '0' && info === undefined;
  }

  private reconcile(): void {
    if (!this.handover.isIdle) return;
    const { at, peerStable } = this;
    for (const set of this.holdings.reconcile({ stable: this.state === 'stable', peerStable, at })) {
      const text = `Both machines own ${set} resources! ${this.peer} says that it holds them: they are given up here.`;
      this.log('error', text);
    }
  }

  private takeUnheld(): void {
    const taken = this.holdings.takeUnheld(this.at);
    for (const set of taken) {
      this.log('warn', `No one owns ${set} resources! ${this.peer} does not start them: they are started here.`);
    }
    if (taken.length > 0) this.sayResource('1');
  }

  // ---- hand-over --------------------------------------------------------------------------------------------------

  private onAsk({ info, rsc_hold: hold }: ExchangeMessage['fields']): void {
    const sets = readSets(hold);
    if (sets === null || sets === 'none') return;
    const flux = this.peerStable
      ? this.state === 'stable'
        ? null
        : 'local resources in flux.'
      : 'Other side is in flux.';
    if (flux !== null && this.handover.isIdle) {
      return this.log('warn', `standby message [${info ?? ''}] from ${this.peer} ignored.  ${flux}`);
    }
    this.apply(this.handover.hear({ info: info ?? '', sets }, this.at));
  }

  /** `hb_takeover` on the other: it asks this node to go standby, with the sets as it sees them. */
  private onTakeover({ rsc_hold: word }: ExchangeMessage['fields']): void {
    // Heartbeat's own script makes "all" of "failback"; what is meant is what belongs to who asks.
    const asked = word === 'failback' ? 'local' : readSets(word ?? 'all');
    if (asked === null || asked === 'none') return;
    for (const set of setNames) {
      if (includes(asked, seenFromOther(set))) this.out.moves.push({ set, to: 'peer' });
    }
  }

  private handOver({ sets, wishes, at, hurry, isHeard }: ExchangeSituation): void {
    this.apply(this.handover.advance(sets, { at, isHeard }));
    if (!this.handover.isIdle || !this.peerStable || this.peerLeaving) return;
    const give = setNames.filter((set) => this.holdings.of(set) === 'self' && wishes[set]?.node === 'peer');
    const take = setNames.filter((set) => this.holdings.of(set) === 'peer' && wishes[set]?.node === 'self');
    const hold = (names: readonly SetName[]) =>
      setsOf({ local: names.includes('local'), foreign: names.includes('foreign') });
    if (give.length > 0) this.apply(this.handover.offer(hold(give), at, hurry));
    else if (take.length > 0) this.apply(this.handover.request(hold(take), at));
  }

  private apply(step: ReturnType<Handover['advance']>): void {
    if (step === null) return;
    for (const line of step.log) this.out.log.push(line);
    // What this node holds already it neither takes nor gets.
    const isNews = (set: SetName) => this.holdings.of(set) !== 'self';
    for (const move of step.moves) if (isNews(move.set)) this.out.moves.push(move);
    for (const [set, assignment] of step.assignments) {
      const isGiven = assignment !== 'taking' && !(step.cancelled && assignment === 'peer');
      if (isGiven || isNews(set)) this.holdings.assign(set, assignment);
    }
    // As Heartbeat does: who broke off is not in flux for ever.
    if (step.cancelled) this.peerStable = true;
    for (const message of step.messages) this.out.messages.push(message);
    if (step.resource === 'done') this.sayResource('1');
    // Between the answer and the release Heartbeat wants to hear what is left, and that it is not the last word.
    if (step.resource === 'standby') this.sayResource('0', 'standby');
  }

  // ---- the way out ------------------------------------------------------------------------------------------------

  private leave(): void {
    this.state = 'shutdown';
    if (this.met) this.send('resource', { rsc_hold: 'none', rtype: 'full', isstable: '0', info: 'shutdown' });
  }

  // ---- small things -----------------------------------------------------------------------------------------------

  private sayResource(stable: '0' | '1', info?: string): void {
    const isstable = this.at < this.quietFrom ? '0' : stable;
    this.send('resource', { rsc_hold: this.holdings.own(), rtype: 'full', isstable, info });
  }

  private send(type: string, fields: ExchangeMessage['fields']): void {
    this.out.messages.push({ type, fields });
  }

  private log(level: LogLevel, text: string): void {
    this.out.log.push({ level, text });
  }
}
