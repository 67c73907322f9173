/**
 * The daemon's only loop: take an event, step, perform the effects, never await one; its result comes back as an
 * event. It gets the world as functions, so that it can be read, and tested, without one.
 */
import type { Cluster } from './cluster.js';
import type { Effect, Event, Milliseconds } from './events.js';
import { Lag } from './lag.js';

/** A timer may be early by so much before it is put off. */
const slackMs: Milliseconds = 2;

/** An event before its time is noted. It is the loop's from then on. */
type Untimed<E> = E extends Event ? Omit<E, 'at'> : never;
/** An event while its time is noted. */
type Stamped = { at?: Milliseconds };

export interface World {
  /** Monotonic milliseconds. */
  readonly now: () => Milliseconds;
  readonly perform: (effect: Effect) => void;
  /** Calls back once after so many milliseconds; gives a function that takes the call back. */
  readonly after: (delayMs: Milliseconds, call: () => void) => () => void;
  /** Calls back after the events that are waiting now have been taken. */
  readonly afterWaiting: (call: () => void) => void;
}

export class Loop {
  /** By how much timers came late: how long the event loop was busy, or the process not running. */
  readonly lag = new Lag();
  private readonly cluster: Cluster;
  private readonly world: World;
  private armedFor: Milliseconds = Number.POSITIVE_INFINITY;
  private disarm: (() => void) | null = null;
  private stepping = false;
  private readonly inbox: Untimed<Event>[] = [];

  constructor(cluster: Cluster, world: World) {
    this.cluster = cluster;
    this.world = world;
  }

  /** Takes one event. What performing its effects brings at once is taken after it, in order. */
  take(event: Untimed<Event>): void {
    this.inbox.push(event);
    if (this.stepping) return;
    this.stepping = true;
    try {
      for (let next = this.inbox.shift(); next !== undefined; next = this.inbox.shift()) {
        // Not copied: that would cost every packet more than reading its signature.
        (next as Stamped).at = this.world.now();
        const effects = this.cluster.step(next as Event);
        for (const effect of effects) this.world.perform(effect);
      }
    } finally {
      this.stepping = false;
    }
    this.arm();
  }

  /** Ends the timer. */
  close(): void {
    this.disarm?.();
    this.disarm = null;
    this.armedFor = Number.POSITIVE_INFINITY;
  }

  private arm(): void {
    const deadline = this.cluster.nextDeadline();
    // A timer that comes a little early costs less than a new one; one that wakes the process for nothing costs more.
    if (deadline >= this.armedFor && deadline < this.armedFor + slackMs) return;
    this.close();
    if (deadline === Number.POSITIVE_INFINITY) return;
    this.armedFor = deadline;
    this.disarm = this.world.after(Math.max(0, deadline - this.world.now()), () => this.onTimer());
  }

  private onTimer(): void {
    const now = this.world.now();
    this.lag.note(now - this.armedFor, now);
    this.armedFor = Number.POSITIVE_INFINITY;
    this.disarm = null;
    // Packets that have arrived already are heard before anybody is declared dead for silence.
    this.world.afterWaiting(() => this.take({ type: 'tick' }));
  }
}
