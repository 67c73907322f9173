/**
 * This node's own heartbeat: what it tells the others, and when. A change is told at once, the rest once a keepalive.
 */
import type { Milliseconds } from '../events.js';
import type { Outgoing } from '../order/outgoing.js';
import { type Field, textFields } from '../wire/message.js';
import { type Announcement, heardFields, lastingFields, sameAnnouncement } from './announcement.js';
import type { Claim } from './claims.js';
import type { Lease } from './lease.js';

/** Heartbeat's words for a node's own state. */
export type WireState = 'init' | 'up' | 'active';

/**
 * Heartbeats in one keepalive at most, so that whatever two nodes disagree about, they do not flood the links with it.
 * Starting up and handing over a group takes about ten.
 */
const hurriesMax = 40;

export interface HeartbeatOptions {
  readonly outgoing: Outgoing;
  readonly lease: Lease;
  readonly keepaliveMs: Milliseconds;
  /** Announced to the peers, who use it for this node. */
  readonly deadtimeMs: Milliseconds;
}

export class Heartbeat {
  /** When the next scheduled one is due. */
  nextAt: Milliseconds = Number.POSITIVE_INFINITY;
  lastSentAt: Milliseconds = 0;
  /** A peer waits to hear that it was heard: even without a change something is to be said at once. */
  answerNow = false;
  private readonly options: HeartbeatOptions;
  private said: { st: WireState; announcement: Announcement; fields: readonly Field[] } | null = null;
  /** A change may not have been told yet, because there were too many of them. */
  private unsaid = false;
  private hurries = 0;
  private hurriesSince: Milliseconds = Number.NEGATIVE_INFINITY;
  /** The first heartbeat that carried a group's newest wish, by group id. */
  private readonly wishes = new Map<string, { term: number; seq: number }>();

  constructor(options: HeartbeatOptions) {
    this.options = options;
  }

  /** The view that was announced last; '' = none. */
  get view(): string {
    return this.said?.announcement.view ?? '';
  }

  /** Sequence number of the heartbeat that first carried this wish; undefined when none has yet. */
  wishSeq({ group, term }: Claim): number | undefined {
    const wish = this.wishes.get(group);
    return wish?.term === term ? wish.seq : undefined;
  }

  /** This node is a new incarnation, which counts from 1 again. */
  renew(): void {
    this.wishes.clear();
    this.said = null;
  }

  /** Gives the packet that tells a change, or null when there is none or too many were told in this keepalive. */
  tellChanges(st: WireState, announcement: Announcement, at: Milliseconds): Uint8Array | null {
    this.unsaid = !this.mayHurry(at);
    if (this.unsaid) {
      // The next scheduled one is the answer. Kept as a wish it would leave with whatever event comes first, garbage included.
      this.answerNow = false;
      return null;
    }
    const { said } = this;
    const same = said !== null && said.st === st && sameAnnouncement(announcement, said.announcement);
    return this.answerNow || !same ? this.tell(st, announcement, at) : null;
  }

  /** Gives the packet that says everything. */
  tell(st: WireState, announcement: Announcement, at: Milliseconds): Uint8Array {
    this.hurries += 1;
    this.unsaid = false;
    this.answerNow = false;
    const fields = lastingFields(announcement);
    this.said = { st, announcement, fields };
    const { seq, bytes } = this.write(st, fields, announcement.heard, at);
    for (const claim of announcement.claims.values()) {
      if (claim.state === 'wanted' && this.wishSeq(claim) === undefined) {
        this.wishes.set(claim.group, { term: claim.term, seq });
      }
    }
    return bytes;
  }

  /** Gives the scheduled packet: what was said last, with the newest sequence numbers. Every change was told at once. */
  repeat(st: WireState, announcement: () => Announcement, heard: Announcement['heard'], at: Milliseconds): Uint8Array {
    const { said } = this;
    if (this.unsaid || said === null || said.st !== st) return this.tell(st, announcement(), at);
    return this.write(st, said.fields, heard, at).bytes;
  }

  private write(
    st: WireState,
    lasting: readonly Field[],
    heard: Announcement['heard'],
    at: Milliseconds,
  ): { seq: number; bytes: Uint8Array } {
    const { outgoing, lease, keepaliveMs, deadtimeMs } = this.options;
    const own = textFields({ st, dt: Math.round(deadtimeMs).toString(16), protocol: '1' });
    const packet = outgoing.status([...own, ...lasting, ...heardFields(heard)], at);
    lease.sent(packet.seq, at);
    this.lastSentAt = at;
    this.nextAt = at + keepaliveMs;
    return packet;
  }

  private mayHurry(at: Milliseconds): boolean {
    if (at >= this.hurriesSince + this.options.keepaliveMs) {
      this.hurriesSince = at;
      this.hurries = 0;
    }
    return this.hurries < hurriesMax;
  }
}
