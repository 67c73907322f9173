/**
 * One group on this node: a state machine over the results of its resources' actions.
 *
 *     unknown --probe--> probing --nothing runs--> stopped        probing --something runs--> stopping
 *     stopped --want--> wanted --start--> starting --all up--> started
 *     wanted --withdraw--> stopped
 *     starting --an action fails--> stopping (the failure is remembered)      starting, started --stop--> stopping
 *     stopping --all down--> stopped      stopping --a stop fails again and again--> blocked --unblock--> stopping
 *
 * Started left to right, stopped right to left. It decides nothing about where the group should be: that is policy's.
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

  /** Stops the group, whatever it is doing: a running action is waited for, then undone. */
  stop(out: Outbox, reason: string): void {
    if (this.phase === 'wanted') return this.withdraw(reason);
    if (this.phase === 'starting') {
      if (this.stopAfterwards === null) this.stopAfterwards = reason;
      return;
    }
    if (this.phase !== 'started') return;
    this.beginStop(out, reason, this.steps.length - 1);
  }

  /** Tries a blocked group's stop again. */
  unblock(out: Outbox, reason: string): void {
    if (this.phase === 'blocked') this.beginStop(out, reason, this.steps.length - 1);
  }

  /** Announces the addresses of a started group once more: neighbours may have believed another node. */
  announceAgain(out: Outbox, reason: string): void {
    if (this.phase !== 'started') return;
    for (const step of this.steps) if (step[0]?.address) this.run(out, 'start', step, reason);
  }

  forgetFailure(): void {
    this.failure = null;
    this.failures.clear();
  }

  /** Takes the result of an action. Gives false when it is not (any more) this group's. */
  onResult(out: Outbox, ticket: number, outcomes: readonly ResourceOutcome[], at: Milliseconds): boolean {
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
    this.beginStop(out, 'it ran here before anybody decided so', this.steps.length - 1);
  }

  private onStarted(out: Outbox, outcomes: readonly ResourceOutcome[]): void {
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    for (const { resource, outcome } of outcomes) this.noteOutcome(resource, outcome === 'succeeded', 'started');
    if (failed !== undefined) return this.onStartFailed(out, failed);
    if (this.stopAfterwards !== null) return this.beginStop(out, this.stopAfterwards, this.index);
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
    this.beginStop(out, this.failure, this.index);
  }

  private beginStop(out: Outbox, reason: string, from: number): void {
    this.phase = 'stopping';
    this.reason = reason;
    this.stopAfterwards = null;
    this.stopTries = 0;
    this.index = from;
    out.log(
      'info',
      `Releasing resource group: ${this.config.preferred} ${stepNames(this.config.resources)} (${reason})`,
    );
    this.runStep(out, 'stop');
  }

  private onStopped(out: Outbox, outcomes: readonly ResourceOutcome[], at: Milliseconds): void {
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    for (const { resource, outcome } of outcomes) this.noteOutcome(resource, outcome === 'succeeded', 'stopped');
    if (failed !== undefined) return this.onStopFailed(out, failed, at);
    this.stopTries = 0;
    this.index -= 1;
    if (this.index >= 0) return this.runStep(out, 'stop');
    for (const { name } of this.config.resources) this.states.set(name, 'stopped');
    out.log('info', `Resource group ${this.config.name} is down here (${this.reason})`);
    this.settle(this.reason);
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
