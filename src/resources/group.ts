/**
 * One group on this node: a state machine over the results of its resources' actions.
 *
 *     unknown --probe--> probing --nothing runs--> stopped        probing --something runs--> stopping
 *     stopped --want--> wanted --start--> starting --all up--> started
 *     wanted --withdraw--> stopped
 *     starting --an action fails--> stopping (the failure is remembered)      starting, started --stop--> stopping
 *     stopping --all down--> stopped      stopping --a stop fails again and again--> blocked --unblock--> stopping
 *
 * Started left to right, stopped right to left; in a hurry addresses go first. It decides nothing about where the group should be: that is policy's.
 */
import type { GroupConfig, ResourceConfig } from '../config/types.js';
import type { LogLevel, Milliseconds, Operation, ResourceOutcome } from '../events.js';
import type { Claim } from '../membership/claims.js';
import { planSteps, type Step, stepNames, stepTimeoutMs } from './plan.js';

/** Where a group's wishes go: the cluster turns them into effects. */
export interface Outbox {
  /** Asks for an action; gives the ticket its result comes back with. */
  run(request: {
    readonly group: string;
    readonly operation: Operation;
    readonly resources: readonly ResourceConfig[];
    readonly timeoutMs: Milliseconds;
    readonly reason: string;
  }): number;
  /** Has addresses that are up announced once more. */
  announce(resources: readonly ResourceConfig[], reason: string): void;
  /** Has addresses that are down here announced for the node that kept them. */
  announceFor(node: string, resources: readonly ResourceConfig[], reason: string): void;
  log(level: LogLevel, text: string): void;
}

export type GroupPhase = 'unknown' | 'probing' | 'stopped' | 'wanted' | 'starting' | 'started' | 'stopping' | 'blocked';

/** What is known of one resource. */
export type ResourceState = 'started' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'unknown';

/** A failed stop is tried again this often, this far apart, before the group is blocked. */
const stopRetriesMax = 3;
const stopRetryMs = 1000;

export class Group {
  readonly config: GroupConfig;
  phase: GroupPhase = 'unknown';
  /** Why the group is where it is, in plain words. */
  reason = 'not looked at yet';
  /** Set when a start failed here; stays until `forgetFailure`. */
  failure: string | null = null;
  /** See Claim.term: of the claim in force, or of the last one. */
  term = 0;
  private readonly steps: readonly Step[];
  private readonly states = new Map<string, ResourceState>();
  private readonly failures = new Map<string, number>();
  private index = 0;
  private ticket: number | null = null;
  private stopAfterwards: string | null = null;
  private stopTries = 0;
  /** Stops of addresses that run ahead of the order, by ticket, and the steps that they have taken down. */
  private readonly ahead = new Map<number, Step>();
  private readonly down = new Set<Step>();
  private hurried = false;
  private retryAt: Milliseconds = Number.POSITIVE_INFINITY;

  constructor(config: GroupConfig) {
    this.config = config;
    this.steps = planSteps(config);
    for (const { name } of config.resources) this.states.set(name, 'unknown');
  }

  /** What this node claims of the group, or null. */
  claim(): Claim | null {
    const { phase, term } = this;
    if (phase === 'unknown' || phase === 'probing' || phase === 'stopped') return null;
    return { group: this.config.id, term, state: phase };
  }

  /** Whether something of the group may run here. */
  get holds(): boolean {
    return this.phase !== 'stopped' && this.phase !== 'wanted';
  }

  resourceStates(): { resource: ResourceConfig; state: ResourceState; failures: number }[] {
    return this.config.resources.map((resource) => ({
      resource,
      state: this.states.get(resource.name) ?? 'unknown',
      failures: this.failures.get(resource.name) ?? 0,
    }));
  }

  /** Finds out what runs here; what does is stopped, for nobody has decided that it should. */
  probe(out: Outbox): void {
    this.phase = 'probing';
    this.reason = 'looking what runs here';
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
    this.runStep(out, 'start');
  }

