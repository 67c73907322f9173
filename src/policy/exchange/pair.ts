/**
 * A pair whose other node is a Heartbeat: its v1 exchange on one side, claims and placement on the other. To the rest of
 * policy the Heartbeat looks like a member that announces what it claims; where a group should be is what the exchange
 * allows of what placement wants.
 */
import type { ClusterConfig, GroupConfig } from '../../config/types.js';
import type { Milliseconds } from '../../events.js';
import type { Announcement } from '../../membership/announcement.js';
import type { Claim } from '../../membership/claims.js';
import { type ExchangeMessage, readExchangeMessage } from '../../membership/exchange-message.js';
import type { Membership } from '../../membership/membership.js';
import type { Peer } from '../../membership/peer.js';
import type { Group } from '../../resources/group.js';
import { parseMove } from '../commands.js';
import type { Directives } from '../directives.js';
import type { Member, Placement } from '../placement.js';
import type { Surroundings } from '../surroundings.js';
import { Exchange, type ExchangeOutput, type SetProgress, type SetWish } from './exchange.js';
import { InOrder } from './in-order.js';
import type { SetName } from './sets.js';

export interface PairOptions {
  readonly self: string;
  readonly config: ClusterConfig;
  readonly membership: Membership;
  readonly directives: Directives;
  readonly surroundings: Surroundings;
  readonly groups: readonly Group[];
}

/** This node, as the exchange has to know it. */
export interface PairSituation {
  readonly at: Milliseconds;
  readonly generation: number;
  readonly active: boolean;
  readonly leaving: boolean;
  readonly members: readonly Member[];
}

export class HeartbeatPair {
  private readonly options: PairOptions;
  /** The other node's name; null when this is no pair, so that no Heartbeat can share resources with it. */
  private other: string | null = null;
  private exchange: Exchange;
  private readonly inOrder = new InOrder<ExchangeMessage>();
  /** `hg` of the message heard last. */
  private incarnation = '';
  /** The other's generation when it was met. */
  private generation = 0;
  /** Groups (ids) that an operator on the other node sent here. */
  private readonly sentHere = new Set<string>();

  constructor(options: PairOptions) {
    this.options = options;
    this.exchange = new Exchange({ self: options.self, peer: '' });
    this.followNodes();
  }

  /** Takes a message of any type. Gives true when it is one of the exchange: those wait until nothing before them is missing. */
  hear(from: string, message: Parameters<typeof readExchangeMessage>[0], seq: number): boolean {
    const read = from === this.other ? readExchangeMessage(message) : null;
    if (read === null) return false;
    // A new incarnation counts from 1 again; packets of the one before do not come through any more.
    if (read.incarnation !== this.incarnation) this.inOrder.clear();
    this.incarnation = read.incarnation;
    this.inOrder.add(seq, read.message);
    return true;
  }

  /**
   * Does what follows from what was heard and from what goes on here. `lowestMissing` gives the lowest sequence number of
   * a node that is missing. Gives what is to be sent and logged; `changed` when something is to be decided anew.
   */
  advance(
    situation: PairSituation,
    lowestMissing: (node: string) => number | null,
  ): ExchangeOutput & { readonly changed: boolean } {
    this.followNodes();
    const before = this.view();
    const peer = this.heartbeat();
    if (peer === null) this.part();
    else this.meet(peer, situation, lowestMissing(peer.name));
    // A Heartbeat that is about to be active is met as one that starts too, not as one that comes to a node which has all.
    const active = situation.active && this.obstacle(situation.at) === null;
    if (this.other !== null)
      this.exchange.advance({ ...situation, active, sets: this.progress(), wishes: this.wishes(situation) });
    const output = this.exchange.drain();
    for (const { set, to } of output.moves) this.order(set, to);
    if (peer !== null) peer.assume(this.announcement(situation.generation));
    return { ...output, changed: before !== this.view() || output.moves.length > 0 };
  }

  /** Whether a node is the Heartbeat of this pair. */
  isHeartbeat(name: string): boolean {
    return name === this.other && this.peer()?.legacy === true;
  }

  /** This node was away for so long that a Heartbeat has given it up. */
  onAway(): void {
    this.exchange.startAgain();
  }

  /** Where a group should be, given where placement wants it. */
  place(config: GroupConfig, wanted: Placement, holds: boolean): Placement {
    if (this.heartbeat() === null) return wanted;
    const set = this.setOf(config);
    const reason = this.exchange.reason(set);
    const assignment = this.exchange.assignment(set);
    if (assignment === 'peer' || assignment === 'giving') return { node: this.other, reason };
    if (assignment !== 'self') return { node: null, reason };
    if (wanted.node !== this.other) return wanted;
    // It stays until the other has said that it takes it.
    return {
      node: holds ? this.options.self : null,
      reason: `${wanted.reason}; ${this.other}, a Heartbeat, is asked to take it`,
    };
  }

  /** Why a Heartbeat that is heard, but not active yet, must be waited for; null when it need not. */
  obstacle(at: Milliseconds): { readonly reason: string; readonly until: Milliseconds } | null {
    const peer = this.peer();
    if (peer === null || !peer.alive || !peer.legacy || peer.state === 'active') return null;
    const until = peer.heardSince + this.options.config.timing.initdeadMs;
    // Who holds everything already is asked by it what it holds.
    if (at >= until || this.options.groups.some(({ holds }) => holds)) return null;
    return { reason: `${peer.name}, a Heartbeat, is about to say what it holds`, until };
  }

