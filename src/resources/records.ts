/** What is known of a group's resources on this node: what each does, and how often it has failed. */
import type { ResourceConfig } from '../config/types.js';
import type { Milliseconds, ResourceOutcome } from '../events.js';

/** What is known of one resource. */
export type ResourceState = 'started' | 'starting' | 'stopping' | 'stopped' | 'failed' | 'unknown';

interface Record {
  readonly resource: ResourceConfig;
  state: ResourceState;
  /** Failures that still count. */
  failures: number;
  /** When the last of them stops to count. */
  forgetAt: Milliseconds;
  /** How often something else took it away, and it was put back. */
  healed: number;
}

export interface ResourceReport {
  readonly resource: ResourceConfig;
  readonly state: ResourceState;
  readonly failures: number;
  readonly healed: number;
}

/** OCF: not installed, not configured. A stop would have to work then too, but many agents give the same code. */
const cannotRun: ReadonlySet<number> = new Set([5, 6]);

export class Records {
  private readonly records = new Map<string, Record>();
  /** Exit codes of the last start of what could not run here, by name. */
  private readonly refusals = new Map<string, number>();

  constructor(resources: readonly ResourceConfig[]) {
    for (const resource of resources) {
      const never = Number.POSITIVE_INFINITY;
      this.records.set(resource.name, { resource, state: 'unknown', failures: 0, forgetAt: never, healed: 0 });
    }
  }

  state(name: string): ResourceState {
    return this.records.get(name)?.state ?? 'unknown';
  }

  failures(name: string): number {
    return this.records.get(name)?.failures ?? 0;
  }

  /** Whether all of these are in that state. */
  are(resources: readonly { readonly name: string }[], state: ResourceState): boolean {
    return resources.every(({ name }) => this.state(name) === state);
  }

  put(resources: Iterable<{ readonly name: string }>, state: ResourceState): void {
    for (const { name } of resources) this.set(name, state);
  }

  set(name: string, state: ResourceState): void {
    const record = this.records.get(name);
    if (record !== undefined) record.state = state;
  }

  /** Notes outcomes of a start or stop: what succeeded is in `state` now, what did not has failed once more. */
  note(outcomes: readonly ResourceOutcome[], state: ResourceState, at: Milliseconds): void {
    for (const { resource, outcome } of outcomes) {
      if (outcome === 'succeeded') this.set(resource, state);
      else this.fail(resource, at);
    }
  }

  /** Remembers that an agent said of a start that it cannot run here at all. */
  noteStarts(outcomes: readonly ResourceOutcome[]): void {
    for (const { resource, exitCode } of outcomes) {
      if (exitCode !== null && cannotRun.has(exitCode)) this.refusals.set(resource, exitCode);
      else this.refusals.delete(resource);
    }
  }

  /** Outcomes of a stop, where what could not be started for a reason is down if its stop fails for the same reason. */
  judgeStops(outcomes: readonly ResourceOutcome[]): ResourceOutcome[] {
    return outcomes.map((one) => {
      const isDown =
        one.outcome === 'failed' && one.exitCode !== null && this.refusals.get(one.resource) === one.exitCode;
      return isDown ? { ...one, outcome: 'succeeded' } : one;
    });
  }

  /** One more failure; gives how many count now. */
  fail(name: string, at: Milliseconds): number {
    const record = this.records.get(name);
    if (record === undefined) return 0;
    const { failureTimeoutMs } = record.resource.watch;
    record.state = 'failed';
    record.failures += 1;
    record.forgetAt = at + (failureTimeoutMs ?? Number.POSITIVE_INFINITY);
    return record.failures;
  }

  noteHealed(name: string): void {
    const record = this.records.get(name);
    if (record !== undefined) record.healed += 1;
  }

  /** All failures are forgotten: an operator wished so. */
  forget(): void {
    for (const record of this.records.values()) {
      record.failures = 0;
      record.forgetAt = Number.POSITIVE_INFINITY;
    }
  }

  /** Forgets failures that have had their time. Gives whether none is left of those there were. */
  expire(at: Milliseconds): boolean {
    let expired = false;
    let left = 0;
    for (const record of this.records.values()) {
      if (at >= record.forgetAt) {
        record.failures = 0;
        record.forgetAt = Number.POSITIVE_INFINITY;
        expired = true;
      }
      left += record.failures;
    }
    return expired && left === 0;
  }

  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const { forgetAt } of this.records.values()) next = Math.min(next, forgetAt);
    return next;
  }

  all(): ResourceReport[] {
    return [...this.records.values()].map(({ resource, state, failures, healed }) => ({
      resource,
      state,
      failures,
      healed,
    }));
  }
}
