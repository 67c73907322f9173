/**
 * The recurring looks at what runs: which resource is to be looked at when, and what its answers mean. Results of looks
 * that are not waited for any more count for nothing.
 */
import type { ResourceConfig } from '../config/types.js';
import type { Milliseconds, ResourceOutcome } from '../events.js';

interface Monitor {
  readonly resource: ResourceConfig;
  nextAt: Milliseconds;
  ticket: number | null;
  /** It has said that it runs, some time: its status can be believed. */
  hasBeenSeen: boolean;
  /** Answers in a row that it does not run, before it ever said that it does. */
  denials: number;
}

/** A look that found something wrong. */
export interface Finding {
  readonly resource: ResourceConfig;
  readonly text: string;
}

/** So many denials, and the operator is told that the resource cannot be watched. */
const denialsTold = 3;
/** Until something was seen running its failure would not be noticed: the first look follows at once, and another one soon. */
const firstLookMs = 50;
const secondLookMs = 1000;

export class Monitors {
  private readonly monitors: readonly Monitor[];

  constructor(resources: readonly ResourceConfig[]) {
    this.monitors = resources
      .filter(({ watch }) => watch.intervalMs !== null)
      .map((resource) => ({ resource, nextAt: Infinity, ticket: null, hasBeenSeen: false, denials: 0 }));
  }

  /** The resources are up: each is looked at when its interval is over, one that was never seen running at once. */
  begin(at: Milliseconds): void {
    for (const monitor of this.monitors) {
      const intervalMs = monitor.resource.watch.intervalMs ?? Infinity;
      monitor.nextAt = at + (monitor.hasBeenSeen ? intervalMs : Math.min(intervalMs, firstLookMs));
      monitor.denials = 0;
    }
  }

  /** A look at the start found it running. */
  seen(name: string): void {
    for (const monitor of this.monitors) if (monitor.resource.name === name) monitor.hasBeenSeen = true;
  }

  /** Nothing is looked at any more. Gives the tickets of looks that are on their way. */
  end(): number[] {
    const tickets = this.monitors.flatMap(({ ticket }) => (ticket === null ? [] : [ticket]));
    for (const monitor of this.monitors) {
      monitor.nextAt = Infinity;
      monitor.ticket = null;
    }
    return tickets;
  }

  /** Starts the looks that are due; `look` gives the ticket of each. */
  tick(at: Milliseconds, look: (resource: ResourceConfig) => number): void {
    for (const monitor of this.monitors) {
      if (at < monitor.nextAt) continue;
      monitor.nextAt = Infinity;
      monitor.ticket = look(monitor.resource);
    }
  }

  /**
   * Takes the result of a look. undefined: it is none of these. null: all is well, or it cannot tell. Init scripts whose
   * status never says that they run are common, and under Heartbeat nobody noticed: such a one is not watched.
   */
  result(ticket: number, outcomes: readonly ResourceOutcome[], at: Milliseconds): Finding | null | undefined {
    const monitor = this.monitors.find((one) => one.ticket === ticket);
    if (monitor === undefined) return undefined;
    const { resource } = monitor;
    monitor.ticket = null;
    monitor.nextAt = at + (resource.watch.intervalMs ?? Infinity);
    const [answer] = outcomes;
    if (answer === undefined) return null;
    if (answer.outcome === 'running' || answer.outcome === 'succeeded') {
      monitor.hasBeenSeen = true;
      return null;
    }
    const mayLie = resource.class === 'heartbeat' || resource.class === 'lsb';
    if (mayLie && !monitor.hasBeenSeen && answer.outcome === 'stopped') {
      monitor.denials += 1;
      if (monitor.denials === 1) monitor.nextAt = Math.min(monitor.nextAt, at + secondLookMs);
      return null;
    }
    return { resource, text: textOf(answer) };
  }

  /** Resources that were started well, but whose status has never said so. */
  unwatchable(): string[] {
    return this.monitors.filter(({ denials }) => denials >= denialsTold).map(({ resource }) => resource.name);
  }

  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const { nextAt } of this.monitors) next = Math.min(next, nextAt);
    return next;
  }
}

function textOf({ resource, outcome, text }: ResourceOutcome): string {
  const how =
    outcome === 'stopped' ? 'does not run any more' : outcome === 'timedOut' ? 'does not answer in time' : 'has failed';
  return `${resource} ${how}${text === '' ? '' : `: ${text}`}`;
}
