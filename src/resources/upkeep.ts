/**
 * What keeps a group up while it runs here: it is looked at again and again, what something took away is put back, and what
 * has failed is judged. A failure that is more than that is handed back, for policy to decide what follows.
 */
import type { GroupConfig } from '../config/types.js';
import type { Milliseconds, ResourceOutcome } from '../events.js';
import { describeFailure } from './failure-text.js';
import { Healing } from './healing.js';
import { Monitors } from './monitors.js';
import type { Outbox } from './outbox.js';
import { type Step, stepTimeoutMs } from './plan.js';
import type { Records } from './records.js';
import { Recovery } from './recovery.js';
import type { Verdict } from './verdict.js';

/** A failure that must not be left at that. */
export interface Breakdown {
  /** Index of the step that has failed. */
  readonly step: number;
  readonly text: string;
  /** Not to be mended in place before. */
  readonly mendFrom: Milliseconds;
}

export class Upkeep {
  /** What something else took away. */
  readonly healing: Healing;
  private readonly group: GroupConfig;
  private readonly steps: readonly Step[];
  private readonly records: Records;
  private readonly verdict: Verdict;
  private readonly monitors: Monitors;

  constructor(group: GroupConfig, parts: { steps: readonly Step[]; records: Records; verdict: Verdict }) {
    this.group = group;
    this.steps = parts.steps;
    this.records = parts.records;
    this.verdict = parts.verdict;
    this.monitors = new Monitors(group.resources);
    this.healing = new Healing(group.name, parts.records);
  }

  /** The group is up. */
  begin(at: Milliseconds): void {
    this.monitors.begin(at);
  }

  /** The group is not to be up any more, or not all of it: looks on their way are given up. */
  end(out: Outbox, reason: string): void {
    for (const ticket of this.monitors.end()) out.cancel(ticket, reason);
  }

  /** The look at the start found a resource running: its status can be believed. */
  seen(name: string): void {
    this.monitors.seen(name);
  }

  /** Names of resources whose status has never said that they run. */
  unwatchable(): string[] {
    return this.monitors.unwatchable();
  }

  /** Starts the looks that are due. */
  tick(out: Outbox, at: Milliseconds): void {
    this.monitors.tick(at, (resource) =>
      out.run({
        group: this.group.name,
        operation: 'monitor',
        resources: [resource],
        timeoutMs: resource.timeouts.monitorMs,
        reason: 'it is looked at again and again',
      }),
    );
  }

  nextDeadline(): Milliseconds {
    return this.monitors.nextDeadline();
  }

  /** Puts back what something took away, as far as it is time for that. */
  heal(out: Outbox, at: Milliseconds): void {
    this.healing.putBack(this.steps, at, (lost) => this.start(out, lost, 'something else took it away'));
  }

  /** Has the addresses of an adopted group held like any others, and told to the neighbours. */
  confirm(out: Outbox): void {
    for (const step of this.steps) {
      // What does not run is put back by a repair, if anything may be repaired.
      const up = step.filter(({ name, address }) => address !== null && this.records.state(name) === 'started');
      if (up.length > 0) this.healing.begin(this.start(out, up, 'it ran here already'), up, false);
    }
  }

  /** Takes the result of a look or of a repair; undefined when it is of neither. Gives what is more than a trifle. */
  result(
    out: Outbox,
    ticket: number,
    { outcomes, at }: { outcomes: readonly ResourceOutcome[]; at: Milliseconds },
  ): Breakdown | null | undefined {
    const unhealed = this.healing.result(ticket, outcomes);
    if (unhealed !== undefined) return this.onHealed(out, unhealed, at);
    const finding = this.monitors.result(ticket, outcomes, at);
    if (finding === null) this.noteWell(outcomes);
    if (finding === undefined || finding === null) return finding;
    const { resource, text } = finding;
    // One whose failure is ignored fails once, not with every look.
    if (this.records.state(resource.name) === 'failed') return null;
    this.records.fail(resource.name, at);
    if (resource.watch.onFail === 'ignore') {
      out.log('warn', `${text} (on-fail = ignore: nothing is done about it)`);
      return null;
    }
    out.log('error', text);
    return this.judge(resource.name, text, at);
  }

  /** What a failure, which is counted already, says of this node as a home for the group, and when it may be mended. */
  judge(name: string, text: string, at: Milliseconds): Breakdown {
    const watch = this.group.resources.find((one) => one.name === name)?.watch;
    const count = this.records.failures(name);
    const threshold = watch?.migrationThreshold ?? 0;
    if (watch?.onFail === 'move') this.verdict.cast(text);
    else if (threshold > 0 && count >= threshold) this.verdict.cast(`${text} (failure ${count} here)`);
    const step = this.steps.findIndex((one) => one.some((resource) => resource.name === name));
    return { step: Math.max(0, step), text, mendFrom: at + Recovery.pauseMs(count, threshold) };
  }

  /** One whose failure was ignored runs again. */
  private noteWell(outcomes: readonly ResourceOutcome[]): void {
    for (const { resource, outcome } of outcomes) {
      const runs = outcome === 'running' || outcome === 'succeeded';
      if (runs && this.records.state(resource) === 'failed') this.records.set(resource, 'started');
    }
  }

  private start(out: Outbox, step: Step, reason: string): number {
    const timeoutMs = stepTimeoutMs(step, 'start');
    return out.run({ group: this.group.name, operation: 'start', resources: step, timeoutMs, reason });
  }

  private onHealed(out: Outbox, failed: ResourceOutcome | null, at: Milliseconds): Breakdown | null {
    // On its way down, or up again, the order looks after it.
    if (failed === null || this.records.state(failed.resource) !== 'started') return null;
    const text = describeFailure('start', failed);
    out.log('error', text);
    this.records.fail(failed.resource, at);
    return this.judge(failed.resource, text, at);
  }
}
