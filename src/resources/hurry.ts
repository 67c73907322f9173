/**
 * Stops of addresses that run ahead of the order: others may answer for them already, and what the order puts before
 * them may take long.
 */
import type { Milliseconds, ResourceOutcome } from '../events.js';
import type { Step } from './plan.js';
import type { Records } from './records.js';

export class Hurry {
  private readonly records: Records;
  /** What is on its way, by ticket. */
  private readonly ahead = new Map<number, Step>();
  private readonly down = new Set<Step>();
  private taken = false;

  constructor(records: Records) {
    this.records = records;
  }

  get isBusy(): boolean {
    return this.ahead.size > 0;
  }

  /** Whether a step was taken down ahead of its turn. */
  has(step: Step): boolean {
    return this.down.has(step);
  }

  /** Stops all addresses but a step that is in work; once until `clear`. `stop` gives the ticket of each. */
  takeAway(steps: readonly Step[], busy: Step | undefined, stop: (step: Step) => number): void {
    if (this.taken) return;
    this.taken = true;
    for (const step of steps) {
      if (step === busy || !step[0]?.address || this.records.are(step, 'stopped')) continue;
      this.records.put(step, 'stopping');
      this.ahead.set(stop(step), step);
    }
  }

  /** Takes the result of one of these stops; false when it is of none. What failed is tried again in its order. */
  result(ticket: number, outcomes: readonly ResourceOutcome[], at: Milliseconds): boolean {
    const step = this.ahead.get(ticket);
    if (step === undefined) return false;
    this.ahead.delete(ticket);
    this.records.note(outcomes, 'stopped', at);
    if (this.records.are(step, 'stopped')) this.down.add(step);
    return true;
  }

  /** Everything is to be stopped again in its order. */
  forgetDown(): void {
    this.down.clear();
  }

  clear(): void {
    this.taken = false;
    this.down.clear();
  }
}
