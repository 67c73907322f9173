/**
 * Puts changes one after the other: at any time one batch runs, and what is asked for meanwhile goes together in the
 * next.
 */
import type { ResourceConfig } from '../../config/types.js';
import type { ResourceOutcome } from '../../events.js';

/** One resource to start or to stop. */
export interface Change {
  readonly resource: ResourceConfig;
  /** Its call has not been answered yet. Once it timed out nothing more may be begun for it. */
  readonly isWanted: () => boolean;
  outcome: ResourceOutcome | null;
}

/** Performs changes of one kind and sets their outcomes. Never rejects. */
export type Perform = (operation: 'start' | 'stop', changes: readonly Change[]) => Promise<void>;

interface Job {
  readonly operation: 'start' | 'stop';
  readonly changes: readonly Change[];
  readonly finish: (outcomes: readonly ResourceOutcome[]) => void;
}

/**
 * Calls made in one turn of the event loop, and those that wait for the batch before, are performed together as long
 * as they are of one kind: ten groups that start at once cost one process. A change never overtakes an earlier one, so
 * a start and a stop of one address cannot race.
 */
export class ChangeQueue {
  readonly #perform: Perform;
  /** Ends what is being performed; called when one of its calls times out. */
  readonly #interrupt: () => void;
  #waiting: Job[] = [];
  #working: readonly Job[] = [];
  #active = false;

  constructor(perform: Perform, interrupt: () => void) {
    this.#perform = perform;
    this.#interrupt = interrupt;
  }

  /** Resolves with one outcome per resource, at the latest after `timeoutMs`. Never rejects. */
  add(
    operation: 'start' | 'stop',
    resources: readonly ResourceConfig[],
    timeoutMs: number,
  ): Promise<readonly ResourceOutcome[]> {
    return new Promise((resolve) => {
      let wanted = true;
      const changes = resources.map((resource) => ({ resource, isWanted: () => wanted, outcome: null }));
      const finish = (outcomes: readonly ResourceOutcome[]) => {
        if (!wanted) return;
        wanted = false;
        clearTimeout(timer);
        resolve(outcomes);
      };
      const job: Job = { operation, changes, finish };
      const timer = setTimeout(() => this.#expire(job, timeoutMs), timeoutMs);
      this.#waiting.push(job);
      if (!this.#active) void this.#work();
    });
  }

  #expire(job: Job, timeoutMs: number): void {
    const running = this.#working.includes(job);
    const text = running
      ? `ip did not finish within ${timeoutMs} ms`
      : `waited ${timeoutMs} ms for earlier changes of addresses`;
    this.#waiting = this.#waiting.filter((one) => one !== job);
    job.finish(
      job.changes.map(({ resource }) => ({ resource: resource.name, outcome: 'timedOut', exitCode: null, text })),
    );
    if (running) this.#interrupt();
  }

  async #work(): Promise<void> {
    this.#active = true;
    // One microtask later all calls of this turn are there.
    await Promise.resolve();
    for (let jobs = this.#take(); jobs.length > 0; jobs = this.#take()) {
      this.#working = jobs;
      const [{ operation }] = jobs as [Job, ...Job[]];
      await this.#perform(
        operation,
        jobs.flatMap(({ changes }) => changes),
      );
      this.#working = [];
      for (const { changes, finish } of jobs) finish(changes.map(settled));
    }
    this.#active = false;
  }

  /** The first jobs in line that are of one kind. */
  #take(): Job[] {
    const other = this.#waiting.findIndex(({ operation }) => operation !== this.#waiting[0]?.operation);
    return this.#waiting.splice(0, other === -1 ? this.#waiting.length : other);
  }
}

function settled({ resource, outcome }: Change): ResourceOutcome {
  return outcome ?? { resource: resource.name, outcome: 'failed', exitCode: null, text: 'it was not tried' };
}
