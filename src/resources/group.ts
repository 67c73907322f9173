/**
 * One group on this node: a state machine over the results of its resources' actions.
 *
 *     unknown --probe--> probing --nothing runs--> stopped     probing --something runs--> stopping, or started if it is adopted
 *     stopped --want--> wanted --start--> starting --all up--> started       wanted --withdraw--> stopped
 *     starting --an action fails--> stopping (the node is banned)            starting, started, broken --stop--> stopping
 *     started --a resource fails--> broken --recover--> recovering --all up again--> started (or broken once more)
 *     stopping --all down--> stopped      stopping, recovering --a stop fails again and again--> blocked --unblock--> stopping
 *
 * Started left to right, stopped right to left; in a hurry addresses go first. It decides nothing about where the group
 * should be, nor whether something is to be done about a failure: that is policy's.
 */
import type { GroupConfig, ResourceConfig } from '../config/types.js';
import type { Milliseconds, Operation, ResourceOutcome } from '../events.js';
import type { Claim } from '../membership/claims.js';
import type { Adoption } from './adoption.js';
import { describeFailure } from './failure-text.js';
import { Hooking } from './hooking.js';
import { Hurry } from './hurry.js';
import type { Outbox } from './outbox.js';
import { claimState, type GroupPhase } from './phase.js';
import { planSteps, type Step, stepNames, stepTimeoutMs } from './plan.js';
import { Records, type ResourceReport } from './records.js';
import { Recovery } from './recovery.js';
import { type Breakdown, Upkeep } from './upkeep.js';
import { Verdict } from './verdict.js';

/** A failed stop is tried again this often, this far apart, before the group is blocked. */
const stopRetriesMax = 3;
const stopRetryMs = 1000;

export class Group {
  readonly config: GroupConfig;
  phase: GroupPhase = 'unknown';
  /** Why the group is where it is, in plain words. */
  reason = 'not looked at yet';
  /** See Claim.term: of the claim in force, or of the last one. */
  term = 0;
  readonly upkeep: Upkeep;
  private readonly steps: readonly Step[];
  private readonly records: Records;
  private readonly hurry: Hurry;
  private readonly hooking: Hooking;
  private readonly verdict = new Verdict();
  private readonly recovery = new Recovery();
  private adoption: Adoption | null = null;
  /** It was found running, and is not announced to the neighbours before the others have had their say. */
  private unconfirmed = false;
  private index = 0;
  /** The step at which a way down ends: the first, or in a recovery the one that has failed. */
  private lowest = 0;
  private ticket: number | null = null;
  private stopAfterwards: { readonly reason: string; readonly hurry: boolean } | null = null;
  /** A failure that came while it was on its way up. */
  private alsoBroken: Breakdown | null = null;
  private stopTries = 0;
  private retryAt: Milliseconds = Number.POSITIVE_INFINITY;

  constructor(config: GroupConfig) {
    this.config = config;
    this.steps = planSteps(config);
    this.records = new Records(config.resources);
    const { steps, records, verdict } = this;
    this.upkeep = new Upkeep(config, { steps, records, verdict });
    this.hurry = new Hurry(records);
    this.hooking = new Hooking(config);
  }

  /** What this node claims of the group, or null. */
  claim(): Claim | null {
    const state = claimState[this.phase];
    return state === null ? null : { group: this.config.id, term: this.term, state };
  }

  /** Whether something of the group may run here. */
  get holds(): boolean {
    return this.phase !== 'stopped' && this.phase !== 'wanted';
  }

  /** Why the group must not be started here, or null: a start failed, not long ago. */
  get failure(): string | null {
    return this.verdict.ban;
  }

  /** Why the group should rather run anywhere else, or null. */
  get doubt(): string | null {
    return this.verdict.doubt;
  }

  resourceStates(): ResourceReport[] {
    return this.records.all();
  }

  /** Names of resources that cannot be watched: their status never said that they run. */
  unwatchable(): string[] {
    return this.phase === 'started' ? this.upkeep.unwatchable() : [];
  }

  /** Finds out what runs here. What does is adopted, or stopped: nobody has decided that it should. */
  probe(out: Outbox, adoption: Adoption | null = null): void {
    this.phase = 'probing';
    this.reason = 'looking what runs here';
    this.adoption = adoption;
    this.index = 0;
    this.runStep(out, 'status');
  }

