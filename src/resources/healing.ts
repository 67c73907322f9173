/** What something else took away from a group that is up here: when each of it is put back, and what is said of that. */
import type { ResourceConfig } from '../config/types.js';
import type { Milliseconds, ResourceOutcome } from '../events.js';
import type { Outbox } from './outbox.js';
import { type Step, stepNames } from './plan.js';
import type { Records } from './records.js';

const minuteMs = 60_000;
/** Lost more often than this in a minute, something is at work that the operator should know of. */
const oftenPerMinute = 10;
/** Lost this often within `fightMs`, it is put back no more often than every `slowMs`: two that fight help nobody. */
const fightLosses = 20;
const fightMs = 10_000;
const slowMs = 5000;
/** A resource that stayed for so long after it was put back is put back at once again. */
const calmMs = 10_000;

interface Loss {
  readonly resource: ResourceConfig;
  /** When it was lost, at most the last `fightLosses` times, oldest first. */
  times: Milliseconds[];
  slow: boolean;
  putBackAt: Milliseconds;
  /** When it may be put back; Infinity when it is not lost, or may be put back already. */
  dueAt: Milliseconds;
  /** It is lost, and may be put back as soon as somebody says so. */
  due: boolean;
}

/** What a start was for that is not part of the group's order. */
interface Heal {
  readonly step: Step;
  /** It puts back what was lost, and is counted. */
  readonly counted: boolean;
}

export class Healing {
  private readonly group: string;
  private readonly records: Records;
  private readonly losses = new Map<string, Loss>();
  private readonly heals = new Map<number, Heal>();
  private waiting = 0;

  constructor(group: string, records: Records) {
    this.group = group;
    this.records = records;
  }

  /** Notes that resources were taken away, and `text` how. Those that should not be up are nobody's loss. */
  lose(out: Outbox, resources: readonly ResourceConfig[], text: string, at: Milliseconds): void {
    const lost = resources.filter(({ name }) => this.records.state(name) === 'started');
    if (lost.length === 0) return;
    out.log('warn', `${stepNames(lost)} of ${this.group}: ${text}; to be put back`, `lost ${this.group}`);
    const slowed = lost.filter((resource) => this.note(this.lossOf(resource), at));
    if (slowed.length === 0) return;
    out.log(
      'error',
      `something keeps deleting ${stepNames(slowed)} of ${this.group}: ${fightLosses} times in ${fightMs / 1000} s; from now on it is put back once in ${slowMs / 1000} s until that ends`,
    );
  }

  /** Starts what is lost and due, step by step. `start` gives the action's ticket. */
  putBack(steps: readonly Step[], at: Milliseconds, start: (step: Step) => number): void {
    if (this.waiting === 0) return;
    for (const step of steps) {
      const lost = step.filter(({ name }) => this.losses.get(name)?.due === true);
      for (const { name } of lost) this.found(name, at);
      // Others of it may be on their way up or down by now.
      const still = lost.filter(({ name }) => this.records.state(name) === 'started');
      if (still.length > 0) this.begin(start(still), still, true);
    }
  }

  /** Remembers a start that is not part of the group's order. */
  begin(ticket: number, step: Step, counted: boolean): void {
    this.heals.set(ticket, { step, counted });
  }

  /** Takes the result of such a start: undefined when it is none, else what of it failed, or null. */
  result(ticket: number, outcomes: readonly ResourceOutcome[]): ResourceOutcome | null | undefined {
    const heal = this.heals.get(ticket);
    if (heal === undefined) return undefined;
    this.heals.delete(ticket);
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    if (failed === undefined && heal.counted) for (const { name } of heal.step) this.records.noteHealed(name);
    return failed ?? null;
  }

  /** Gives true when something that waited may be put back now. */
  tick(at: Milliseconds): boolean {
    if (this.waiting === 0) return false;
    let isDue = false;
    for (const loss of this.losses.values()) {
      if (at < loss.dueAt) continue;
      loss.dueAt = Number.POSITIVE_INFINITY;
      loss.due = true;
      isDue = true;
    }
    return isDue;
  }

  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    if (this.waiting > 0) for (const { dueAt } of this.losses.values()) next = Math.min(next, dueAt);
    return next;
  }

  /** The group goes down: nothing is put back any more. */
  end(): void {
    this.losses.clear();
    this.waiting = 0;
  }

  /** What is lost again and again, a plain sentence or none. */
  troubles(at: Milliseconds): string[] {
    const often = [...this.losses.values()].filter(({ times, slow, putBackAt }) => {
      if (slow && at - putBackAt < minuteMs) return true;
      return times.filter((time) => at - time < minuteMs).length > oftenPerMinute;
    });
    if (often.length === 0) return [];
    const names = stepNames(often.map(({ resource }) => resource));
    const isSlow = often.some(({ slow }) => slow);
    const pace = isSlow ? `; it is put back once in ${slowMs / 1000} s only` : '';
    return [
      `something keeps deleting ${names} of group ${this.group}${pace}: the log names the process where it is known`,
    ];
  }

  private lossOf(resource: ResourceConfig): Loss {
    const never = Number.POSITIVE_INFINITY;
    const known = this.losses.get(resource.name);
    if (known !== undefined) return known;
    const loss: Loss = { resource, times: [], slow: false, putBackAt: -never, dueAt: never, due: false };
    this.losses.set(resource.name, loss);
    return loss;
  }

  /** Notes one loss. Gives true when from now on the resource is put back slowly. */
  private note(loss: Loss, at: Milliseconds): boolean {
    const wasSlow = loss.slow;
    if (loss.slow && at - loss.putBackAt >= calmMs) loss.slow = false;
    loss.times = [...loss.times.filter((time) => at - time < minuteMs), at].slice(-fightLosses);
    const [oldest = at] = loss.times;
    if (loss.times.length === fightLosses && at - oldest < fightMs) loss.slow = true;
    if (!loss.due && loss.dueAt === Number.POSITIVE_INFINITY) this.waiting += 1;
    const dueAt = loss.slow ? Math.max(at, loss.putBackAt + slowMs) : at;
    loss.due = dueAt <= at;
    loss.dueAt = loss.due ? Number.POSITIVE_INFINITY : dueAt;
    return loss.slow && !wasSlow;
  }

  private found(name: string, at: Milliseconds): void {
    const loss = this.losses.get(name);
    if (loss === undefined) return;
    loss.due = false;
    loss.putBackAt = at;
    this.waiting -= 1;
  }
}
