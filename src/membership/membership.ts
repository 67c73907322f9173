/** Who is there: all peers, their links, and the view this node is in. */
import type { Milliseconds } from '../events.js';
import type { Reader } from '../order/outgoing.js';
import type { Announcement, Heard } from './announcement.js';
import type { Claim } from './claims.js';
import { Peer, type PeerState, type StatusReport } from './peer.js';
import { type Candidate, computeView, isAgreed, noView, type View } from './view.js';

/** Something the log and policy want to know. */
export type MembershipEvent =
  | { readonly kind: 'state'; readonly node: string; readonly from: PeerState; readonly to: PeerState | 'ping' }
  | { readonly kind: 'dead'; readonly node: string; readonly silentMs: Milliseconds | null }
  | { readonly kind: 'left'; readonly node: string }
  | { readonly kind: 'restarted'; readonly node: string }
  | { readonly kind: 'returned'; readonly node: string }
  | { readonly kind: 'late'; readonly node: string; readonly intervalMs: Milliseconds; readonly fatal: boolean }
  | { readonly kind: 'link'; readonly node: string; readonly link: string; readonly state: 'up' | 'dead' }
  /** Something else that policy decides on changed: claims, view, directives ... */
  | { readonly kind: 'changed'; readonly node: string };

/** This node as a candidate for its own view. */
export interface Own {
  readonly active: boolean;
  readonly generation: number;
  readonly owns: number;
}

export interface MembershipOptions {
  readonly self: string;
  readonly nodes: readonly string[];
  readonly links: readonly string[];
  readonly deadtimeMs: Milliseconds;
  readonly warntimeMs: Milliseconds;
  readonly initdeadMs: Milliseconds;
}

export class Membership {
  readonly peers: Map<string, Peer>;
  view: View = noView;
  private readonly options: MembershipOptions;
  private startedAt: Milliseconds = 0;
  /** When nodes were added that are not in the configuration. */
  private readonly addedAt = new Map<string, Milliseconds>();
  /** Every node was heard or declared dead once: from then on dead times count, not initdead. */
  private complete = false;

  constructor(options: MembershipOptions) {
    this.options = options;
    const others = options.nodes.filter((name) => name !== options.self);
    this.peers = new Map(others.map((name) => [name, new Peer(name, options.links, options.deadtimeMs)]));
  }

  start(at: Milliseconds): void {
    this.startedAt = at;
  }

  /** A node that belongs to the cluster from now on: it has its dead time to be heard. */
  add(name: string, at: Milliseconds): void {
    this.peers.set(name, new Peer(name, this.options.links, this.options.deadtimeMs));
    this.addedAt.set(name, at);
  }

  /** A node that belongs to the cluster no more. */
  delete(name: string): void {
    this.peers.delete(name);
    this.addedAt.delete(name);
  }

  /** Whether every node was heard or given up once since the start. */
  isComplete(): boolean {
    this.complete ||= [...this.peers.values()].every(
      ({ state, lastStatusAt }) => state !== 'init' || lastStatusAt !== null,
    );
    return this.complete;
  }

  /** The peers as readers of what is written, given the number of the key that each signs with. */
  readers(keyNumberOf: (name: string) => number | undefined): Reader[] {
    return Array.from(this.peers.values(), ({ name, legacy }) => ({ legacy, keyNumber: keyNumberOf(name) }));
  }

  /** A packet that passed order came over a link. */
  heardOn(name: string, link: string, seq: number, at: Milliseconds): MembershipEvent[] {
    const change = this.peers.get(name)?.links.heard(link, seq, at) ?? null;
    return change === null ? [] : [{ kind: 'link', node: name, ...change }];
  }

  onStatus(name: string, report: StatusReport, at: Milliseconds): MembershipEvent[] {
    const peer = this.peers.get(name);
    const deadtimeBeforeMs = peer?.deadtimeMs ?? 0;
    const change = peer?.onStatus(report, at) ?? null;
    if (peer === undefined || change === null) return [];
    const events: MembershipEvent[] = [];
    // By a shorter dead time a link may have been dead for a while: left to the timer that would look like this node's own lateness.
    if (peer.deadtimeMs < deadtimeBeforeMs) {
      for (const link of peer.links.expire(at, peer.deadtimeMs)) events.push({ kind: 'link', node: name, ...link });
    }
    const { intervalMs } = change;
    if (intervalMs !== null && intervalMs > this.options.warntimeMs) {
      events.push({ kind: 'late', node: name, intervalMs, fatal: intervalMs > peer.deadtimeMs });
    }
    if (change.restarted) events.push({ kind: 'restarted', node: name });
    if (change.returned) events.push({ kind: 'returned', node: name });
    if (change.from !== change.to) events.push({ kind: 'state', node: name, from: change.from, to: change.to });
    if (change.relevant) events.push({ kind: 'changed', node: name });
    return events;
  }