  /**
   * Stops the group, whatever it is doing: a running action is waited for, then undone. In a `hurry` its addresses go
   * first and at once: others may answer for them already, and what the order puts before them may take long.
   */
  stop(out: Outbox, reason: string, hurry = false): void {
    if (this.phase === 'wanted') return this.withdraw(reason);
    if (this.phase === 'started') return this.beginStop(out, reason, { from: this.steps.length - 1, hurry });
    if (this.phase !== 'starting' && this.phase !== 'stopping') return;
    if (hurry) this.takeAddressesAway(out, reason, this.steps[this.index]);
    if (this.phase === 'starting') this.stopAfterwards ??= reason;
  }

  /** Tries a blocked group's stop again. */
  unblock(out: Outbox, reason: string): void {
    if (this.phase !== 'blocked') return;
    this.down.clear();
    this.beginStop(out, reason, { from: this.steps.length - 1 });
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
    const isToBeUp = this.phase === 'wanted' || this.phase === 'starting' || this.phase === 'started';
    return !isToBeUp && this.addresses.every(({ name }) => this.states.get(name) === 'stopped');
  }

  forgetFailure(): void {
    this.failure = null;
    this.failures.clear();
  }

  /** Takes the result of an action. Gives false when it is not (any more) this group's. */
  onResult(out: Outbox, ticket: number, outcomes: readonly ResourceOutcome[], at: Milliseconds): boolean {
    if (this.ahead.has(ticket)) return this.onAhead(out, ticket, outcomes);
    if (ticket !== this.ticket) return false;
    this.ticket = null;
    if (this.phase === 'probing') this.onProbed(out, outcomes);
    else if (this.phase === 'starting') this.onStarted(out, outcomes);
    else if (this.phase === 'stopping') this.onStopped(out, outcomes, at);
    return true;
  }

  /** Retries a failed stop when its time has come. */
  tick(out: Outbox, at: Milliseconds): void {
    if (at < this.retryAt) return;
    this.retryAt = Number.POSITIVE_INFINITY;
    const step = this.steps[this.index];
    if (this.phase !== 'stopping' || step === undefined) return;
    out.log('info', `Retrying failed stop operation [${stepNames(step)}]`);
    this.runStep(out, 'stop');
  }

  nextDeadline(): Milliseconds {
    return this.retryAt;
  }

  private get addresses(): ResourceConfig[] {
    return this.config.resources.filter(({ address }) => address !== null);
  }

  private onProbed(out: Outbox, outcomes: readonly ResourceOutcome[]): void {
    for (const { resource, outcome } of outcomes) {
      // Whoever cannot say that it is stopped may run: it is stopped to be sure.
      this.states.set(resource, outcome === 'stopped' ? 'stopped' : outcome === 'running' ? 'started' : 'unknown');
    }
    this.index += 1;
    if (this.index < this.steps.length) return this.runStep(out, 'status');
    const found = this.config.resources.filter(({ name }) => this.states.get(name) !== 'stopped');
    if (found.length === 0) return this.settle('looked: nothing of it runs here');
    out.log('warn', `CRITICAL: Resource ${stepNames(found)} is active, and should not be! It is stopped first.`);
    this.beginStop(out, 'it ran here before anybody decided so', { from: this.steps.length - 1 });
  }

  private onStarted(out: Outbox, outcomes: readonly ResourceOutcome[]): void {
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    for (const { resource, outcome } of outcomes) this.noteOutcome(resource, outcome === 'succeeded', 'started');
    if (failed !== undefined) return this.onStartFailed(out, failed);
    if (this.stopAfterwards !== null) return this.beginStop(out, this.stopAfterwards, { from: this.index });
    this.index += 1;
    if (this.index < this.steps.length) return this.runStep(out, 'start');
    this.phase = 'started';
    out.log('info', `Resource group ${this.config.name} is up here (${this.reason})`);
  }

  private onStartFailed(out: Outbox, { resource, outcome, exitCode, text }: ResourceOutcome): void {
    const how =
      outcome === 'timedOut' ? 'timed out' : exitCode === null ? 'failed' : `failed with exit code ${exitCode}`;
    this.failure = `start of ${resource} ${how}${text === '' ? '' : `: ${text}`}`;
    out.log('error', `${this.failure}`);
    out.log('crit', `Giving up resources due to failure of ${resource}`);
    this.beginStop(out, this.failure, { from: this.index });
  }

