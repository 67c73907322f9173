/** The commands around a group's transitions: run, and waited for, one at a time. */
import type { GroupConfig, Hooks } from '../config/types.js';
import type { Milliseconds, ResourceOutcome } from '../events.js';
import type { Outbox } from './outbox.js';

type HookName = Exclude<keyof Hooks, 'timeoutMs'>;

/** What it needs of an outbox. */
type Teller = Pick<Outbox, 'hook' | 'log'>;

export class Hooking {
  private readonly group: GroupConfig;
  private waiting: {
    readonly hook: HookName;
    readonly ticket: number;
    readonly at: Milliseconds;
    readonly next: (at: Milliseconds) => void;
  } | null = null;

  constructor(group: GroupConfig) {
    this.group = group;
  }

  get isBusy(): boolean {
    return this.waiting !== null;
  }

  /** Runs a hook, if there is one, and goes on when it has ended, however it did. */
  before(
    out: Teller,
    hook: HookName,
    { reason, at, next }: { reason: string; at: Milliseconds; next: (at: Milliseconds) => void },
  ): void {
    const ticket = this.run(out, hook, reason);
    if (ticket === null) return next(at);
    this.waiting = { hook, ticket, at, next };
  }

  /** Runs a hook, if there is one, for which nothing waits. */
  run(out: Teller, hook: HookName, reason: string): number | null {
    const { hooks } = this.group;
    const command = hooks[hook];
    if (command === null) return null;
    return out.hook({ group: this.group, hook, command, timeoutMs: hooks.timeoutMs, reason });
  }

  /** Waits no more for a hook that something else has to wait for: its result counts for nothing. After a stop nothing has. */
  goOn(): void {
    if (this.waiting === null || this.waiting.hook === 'afterStop') return;
    const { at, next } = this.waiting;
    this.waiting = null;
    next(at);
  }

  /** Takes the result of a hook that is waited for; false when it is none. */
  result(
    out: Teller,
    ticket: number,
    { outcomes, at }: { outcomes: readonly ResourceOutcome[]; at: Milliseconds },
  ): boolean {
    if (ticket !== this.waiting?.ticket) return false;
    const { next } = this.waiting;
    this.waiting = null;
    const failed = outcomes.find(({ outcome }) => outcome !== 'succeeded');
    if (failed !== undefined) out.log('warn', `hook of ${this.group.name} failed, going on: ${failed.text}`);
    next(at);
    return true;
  }
}
