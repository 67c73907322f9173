/**
 * One other node: a state machine over what is heard of it.
 *
 *     init --status up--> up --status active--> active
 *     any  --silent for its dead time--> dead        any --shutdone--> left
 *     dead, left --a status of a new incarnation, or (dead) of the same one after a partition--> up or active
 */
import type { Milliseconds } from '../events.js';
import type { Announcement } from './announcement.js';
import { AnnouncementReader, sameAnnouncement } from './announcement.js';
import { Links } from './links.js';

export type PeerState = 'init' | 'up' | 'active' | 'dead' | 'left';

/** What a status message says, after order has let it pass. */
export interface StatusReport {
  readonly state: 'init' | 'up' | 'active';
  readonly generation: number;
  readonly seq: number;
  readonly uuid: string | null;
  /** The sender's own dead time (`dt`): its peers use that for it. */
  readonly deadtimeMs: Milliseconds | null;
  /** Null for a legacy peer. */
  readonly announcement: Announcement | null;
}

/** What a status changed, for the log and for policy. */
export interface StatusChange {
  /** Something that policy decides on is different. */
  readonly relevant: boolean;
  readonly from: PeerState;
  readonly to: PeerState;
  /** A new incarnation of a node known before. */
  readonly restarted: boolean;
  /** The same incarnation, heard again after it was declared dead. */
  readonly returned: boolean;
  /** Time since the status before it; null when that says nothing (first one, new incarnation). */
  readonly intervalMs: Milliseconds | null;
}

export class Peer {
  readonly name: string;
  readonly links: Links;
  state: PeerState = 'init';
  uuid: string | null = null;
  generation = 0;
  /** Highest status sequence number of this incarnation. */
  lastStatusSeq = 0;
  lastStatusAt: Milliseconds | null = null;
  deadtimeMs: Milliseconds;
  announcement: Announcement | null = null;
  /** A peer that speaks Heartbeat's protocol only. */
  legacy = false;
  /** Since when this incarnation is heard without interruption. */
  heardSince: Milliseconds = 0;
  /** Reads this node's announcements. */
  readonly reader = new AnnouncementReader();

  constructor(name: string, links: readonly string[], deadtimeMs: Milliseconds) {
    this.name = name;
    this.links = new Links(links);
    this.deadtimeMs = deadtimeMs;
  }

  /** Heard within its dead time. */
  get alive(): boolean {
    return this.lastStatusAt !== null && this.state !== 'dead' && this.state !== 'left';
  }

  /** A status came no longer ago than that. */
  heardWithin(limitMs: Milliseconds, at: Milliseconds): boolean {
    return this.lastStatusAt !== null && at <= this.lastStatusAt + limitMs;
  }

  /** Takes in a status. Gives null when an older one than the last changes nothing. */
  onStatus(report: StatusReport, at: Milliseconds): StatusChange | null {
    const restarted = report.generation > this.generation;
    if (!restarted && report.seq <= this.lastStatusSeq) return null;
    if (!restarted && this.state === 'left') return null;
    const from = this.state;
    const wasAlive = this.alive;
    const knownBefore = this.generation > 0;
    const intervalMs = restarted || !wasAlive || this.lastStatusAt === null ? null : at - this.lastStatusAt;
    if (restarted || !wasAlive) this.heardSince = at;
    const before = this.announcement;
    this.take(report, at);
    return {
      relevant: restarted || !wasAlive || from !== this.state || !sameOrNone(before, this.announcement),
      from,
      to: this.state,
      restarted: restarted && knownBefore,
      returned: !restarted && from === 'dead',
      intervalMs,
    };
  }

  /** The node said that everything is given up and that it goes. */
  onShutdone(): void {
    this.state = 'left';
    this.announcement = null;
  }

  /** When it is dead unless heard before; Infinity when it is not waited for. `graceMs` is longer during start-up. */
  deadAt(startedAt: Milliseconds, graceMs: Milliseconds): Milliseconds {
    if (this.state === 'dead' || this.state === 'left') return Number.POSITIVE_INFINITY;
    if (this.lastStatusAt === null) return startedAt + graceMs;
    return this.lastStatusAt + this.deadtimeMs;
  }

  /** Silent for its dead time. */
  onSilence(): void {
    this.state = 'dead';
  }

  /** Sets what a legacy peer, which announces nothing, would announce if it were of our kind. */
  assume(announcement: Announcement): void {
    if (this.legacy) this.announcement = announcement;
  }

  /** Time in which this node could not listen is no silence of the others. */
  forgive(lateMs: Milliseconds): void {
    if (this.lastStatusAt !== null) this.lastStatusAt += lateMs;
    this.links.forgive(lateMs);
  }

  /** This node was out of the world for long: what it knew of the others' minds is void until they say it again. */
  distrust(): void {
    this.announcement = null;
  }

  private take(report: StatusReport, at: Milliseconds): void {
    const isNew = report.generation > this.generation;
    if (isNew) this.links.restart();
    this.generation = report.generation;
    this.lastStatusSeq = report.seq;
    this.lastStatusAt = at;
    this.state = report.state;
    if (report.uuid !== null) this.uuid = report.uuid;
    if (report.deadtimeMs !== null) this.deadtimeMs = report.deadtimeMs;
    // What a legacy peer would announce is known from elsewhere (`assume`) and stays until it is a new incarnation.
    if (report.announcement !== null || isNew || !this.legacy) this.announcement = report.announcement;
    this.legacy = report.announcement === null;
  }
}

function sameOrNone(a: Announcement | null, b: Announcement | null): boolean {
  return a === null || b === null ? a === b : sameAnnouncement(a, b);
}