  private beginStop(out: Outbox, reason: string, { from, hurry = false }: { from: number; hurry?: boolean }): void {
    this.phase = 'stopping';
    this.reason = reason;
    this.stopAfterwards = null;
    this.stopTries = 0;
    this.index = from;
    out.log(
      'info',
      `Releasing resource group: ${this.config.preferred} ${stepNames(this.config.resources)} (${reason})`,
    );
    if (hurry) this.takeAddressesAway(out, reason);
    this.stopNext(out);
  }

  /** Goes on with the stop in order, past what is down already, once nothing runs ahead of it. */
  private stopNext(out: Outbox): void {
    let step = this.steps[this.index];
    while (step !== undefined && this.down.has(step)) step = this.steps[--this.index];
    if (step === undefined) return this.finishStop(out);
    if (this.ahead.size === 0) this.runStep(out, 'stop');
  }

  private finishStop(out: Outbox): void {
    for (const { name } of this.config.resources) this.states.set(name, 'stopped');
    out.log('info', `Resource group ${this.config.name} is down here (${this.reason})`);
    this.settle(this.reason);
  }

  /** Stops all addresses but a step that is in work. */
  private takeAddressesAway(out: Outbox, reason: string, busy?: Step): void {
    if (this.hurried) return;
    this.hurried = true;
    for (const step of this.steps) {
      if (step === busy || !step[0]?.address || this.isDown(step)) continue;
      for (const { name } of step) this.states.set(name, 'stopping');
      this.ahead.set(this.run(out, 'stop', step, reason), step);
    }
  }

  private onAhead(out: Outbox, ticket: number, outcomes: readonly ResourceOutcome[]): true {
    const step = this.ahead.get(ticket);
    this.ahead.delete(ticket);
    for (const { resource, outcome } of outcomes) this.noteOutcome(resource, outcome === 'succeeded', 'stopped');
    // What failed is tried again in its order, and blocks the group there if it goes on failing.
    if (step !== undefined && this.isDown(step)) this.down.add(step);
    const waits = this.phase === 'stopping' && this.ticket === null && this.retryAt === Number.POSITIVE_INFINITY;
    if (waits) this.stopNext(out);
    return true;
  }

  private isDown(step: Step): boolean {
    return step.every(({ name }) => this.states.get(name) === 'stopped');
  }

  private onStopped(out: Outbox, outcomes: readonly ResourceOutcome[], at: Milliseconds): void {
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    for (const { resource, outcome } of outcomes) this.noteOutcome(resource, outcome === 'succeeded', 'stopped');
    if (failed !== undefined) return this.onStopFailed(out, failed, at);
    this.stopTries = 0;
    this.index -= 1;
    this.stopNext(out);
  }

  private onStopFailed(out: Outbox, { resource, outcome, text }: ResourceOutcome, at: Milliseconds): void {
    this.stopTries += 1;
    const how = `${outcome === 'timedOut' ? 'timed out' : 'failed'}${text === '' ? '' : `: ${text}`}`;
    out.log('error', `stop of ${resource} ${how} (try ${this.stopTries} of ${stopRetriesMax + 1})`);
    if (this.stopTries <= stopRetriesMax) {
      this.retryAt = at + stopRetryMs;
      return;
    }
    this.phase = 'blocked';
    this.reason = `stop of ${resource} ${how}; no other node may start the group until that is mended (then: systole resource cleanup ${this.config.name})`;
    out.log('crit', `Resource STOP failure: ${this.config.name} is blocked. ${this.reason}`);
  }

  private settle(reason: string): void {
    this.phase = 'stopped';
    this.reason = reason;
    this.hurried = false;
    this.down.clear();
  }

  private noteOutcome(resource: string, good: boolean, state: ResourceState): void {
    this.states.set(resource, good ? state : 'failed');
    if (!good) this.failures.set(resource, (this.failures.get(resource) ?? 0) + 1);
  }

  private runStep(out: Outbox, operation: Operation): void {
    const step = this.steps[this.index];
    if (step === undefined) return;
    if (operation !== 'status') {
      for (const { name } of step) this.states.set(name, operation === 'start' ? 'starting' : 'stopping');
    }
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
