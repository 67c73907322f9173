/** What policy has to know of the others: members, claims, and who outside the view may still hold something. */
import type { ClusterConfig, GroupConfig } from '../config/types.js';
import type { Milliseconds } from '../events.js';
import type { Announcement } from '../membership/announcement.js';
import type { HealthFaults } from '../membership/health-words.js';
import type { Lease } from '../membership/lease.js';
import type { Membership } from '../membership/membership.js';
import type { Peer } from '../membership/peer.js';
import type { Connectivity, PingNodes, Reach } from '../membership/ping-nodes.js';
import type { Voting } from '../membership/voting.js';
import { parseMove } from './commands.js';
import type { ForeignClaim } from './decide.js';
import { type Directives, everyNode } from './directives.js';
import { ignorantMembers } from './ignorance.js';
import { type Member, type Placement, place } from './placement.js';

/** Why somebody outside the view may hold something, and until when that is so if nothing is heard (Infinity = open). */
export interface OutsideObstacle {
  readonly reason: string | null;
  readonly until: Milliseconds;
}

const stoppedByOrder = 'an operator stopped it (systole resource start)';
const noPingNodes: Connectivity = new Map();
const noGroups: ReadonlySet<string> = new Set();

/** This node, for placement: groups by id. */
export interface OwnState {
  readonly leaving: boolean;
  readonly failures: ReadonlySet<string>;
  readonly doubts: ReadonlySet<string>;
  readonly broken: ReadonlySet<string>;
  readonly health: HealthFaults;
}

export class Surroundings {
  private readonly self: string;
  private readonly config: ClusterConfig;
  private readonly membership: Membership;
  private readonly voting: Voting;
  private readonly pingNodes: PingNodes;
  private readonly lease: Lease;
  private readonly directives: Directives;
  /** Highest claim term ever heard, by group id: it must be outbid also when its holder is dead. */
  private readonly terms = new Map<string, number>();

  /** Why members must not be sent anything, by name. */
  private ignorant: ReadonlyMap<string, string> = new Map();

  private readonly heardConnectivity = new Map<string, Connectivity>();
  /** A peer's next heartbeat may decide something even if it says nothing new. */
  awaitsWord = false;

  constructor(options: {
    self: string;
    config: ClusterConfig;
    membership: Membership;
    voting: Voting;
    pingNodes: PingNodes;
    lease: Lease;
    directives: Directives;
  }) {
    this.self = options.self;
    this.config = options.config;
    this.membership = options.membership;
    this.voting = options.voting;
    this.pingNodes = options.pingNodes;
    this.lease = options.lease;
    this.directives = options.directives;
  }

  /** Remembers the terms of a peer's claims. */
  noteTerms({ claims }: Announcement): void {
    for (const { group, term } of claims.values()) this.terms.set(group, Math.max(term, this.terms.get(group) ?? 0));
  }

  highestTerm({ id }: GroupConfig, own: number): number {
    return Math.max(own, this.terms.get(id) ?? 0);
  }

  /** The view's members as placement sees them. */
  members(own: OwnState): Member[] {
    this.awaitsWord = false;
    this.ignorant = ignorantMembers(this.self, this.membership, this.voting);
    return this.membership.view.members.map((name) => {
      if (name === this.self) {
        const { leaving, ...rest } = own;
        const connectivity = this.pingNodes.connectivity();
        return { ...rest, name, unavailable: this.unavailable(name, leaving), connectivity };
      }
      const announcement = this.membership.announcementOf(name);
      return {
        name,
        unavailable: this.unavailable(name, announcement?.phase === 'leaving'),
        failures: announcement?.failures ?? noGroups,
        doubts: announcement?.doubts ?? noGroups,
        broken: noGroups,
        connectivity: this.connectivityOf(name, announcement),
        health: announcement?.health ?? [],
      };
    });
  }

  /** What a peer says of its ping nodes, as far as it can know better than this node: see PingNodes.proofAt. */
  private connectivityOf(name: string, announcement: Announcement | null): Connectivity {
    const said = announcement?.connectivity ?? noPingNodes;
    let judged: Map<string, Reach> | null = null;
    for (const [pingNode, reach] of said) {
      if (reach !== 'reached' || this.lease.heardAtBy(name) >= this.pingNodes.proofAt(pingNode)) continue;
      judged ??= new Map(said);
      judged.set(pingNode, 'doubtful');
      this.awaitsWord = true;
    }
    return judged ?? said;
  }