  /** Claims the group without starting anything yet. */
  want(term: number, reason: string): void {
    if (this.phase !== 'stopped') return;
    this.phase = 'wanted';
    this.term = term;
    this.reason = reason;
  }

  /** Gives the claim back before anything was started. */
  withdraw(reason: string): void {
    if (this.phase !== 'wanted') return;
    this.phase = 'stopped';
    this.reason = reason;
  }

  start(out: Outbox, reason: string): void {
    if (this.phase !== 'wanted') return;
    this.phase = 'starting';
    this.reason = reason;
    out.log(
      'info',
      `Acquiring resource group: ${this.config.preferred} ${stepNames(this.config.resources)} (${reason})`,
    );
    this.index = 0;
    this.hooking.before(out, 'beforeStart', { reason, at: 0, next: () => this.startNext(out) });
  }

  /**
   * Stops the group, whatever it is doing: a running action is waited for, then undone. In a `hurry` its addresses go
   * first and at once: others may answer for them already, and what the order puts before them may take long.
   */
  stop(out: Outbox, reason: string, hurry = false): void {
    const { phase } = this;
    if (phase === 'wanted') return this.withdraw(reason);
    if (phase === 'started' || phase === 'broken') return this.beginStop(out, reason, { from: this.last, hurry });
    if (phase !== 'starting' && phase !== 'recovering' && phase !== 'stopping') return;
    if (hurry) this.takeAddressesAway(out, reason, this.steps[this.index]);
    if (phase === 'starting' || (phase === 'recovering' && !this.recovery.isGoingDown)) this.stopSoon(reason, hurry);
    else if (phase === 'recovering') this.goOnDown(out, reason);
    // What others may answer for already does not wait for a hook.
    if (hurry) this.hooking.goOn();
  }

  /** Mends in place what has failed: from the right down to it, and up again. Waits where it has failed very often. */
  recover(out: Outbox, at: Milliseconds): void {
    if (this.phase !== 'broken') return;
    this.recovery.isWanted = true;
    if (at < this.recovery.from) return;
    this.phase = 'recovering';
    this.recovery.isGoingDown = true;
    this.lowest = this.recovery.step;
    this.index = this.last;
    out.log('info', `Restarting ${stepNames(this.steps.slice(this.lowest).flat())} in place (${this.reason})`);
    this.stopNext(out);
  }

  /** Restarts all of a started group. */
  restart(out: Outbox, reason: string, at: Milliseconds): void {
    if (this.phase === 'started') this.breakDown(out, { step: 0, text: reason, mendFrom: at });
  }

  /** Puts back what something took away, as far as it is time for that. */
  heal(out: Outbox, at: Milliseconds): void {
    // What was found running is put back when it is confirmed.
    if (this.isUp && !this.unconfirmed) this.upkeep.heal(out, at);
  }

  /** An adopted group may be told to the neighbours: nobody else has it. */
  confirm(out: Outbox): void {
    if (!this.unconfirmed) return;
    this.unconfirmed = false;
    this.upkeep.confirm(out);
  }

  /** Tries a blocked group's stop again. */
  unblock(out: Outbox, reason: string): void {
    if (this.phase !== 'blocked') return;
    this.hurry.forgetDown();
    this.beginStop(out, reason, { from: this.last });
  }

  /** Announces the addresses of a started group once more: neighbours may have believed another node. */
  announceAgain(out: Outbox, reason: string): void {
    const { addresses } = this;
    if (this.phase === 'started' && addresses.length > 0) out.announce(addresses, reason);
  }

  /** Announces the addresses, which are down here, for a node that kept them and does not announce them itself. */
  announceFor(out: Outbox, node: string, reason: string): void {
    const { addresses } = this;
    if (!this.addressesDown || addresses.length === 0) return;
    out.log('info', `Announcing ${stepNames(addresses)} for ${node} (${reason})`);
    out.announceFor(node, addresses, reason);
  }

  /** Whether none of its addresses is up here, though other resources of it may be. */
  get addressesDown(): boolean {
    return !this.isUp && this.phase !== 'wanted' && this.records.are(this.addresses, 'stopped');
  }

  forgetFailure(): void {
    this.verdict.forget();
    this.records.forget();
  }

