/** Whether this node may act for the cluster: quorum and lease, by the number of nodes that count. */
import type { Milliseconds } from '../events.js';
import type { Lease } from './lease.js';
import type { Membership } from './membership.js';
import type { NodeList } from './node-list.js';
import { needsLease, type Quorum, quorum } from './quorum.js';

export class Voting {
  private readonly list: NodeList;
  private readonly membership: Membership;
  private readonly lease: Lease;
  private readonly deadtimeMs: Milliseconds;

  constructor(options: { list: NodeList; membership: Membership; lease: Lease; deadtimeMs: Milliseconds }) {
    this.list = options.list;
    this.membership = options.membership;
    this.lease = options.lease;
    this.deadtimeMs = options.deadtimeMs;
  }

  /** Of the view this node is in. */
  get quorum(): Quorum {
    return quorum(this.membership.view.members.length, this.list.votes);
  }

  /** Whether a majority has to hear a node that holds anything. */
  get needsLease(): boolean {
    return needsLease(this.list.votes);
  }

  /** Nodes that count although this node does not know them, and since when they do. */
  get outsiders(): ReadonlyMap<string, Milliseconds> {
    return this.list.outsiders;
  }

  /** Whether a peer that is heard cannot start anything outside a view: it needs a majority too. */
  isBound(name: string): boolean {
    return this.needsLease && !this.list.mayActAlone(name);
  }

  /** The nodes that one takes for the cluster, sorted, separated by blanks; null when it has not said. */
  nodesOf(name: string): string | null {
    return this.list.nodesOf(name);
  }

  /** Whether this node must not hold anything because no majority can be shown to hear it. */
  isLeaseOver(at: Milliseconds): boolean {
    return this.needsLease && at >= this.leaseUntil();
  }

  /** Until when a majority cannot have declared this node dead; past or -Infinity when that is not so now. */
  leaseUntil(): Milliseconds {
    return this.lease.until(this.list.votes, this.deadtimeMs);
  }

  /** When a lease that is in force ends; Infinity when there is none. */
  leaseEnd(at: Milliseconds): Milliseconds {
    const until = this.needsLease ? this.leaseUntil() : Number.POSITIVE_INFINITY;
    return until > at ? until : Number.POSITIVE_INFINITY;
  }
}