  /** Whether a peer has just lost a ping node, so that it waits to hear how others reach it. */
  asksForWord(name: string, { connectivity }: Announcement): boolean {
    const before = this.heardConnectivity.get(name) ?? noPingNodes;
    if (connectivity === before) return false;
    this.heardConnectivity.set(name, connectivity);
    for (const [pingNode, reach] of connectivity)
      if (reach === 'dead' && before.get(pingNode) !== 'dead' && this.pingNodes.has(pingNode)) return true;
    return false;
  }

  place(group: GroupConfig, members: readonly Member[], owner: string | null): Placement {
    if (this.directives.get('target', group.id) !== null) return { node: null, reason: stoppedByOrder };
    const able = members.map((member) => {
      const ignorance = member.name === owner ? undefined : this.ignorant.get(member.name);
      return ignorance === undefined ? member : { ...member, unavailable: member.unavailable ?? ignorance };
    });
    return place({ group, members: able, owner, move: parseMove(this.directives.get('move', group.id)) });
  }

  /**
   * Why nobody is to touch a group, or null. Maintenance of one node is not respected by the others: when they would take
   * its groups (`mustGiveUp`), it gives them up.
   */
  handsOff({ id }: GroupConfig, mustGiveUp: boolean): string | null {
    const { directives, self } = this;
    if (directives.get('maintenance', everyNode) !== null) return 'the cluster is in maintenance';
    if (!mustGiveUp && directives.get('maintenance', self) !== null) return `${self} is in maintenance`;
    return directives.get('unmanage', id) === null ? null : 'an operator took it out of management';
  }

  /** The live peer that runs a group, or null. */
  foreignOwner(groupId: string): string | null {
    for (const [name, announcement] of this.liveAnnouncements()) {
      const state = announcement.claims.get(groupId)?.state;
      if (state === 'started' || state === 'starting') return name;
    }
    return null;
  }

  /** What live peers, in the view or not, claim of a group; `until` = when that is to be judged anew, nothing being heard. */
  foreignClaims(
    { id }: GroupConfig,
    generation: number,
    at: Milliseconds,
  ): { claims: ForeignClaim[]; until: Milliseconds } {
    const claims: ForeignClaim[] = [];
    let until = Number.POSITIVE_INFINITY;
    for (const [node, announcement, peer] of this.liveAnnouncements()) {
      const claim = announcement.claims.get(id);
      if (claim === undefined) continue;
      const hears = announcement.heard.get(this.self)?.generation === generation;
      // Right after a partition its last words may be older than the first of ours that it heard.
      const answerDueAt = peer.heardSince + this.config.timing.deadtimeMs;
      if (!hears && at < answerDueAt) until = Math.min(until, answerDueAt);
      claims.push({ node, claim, hearsUs: hears || at < answerDueAt });
    }
    return { claims, until };
  }

  /** Whether any configured node outside the view may hold a group, or take it while we do. */
  outsideObstacle(at: Milliseconds): OutsideObstacle {
    for (const peer of this.membership.peers.values()) {
      if (this.membership.view.members.includes(peer.name)) continue;
      const obstacle = this.obstacleOf(peer, at);
      if (obstacle !== null) return obstacle;
    }
    for (const [name, since] of this.voting.outsiders) {
      const obstacle = this.obstacleOfOutsider(name, since, at);
      if (obstacle !== null) return obstacle;
    }
    return { reason: null, until: Number.POSITIVE_INFINITY };
  }

  /**
   * With quorum: nodes not heard any more that are given time to stop what they hold, and when the first of them has had
   * it. A node gives up what it holds when its lease ends, which is before anybody finds it dead; stopping takes a while.
   */
  releasing(at: Milliseconds): { names: string[]; until: Milliseconds } {
    const names: string[] = [];
    let until = Number.POSITIVE_INFINITY;
    if (!this.voting.needsLease) return { names, until };
    for (const { name, state, deadtimeMs } of this.membership.peers.values()) {
      if (state !== 'dead') continue;
      const over = this.membership.silentSince(name) + deadtimeMs + releaseMs(this.config);
      if (at >= over) continue;
      names.push(name);
      until = Math.min(until, over);
    }
    return { names, until };
  }