  nextDeadline(): Milliseconds {
    return this.other === null ? Number.POSITIVE_INFINITY : this.exchange.nextDeadline();
  }

  /** Who the other is, if there is one: nodes may come and go while no Heartbeat is among them. */
  private followNodes(): void {
    const { self, config } = this.options;
    const others = config.nodes.filter((name) => name !== self);
    const other = others.length === 1 ? (others[0] ?? null) : null;
    if (other === this.other) return;
    this.other = other;
    this.exchange = new Exchange({ self, peer: other ?? '' });
    this.inOrder.clear();
  }

  // ---- the other --------------------------------------------------------------------------------------------------

  private peer(): Peer | null {
    return this.other === null ? null : (this.options.membership.peers.get(this.other) ?? null);
  }

  /** The other node when it is an active Heartbeat. */
  private heartbeat(): Peer | null {
    const peer = this.peer();
    return peer?.alive && peer.legacy && peer.state === 'active' ? peer : null;
  }

  private meet(peer: Peer, { at }: PairSituation, lowestMissing: number | null): void {
    if (peer.generation !== this.generation) this.exchange.meetAnew(at);
    else if (!this.exchange.isMet) this.exchange.meetAgain(at);
    this.generation = peer.generation;
    for (const message of this.inOrder.take(lowestMissing)) this.exchange.hear(message, at);
  }

  private part(): void {
    this.exchange.part();
    const { directives, self } = this.options;
    // What was sent here for the sake of the other's life so far is not for its next.
    for (const id of this.sentHere) directives.set('move', id, null, self);
    this.sentHere.clear();
  }

  /** What a node of our own kind would announce in the other's place. */
  private announcement(generation: number): Announcement {
    const { config, groups, self } = this.options;
    const claims = new Map<string, Claim>();
    for (const group of groups) {
      if (!this.exchange.peerHolds(this.setOf(group.config))) continue;
      const { id } = group.config;
      // It does not know of terms and never yields.
      claims.set(id, { group: id, term: Number.MAX_SAFE_INTEGER, state: 'started' });
    }
    return {
      phase: this.exchange.isPeerLeaving ? 'leaving' : 'ready',
      // It says nothing about whom it hears; the exchange is its word.
      heard: new Map([[self, { generation, seq: Number.MAX_SAFE_INTEGER, links: [] }]]),
      view: '',
      claims,
      failures: new Set(),
      releasing: [],
      // What it reaches its ipfail says, not its heartbeats.
      connectivity: new Map(),
      directives: '',
      digest: config.digest,
      nodes: '',
    };
  }

  private view(): string {
    const { exchange } = this;
    return `${this.heartbeat() !== null} ${exchange.assignment('local')} ${exchange.assignment('foreign')} ${exchange.isPeerLeaving}`;
  }

  // ---- this node --------------------------------------------------------------------------------------------------

  private setOf({ preferred }: GroupConfig): SetName {
    return preferred === this.options.self ? 'local' : 'foreign';
  }

  private groupsOf(set: SetName): Group[] {
    return this.options.groups.filter(({ config }) => this.setOf(config) === set);
  }

  private progress(): Record<SetName, SetProgress> {
    const of = (set: SetName): SetProgress => {
      const groups = this.groupsOf(set);
      return {
        holds: groups.some(({ phase }) => phase !== 'stopped'),
        settled: groups.every(
          ({ phase, failure }) =>
            phase === 'started' || phase === 'blocked' || (phase === 'stopped' && failure !== null),
        ),
      };
    };
    return { local: of('local'), foreign: of('foreign') };
  }

  private wishes({ members }: PairSituation): Record<SetName, SetWish | null> {
    return { local: this.wish('local', members), foreign: this.wish('foreign', members) };
  }

  /** A set goes as a whole: where one of its groups wants to be. */
  private wish(set: SetName, members: readonly Member[]): SetWish | null {
    const isHere = this.exchange.assignment(set) === 'self';
    const owner = isHere ? this.options.self : this.other;
    for (const { config } of this.groupsOf(set)) {
      // A Heartbeat gives back by itself what it should; it is asked only for what an operator wants here.
      const group = isHere ? config : { ...config, failback: false };
      const { node, reason } = this.options.surroundings.place(group, members, owner);
      if (node !== null && node !== owner) return { node: isHere ? 'peer' : 'self', reason };
    }
    return null;
  }

  /** What an operator did on the other node is an order here too. */
  private order(set: SetName, to: 'self' | 'peer'): void {
    const { directives, self } = this.options;
    const node = to === 'self' ? self : (this.other ?? self);
    for (const { config } of this.groupsOf(set)) {
      const move = parseMove(directives.get('move', config.id));
      if (move?.node !== node) directives.set('move', config.id, node, self);
      if (to === 'self') {
        directives.markDone('move', config.id, '!');
        this.sentHere.add(config.id);
      } else this.sentHere.delete(config.id);
    }
  }
}