  /** Takes the result of an action. Gives false when it is not (any more) this group's. */
  onResult(out: Outbox, ticket: number, outcomes: readonly ResourceOutcome[], at: Milliseconds): boolean {
    if (this.hurry.result(ticket, outcomes, at)) return this.onAhead(out);
    if (this.hooking.result(out, ticket, { outcomes, at })) return true;
    const breakdown = this.upkeep.result(out, ticket, { outcomes, at });
    if (breakdown !== undefined) return this.onBreakdown(out, breakdown);
    if (ticket !== this.ticket) return false;
    this.ticket = null;
    if (this.phase === 'probing') this.onProbed(out, outcomes, at);
    else if (this.phase === 'starting') this.onStarted(out, outcomes, at);
    else if (this.phase === 'stopping') this.onStopped(out, outcomes, at);
    else if (this.phase === 'recovering' && this.recovery.isGoingDown) this.onStopped(out, outcomes, at);
    else if (this.phase === 'recovering') this.onStarted(out, outcomes, at);
    return true;
  }

  /** Does what is due. Gives true when something is to be decided anew. */
  tick(out: Outbox, at: Milliseconds): boolean {
    const changed = this.verdict.expire(at);
    const forgotten = this.records.expire(at);
    if (forgotten) this.verdict.forget();
    if (this.phase === 'started') this.upkeep.tick(out, at);
    if (this.phase === 'broken' && this.recovery.isWanted) this.recover(out, at);
    this.retryStop(out, at);
    return this.upkeep.healing.tick(at) || changed || forgotten;
  }

  nextDeadline(): Milliseconds {
    return Math.min(
      this.retryAt,
      this.verdict.nextDeadline(),
      this.records.nextDeadline(),
      this.upkeep.healing.nextDeadline(),
      this.phase === 'started' ? this.upkeep.nextDeadline() : Number.POSITIVE_INFINITY,
      this.phase === 'broken' && this.recovery.isWanted ? this.recovery.from : Number.POSITIVE_INFINITY,
    );
  }

  /** Whether what of it is started should be. */
  get isUp(): boolean {
    return claimState[this.phase] === 'starting' || claimState[this.phase] === 'started';
  }

  private get last(): number {
    return this.steps.length - 1;
  }

  private get addresses(): ResourceConfig[] {
    return this.config.resources.filter(({ address }) => address !== null);
  }

  // ---- the look at the start --------------------------------------------------------------------------------------

  private onProbed(out: Outbox, outcomes: readonly ResourceOutcome[], at: Milliseconds): void {
    for (const { resource, outcome } of outcomes) {
      // Whoever cannot say that it is stopped may run: it is stopped to be sure.
      this.records.set(resource, outcome === 'stopped' ? 'stopped' : outcome === 'running' ? 'started' : 'unknown');
      if (outcome === 'running') this.upkeep.seen(resource);
    }
    this.index += 1;
    if (this.index < this.steps.length) return this.runStep(out, 'status');
    const found = this.config.resources.filter(({ name }) => this.records.state(name) !== 'stopped');
    if (found.length === 0) return this.settle('looked: nothing of it runs here');
    if (this.canAdopt(found)) return this.adopt(out, at);
    out.log('warn', `CRITICAL: Resource ${stepNames(found)} is active, and should not be! It is stopped first.`);
    this.beginStop(out, 'it ran here before anybody decided so', { from: this.last });
  }

  private canAdopt(found: readonly ResourceConfig[]): boolean {
    if (this.adoption === null) return false;
    if (this.adoption.whatever) return true;
    return found.length === this.config.resources.length && this.records.are(found, 'started');
  }

  private adopt(out: Outbox, at: Milliseconds): void {
    this.phase = 'started';
    this.term = this.adoption?.term ?? 0;
    this.reason = this.adoption?.reason ?? '';
    this.unconfirmed = true;
    this.upkeep.begin(at);
    out.log('info', `Resource group ${this.config.name} runs here and goes on (${this.reason})`);
    const missing = this.steps.findIndex((step) => step.some(({ name }) => this.records.state(name) === 'stopped'));
    if (missing < 0) return;
    const text = `${stepNames(this.steps[missing] ?? [])} does not run`;
    this.breakDown(out, { step: missing, text, mendFrom: at });
  }