  /** A member of the view that has not said that it heard our status number `seq`, or null. */
  unheardBy(seq: number | undefined, generation: number): string | null {
    for (const name of this.membership.view.members) {
      if (name === this.self) continue;
      const heard = this.membership.announcementOf(name)?.heard.get(this.self);
      if (seq === undefined || heard === undefined || heard.generation !== generation || heard.seq < seq) return name;
    }
    return null;
  }

  /** Whether a node, dead or alive, held anything when it was heard last. */
  heldBy(name: string): boolean {
    return (this.membership.peers.get(name)?.announcement?.claims.size ?? 0) > 0;
  }

  /** A group that an operator moved here has arrived: from now on the order is only a preference. Gives true when that is new. */
  noteMoved({ id }: GroupConfig): boolean {
    const move = parseMove(this.directives.get('move', id));
    if (move === null || move.done || move.node !== this.self) return false;
    this.directives.markDone('move', id, '!');
    return true;
  }

  private obstacleOf(peer: Peer, at: Milliseconds): OutsideObstacle | null {
    const open = Number.POSITIVE_INFINITY;
    const { name } = peer;
    if (peer.alive) {
      const reason = this.obstacleOfLive(peer);
      return reason === null ? null : { reason, until: open };
    }
    const witness = this.membership.view.members.find((member) => {
      const heard = this.membership.announcementOf(member)?.heard.get(name);
      // Who left cleanly may have come back where only others hear it.
      return heard !== undefined && (peer.state !== 'left' || heard.generation > peer.generation);
    });
    if (witness !== undefined) return { reason: `${witness} still hears ${name}`, until: open };
    // Members may have heard it last at different times: the last of them counts.
    const { names, until } = this.releasing(at);
    if (!names.includes(name) && !this.isReleasedByOthers(name)) return null;
    return { reason: `${name} is given time to stop what it holds`, until };
  }

  private isReleasedByOthers(name: string): boolean {
    const { members } = this.membership.view;
    return members.some((member) => this.membership.announcementOf(member)?.releasing.includes(name));
  }

  /** Of a node that this one does not know it hears nothing itself: what it may hold the others must say, or time. */
  private obstacleOfOutsider(name: string, since: Milliseconds, at: Milliseconds): OutsideObstacle | null {
    const open = Number.POSITIVE_INFINITY;
    const hears = (member: string) => this.membership.announcementOf(member)?.heard.has(name);
    const witness = this.membership.view.members.find(hears);
    if (witness !== undefined)
      return { reason: `${witness} hears ${name}, which ${this.self} does not know`, until: open };
    if (this.isReleasedByOthers(name)) return { reason: `${name} is given time to stop what it holds`, until: open };
    const until = since + this.config.timing.initdeadMs + releaseMs(this.config);
    return at < until ? { reason: `${name}, which ${this.self} does not know, may hold it still`, until } : null;
  }

  private obstacleOfLive({ name, legacy, announcement }: Peer): string | null {
    // In a pair it is waited for (exchange/pair.ts), and what it holds it says.
    if (legacy && this.config.nodes.length === 2) return null;
    if (legacy) return `${name} is a Heartbeat, which can share resources with one other node only`;
    if (announcement === null || announcement.phase === 'probing') return `${name} has not said yet what runs there`;
    // With quorum it cannot start anything outside a view; what it claims is looked at group by group.
    if (this.voting.isBound(name)) return null;
    return `${name} is heard but not in the view: it may act by itself`;
  }

  private unavailable(name: string, leaving: boolean): string | null {
    if (leaving) return 'is leaving';
    return this.directives.get('standby', name) === null ? null : 'is in standby';
  }

  private *liveAnnouncements(): Generator<[string, Announcement, Peer]> {
    for (const peer of this.membership.peers.values()) {
      const announcement = this.membership.announcementOf(peer.name);
      if (announcement !== null) yield [peer.name, announcement, peer];
    }
  }
}

/**
 * With quorum and without fencing: how long, after its dead time, a node that lost the majority is given to stop what it
 * holds before another may start it.
 */
export function releaseMs({ timing }: ClusterConfig): Milliseconds {
  return timing.deadtimeMs;
}
