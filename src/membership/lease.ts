/**
 * The lease: proof, on this node's own clock, that a majority has not declared it dead. Every heartbeat of a peer names
 * the highest of our sequence numbers it heard. If that heartbeat of ours left at time t, the peer heard us at t or
 * later and cannot declare us dead before t + deadtime. No clock but ours is needed.
 */
import type { Milliseconds } from '../events.js';

/** Sent heartbeats remembered; enough for a dead time of many keepalives. */
const rememberedMax = 512;

export class Lease {
  private readonly sentAt = new Map<number, Milliseconds>();
  private readonly heardAt = new Map<string, Milliseconds>();

  /** A status with this sequence number leaves now. */
  sent(seq: number, at: Milliseconds): void {
    this.sentAt.set(seq, at);
    if (this.sentAt.size <= rememberedMax) return;
    const oldest = this.sentAt.keys().next().value;
    if (oldest !== undefined) this.sentAt.delete(oldest);
  }

  /** `peer` says that it heard our number `seq`. */
  acknowledged(peer: string, seq: number): void {
    const at = this.sentAt.get(seq);
    if (at !== undefined) this.heardAt.set(peer, Math.max(at, this.heardAt.get(peer) ?? at));
  }

  /** The newest heartbeat of ours that `peer` is known to have heard left then: what it says now it says later than that. */
  heardAtBy(peer: string): Milliseconds {
    return this.heardAt.get(peer) ?? Number.NEGATIVE_INFINITY;
  }

  /** What `peer` knew of us is gone (it left, or started anew). */
  forget(peer: string): void {
    this.heardAt.delete(peer);
  }

  /** Until when a majority of `configured` nodes, this one included, cannot have declared this node dead. */
  until(configured: number, deadtimeMs: Milliseconds): Milliseconds {
    const others = Math.floor(configured / 2);
    if (others === 0) return Number.POSITIVE_INFINITY;
    const times = [...this.heardAt.values()].sort((a, b) => b - a);
    const weakest = times[others - 1];
    return weakest === undefined ? Number.NEGATIVE_INFINITY : weakest + deadtimeMs;
  }
}