  // ---- up ---------------------------------------------------------------------------------------------------------

  private startNext(out: Outbox): void {
    if (!this.stopsAfter(out, this.index - 1)) this.runStep(out, 'start');
  }

  private stopSoon(reason: string, hurry: boolean): void {
    const first = this.stopAfterwards?.reason ?? reason;
    this.stopAfterwards = { reason: first, hurry: hurry || (this.stopAfterwards?.hurry ?? false) };
  }

  /** Begins the stop that was asked for meanwhile, if one was. */
  private stopsAfter(out: Outbox, from: number): boolean {
    if (this.stopAfterwards === null) return false;
    const { reason, hurry } = this.stopAfterwards;
    this.beginStop(out, reason, { from, hurry });
    return true;
  }

  private onStarted(out: Outbox, outcomes: readonly ResourceOutcome[], at: Milliseconds): void {
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    this.records.note(outcomes, 'started', at);
    this.records.noteStarts(outcomes);
    if (failed !== undefined) return this.onStartFailed(out, failed, at);
    if (this.stopsAfter(out, this.index)) return;
    this.index += 1;
    if (this.index < this.steps.length) return this.runStep(out, 'start');
    // A restart in place is no transition of the group.
    if (this.phase === 'recovering') return this.onUp(out, at);
    this.hooking.before(out, 'afterStart', { reason: this.reason, at, next: (now) => this.onUp(out, now) });
  }

  private onUp(out: Outbox, at: Milliseconds): void {
    if (this.stopsAfter(out, this.last)) return;
    this.phase = 'started';
    this.recovery.end();
    this.verdict.clearStarts();
    this.upkeep.begin(at);
    out.log('info', `Resource group ${this.config.name} is up here (${this.reason})`);
    if (this.alsoBroken !== null) this.breakDown(out, this.alsoBroken);
  }

  private onStartFailed(out: Outbox, outcome: ResourceOutcome, at: Milliseconds): void {
    const text = describeFailure('start', outcome);
    out.log('error', text);
    if (this.stopsAfter(out, this.index)) return;
    if (this.phase === 'recovering') return this.breakDown(out, this.upkeep.judge(outcome.resource, text, at));
    const banMs = this.verdict.banFor(text, at);
    out.log(
      'crit',
      `Giving up resources due to failure of ${outcome.resource}; not tried here again for ${banMs / 1000} s`,
    );
    this.beginStop(out, text, { from: this.index });
  }

  // ---- what fails while it is up ----------------------------------------------------------------------------------

  private onBreakdown(out: Outbox, breakdown: Breakdown | null): true {
    if (breakdown === null) return true;
    if (this.phase === 'started') this.breakDown(out, breakdown);
    else if (this.phase === 'broken')
      this.recovery.begin(breakdown.step, Math.max(this.recovery.from, breakdown.mendFrom));
    else if (this.phase === 'recovering' && this.recovery.isGoingDown)
      this.lowest = Math.min(this.lowest, breakdown.step);
    // The way up has passed it already; on the way down the order looks after it.
    else if (this.isUp) this.alsoBroken = breakdown;
    return true;
  }

  private breakDown(out: Outbox, { step, text, mendFrom }: Breakdown): void {
    this.phase = 'broken';
    this.reason = text;
    this.alsoBroken = null;
    this.recovery.begin(step, mendFrom);
    this.upkeep.end(out, text);
  }

  // ---- down -------------------------------------------------------------------------------------------------------

  private beginStop(out: Outbox, reason: string, { from, hurry = false }: { from: number; hurry?: boolean }): void {
    this.upkeep.end(out, reason);
    this.phase = 'stopping';
    this.reason = reason;
    this.stopAfterwards = null;
    this.alsoBroken = null;
    this.stopTries = 0;
    this.unconfirmed = false;
    this.recovery.end();
    this.upkeep.healing.end();
    this.index = from;
    this.lowest = 0;
    out.log(
      'info',
      `Releasing resource group: ${this.config.preferred} ${stepNames(this.config.resources)} (${reason})`,
    );
    if (hurry) this.takeAddressesAway(out, reason);
    if (hurry) this.hooking.run(out, 'beforeStop', reason);
    if (hurry || from < 0) return this.stopNext(out);
    this.hooking.before(out, 'beforeStop', { reason, at: 0, next: () => this.stopNext(out) });
  }