  onShutdone(name: string): MembershipEvent[] {
    const peer = this.peers.get(name);
    if (peer === undefined || peer.state === 'left') return [];
    peer.onShutdone();
    return [{ kind: 'left', node: name }];
  }

  /** Notices silence. */
  tick(at: Milliseconds): MembershipEvent[] {
    const events: MembershipEvent[] = [];
    for (const peer of this.peers.values()) {
      for (const change of peer.links.expire(at, peer.deadtimeMs))
        events.push({ kind: 'link', node: peer.name, ...change });
      if (at < peer.deadAt(this.sinceOf(peer.name), this.graceMs())) continue;
      peer.onSilence();
      events.push({
        kind: 'dead',
        node: peer.name,
        silentMs: peer.lastStatusAt === null ? null : at - peer.lastStatusAt,
      });
    }
    return events;
  }

  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const peer of this.peers.values()) {
      next = Math.min(
        next,
        peer.deadAt(this.sinceOf(peer.name), this.graceMs()),
        peer.links.nextDeadline(peer.deadtimeMs),
      );
    }
    return next;
  }

  /** This node could not listen for so long: that is no silence of the others. */
  forgive(lateMs: Milliseconds): void {
    this.startedAt += lateMs;
    for (const [name, at] of this.addedAt) this.addedAt.set(name, at + lateMs);
    for (const peer of this.peers.values()) peer.forgive(lateMs);
  }

  /** This node was away for longer than its own dead time: nothing it remembers of the others' minds counts. */
  distrust(): void {
    for (const peer of this.peers.values()) peer.distrust();
    this.view = noView;
  }

  /** Whom this node hears, for its own announcement. */
  heard(): Map<string, Heard> {
    const heard = new Map<string, Heard>();
    for (const { name, alive, generation, lastStatusSeq, links } of this.peers.values()) {
      if (alive) heard.set(name, { generation, seq: lastStatusSeq, links: links.up() });
    }
    return heard;
  }

  /** Computes the view anew. Gives true when it changed. */
  refreshView(own: Own): boolean {
    const before = this.view.text;
    this.view = own.active ? computeView(this.options.self, this.candidates(own)) : noView;
    return this.view.text !== before;
  }

  /** Whether all members, this node included with what it announced last, announce the view. */
  isViewAgreed(announcedHere: string): boolean {
    return isAgreed(this.view, (name) => {
      if (name === this.options.self) return announcedHere;
      const peer = this.peers.get(name);
      // A Heartbeat announces no view: in a pair it counts as agreeing.
      return peer?.legacy ? this.view.text : peer?.announcement?.view;
    });
  }

  /** The announcement of a live peer, or null. */
  announcementOf(name: string): Announcement | null {
    const peer = this.peers.get(name);
    return peer?.alive ? peer.announcement : null;
  }

  /** A live peer that says that it hears a node, or null. */
  witnessOf(node: string): string | null {
    for (const name of this.peers.keys()) if (this.announcementOf(name)?.heard.has(node)) return name;
    return null;
  }

  /** Live peers that say that they hear this node. */
  hearers(): Peer[] {
    return [...this.peers.values()].filter(
      ({ name }) => this.announcementOf(name)?.heard.has(this.options.self) === true,
    );
  }

  /** From when on `name` counts as silent: its last heartbeat, or this node's start. */
  silentSince(name: string): Milliseconds {
    return this.peers.get(name)?.lastStatusAt ?? this.sinceOf(name);
  }

  /** From when on a node was waited for. */
  private sinceOf(name: string): Milliseconds {
    return this.addedAt.get(name) ?? this.startedAt;
  }

  private graceMs(): Milliseconds {
    return this.complete ? this.options.deadtimeMs : this.options.initdeadMs;
  }

  private candidates(own: Own): Candidate[] {
    const candidates: Candidate[] = [
      {
        name: this.options.self,
        generation: own.generation,
        heard: this.heard(),
        owns: own.owns,
        view: this.view.text,
      },
    ];
    for (const { name, alive, state, generation, announcement } of this.peers.values()) {
      if (!alive || state !== 'active' || announcement === null) continue;
      const { heard, view, claims } = announcement;
      candidates.push({ name, generation, heard, owns: holdings(claims.values()), view });
    }
    return candidates;
  }
}

/** How many groups these claims hold. Wishes do not count: a view must not depend on what it would start. */
export function holdings(claims: Iterable<Claim>): number {
  let count = 0;
  for (const { state } of claims) if (state !== 'wanted') count += 1;
  return count;
}