  /** A recovery on its way down becomes a stop. */
  private goOnDown(out: Outbox, reason: string): void {
    this.phase = 'stopping';
    this.reason = reason;
    this.lowest = 0;
    this.alsoBroken = null;
    this.recovery.end();
    this.upkeep.healing.end();
    // It was no transition so far. What is on its way down already waits for no hook.
    this.hooking.run(out, 'beforeStop', reason);
  }

  /** Goes on with the stop in order, past what is down already, once nothing runs ahead of it. */
  private stopNext(out: Outbox): void {
    while (this.index >= this.lowest && this.needsNoStop(this.steps[this.index] as Step)) this.index -= 1;
    if (this.index < this.lowest) return this.finishStop(out);
    if (!this.hurry.isBusy) this.runStep(out, 'stop');
  }

  private needsNoStop(step: Step): boolean {
    return this.hurry.has(step) || (this.phase === 'recovering' && this.records.are(step, 'stopped'));
  }

  private finishStop(out: Outbox): void {
    if (this.phase === 'recovering') {
      this.recovery.isGoingDown = false;
      this.index = this.lowest;
      return this.runStep(out, 'start');
    }
    this.hooking.before(out, 'afterStop', { reason: this.reason, at: 0, next: () => this.finishedStop(out) });
  }

  private finishedStop(out: Outbox): void {
    this.records.put(this.config.resources, 'stopped');
    out.log('info', `Resource group ${this.config.name} is down here (${this.reason})`);
    this.settle(this.reason);
  }

  private takeAddressesAway(out: Outbox, reason: string, busy?: Step): void {
    this.hurry.takeAway(this.steps, busy, (step) => this.run(out, 'stop', step, reason));
  }

  /** One of those is done. */
  private onAhead(out: Outbox): true {
    const isIdle = this.ticket === null && !this.hooking.isBusy && this.retryAt === Number.POSITIVE_INFINITY;
    if (this.phase === 'stopping' && isIdle) this.stopNext(out);
    return true;
  }

  private onStopped(out: Outbox, results: readonly ResourceOutcome[], at: Milliseconds): void {
    const outcomes = this.records.judgeStops(results);
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    this.records.note(outcomes, 'stopped', at);
    if (failed !== undefined) return this.onStopFailed(out, failed, at);
    this.stopTries = 0;
    this.index -= 1;
    this.stopNext(out);
  }

  private onStopFailed(out: Outbox, outcome: ResourceOutcome, at: Milliseconds): void {
    this.stopTries += 1;
    const text = describeFailure('stop', outcome);
    out.log('error', `${text} (try ${this.stopTries} of ${stopRetriesMax + 1})`);
    if (this.stopTries <= stopRetriesMax) {
      this.retryAt = at + stopRetryMs;
      return;
    }
    this.phase = 'blocked';
    this.recovery.end();
    this.reason = `${text}; no other node may start the group until that is mended (then: systole resource cleanup ${this.config.name})`;
    out.log('crit', `Resource STOP failure: ${this.config.name} is blocked. ${this.reason}`);
  }

  /** Retries a failed stop when its time has come. */
  private retryStop(out: Outbox, at: Milliseconds): void {
    if (at < this.retryAt) return;
    this.retryAt = Number.POSITIVE_INFINITY;
    const step = this.steps[this.index];
    if ((this.phase !== 'stopping' && this.phase !== 'recovering') || step === undefined) return;
    out.log('info', `Retrying failed stop operation [${stepNames(step)}]`);
    this.runStep(out, 'stop');
  }

  private settle(reason: string): void {
    this.phase = 'stopped';
    this.reason = reason;
    this.hurry.clear();
  }

  // ---- small things -----------------------------------------------------------------------------------------------

  private runStep(out: Outbox, operation: Operation): void {
    const step = this.steps[this.index];
    if (step === undefined) return;
    if (operation !== 'status') this.records.put(step, operation === 'start' ? 'starting' : 'stopping');
    this.ticket = this.run(out, operation, step, this.reason);
  }

  private run(out: Outbox, operation: Operation, step: Step, reason: string): number {
    return out.run({
      group: this.config.name,
      operation,
      resources: step,
      timeoutMs: stepTimeoutMs(step, operation),
      reason,
    });
  }
}
