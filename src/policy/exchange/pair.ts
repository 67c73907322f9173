/**
 * A pair whose other node is a Heartbeat: its v1 exchange on one side, claims and placement on the other. To the rest of
 * policy the Heartbeat looks like a member that announces what it claims; where a group should be is what the exchange
 * allows of what placement wants.
 */
import type { ClusterConfig, GroupConfig } from '../../config/types.js';
import type { Milliseconds } from '../../events.js';
import type { Announcement } from '../../membership/announcement.js';
import type { Claim } from '../../membership/claims.js';
import { saidNothing } from '../../membership/electorate.js';
import { type ExchangeMessage, readExchangeMessage } from '../../membership/exchange-message.js';
import { isIpfailType, readIpfailMessage } from '../../membership/ipfail-message.js';
import type { Membership, MembershipEvent } from '../../membership/membership.js';
import type { Peer } from '../../membership/peer.js';
import type { PingNodes } from '../../membership/ping-nodes.js';
import type { Group } from '../../resources/group.js';
import type { Outbox } from '../../resources/outbox.js';
import { parseMove } from '../commands.js';
import type { Directives } from '../directives.js';
import { emptySets, forgetEmptySets, inheritEmptySets } from '../empty-sets.js';
import type { Member, Placement } from '../placement.js';
import type { Surroundings } from '../surroundings.js';
import type { Dealings, DealingsSituation, DealtGroup, NodeSituation } from './dealings.js';
import { type Assignment, explain, isAllGiven } from './holdings.js';
import { InOrder } from './in-order.js';
import { Ipfail, ownReach } from './ipfail.js';
import { Overlaps } from './overlaps.js';
import { RequestDealings } from './request-dealings.js';
import { SetDealings } from './set-dealings.js';

export interface PairOptions {
  readonly self: string;
  readonly config: ClusterConfig;
  readonly membership: Membership;
  readonly directives: Directives;
  readonly surroundings: Surroundings;
  readonly groups: readonly Group[];
  readonly outbox: Outbox;
  readonly pingNodes: PingNodes;
}

export interface PairSituation extends NodeSituation {
  readonly generation: number;
  readonly members: readonly Member[];
}

export interface PairOutput {
  readonly messages: readonly ExchangeMessage[];
  /** Something is to be decided anew. */
  readonly changed: boolean;
}

const noDoubts: ReadonlySet<string> = new Set();
const nothing: PairOutput = { messages: [], changed: false };

export class HeartbeatPair {
  private readonly options: PairOptions;
  /** The other node's name; null when this is no pair, so that no Heartbeat can share resources with it. */
  private other: string | null = null;
  private dealings: Dealings;
  private ipfail: Ipfail;
  /** The other was told that it reaches fewer ping nodes, and may have given its groups for that. */
  private hasHelped = false;
  private readonly overlaps = new Overlaps();
  private readonly inOrder = new InOrder<ExchangeMessage & { readonly generation: number }>();
  /** `hg` of the message heard last. */
  private incarnation = '';
  /** The other's generation when it was met. */
  private generation = 0;
  private at: Milliseconds = 0;
  /** Groups (ids) that failed here, were taken by the other and came back: they failed there too. */
  private readonly failedThere = new Set<string>();
  /** Groups (ids) that the other gave to this node: they stay as long as it lives, failback or not. */
  private readonly sentHere = new Set<string>();

  constructor(options: PairOptions) {
    this.options = options;
    this.dealings = this.dealWith('');
    this.ipfail = this.compareWith('');
    this.followNodes();
  }

  /** Takes a message of any type. Gives true when it is one of the exchange: those wait until nothing before them is missing. */
  hear(from: string, message: Parameters<typeof readExchangeMessage>[0], seq: number): boolean {
    if (from !== this.other) return false;
    const heard = readExchangeMessage(message) ?? readIpfailMessage(message);
    if (heard === null) return false;
    // A new incarnation counts from 1 again; packets of the one before do not come through any more.
    const incarnation = message.get('hg') ?? '';
    if (incarnation !== this.incarnation) this.inOrder.clear();
    this.incarnation = incarnation;
    this.inOrder.add(seq, { ...heard, generation: Number.parseInt(incarnation, 16) });
    return true;
  }

  /**
   * Does what follows from what was heard and from what goes on here. `lowestMissing` gives the lowest sequence number of
   * a node that is missing. Gives what is to be sent.
   */
  advance(situation: PairSituation, lowestMissing: (node: string) => number | null): PairOutput {
    this.followNodes();
    if (this.other === null) return nothing;
    this.forgetFailures();
    const before = this.view();
    const peer = this.heartbeat();
    // A Heartbeat that is about to be active is met as one that starts too, not as one that comes to a node which has all.
    const active = situation.active && this.obstacle(situation.at) === null;
    const missing = peer === null ? null : lowestMissing(peer.name);
    const dealt = this.dealt({ ...situation, active }, missing === null);
    if (peer === null) this.part();
    else this.meet(peer, dealt, missing);
    const sent = this.compareReach(peer, situation.at);
    const output = this.dealings.advance(dealt);
    for (const { level, text } of output.log) this.options.outbox.log(level, text);
    for (const { group, to } of output.moves) this.order(group, to);
    if (peer !== null) this.noteArrived();
    for (const group of this.options.groups) {
      if (output.regained.includes(group.config)) group.announceAgain(this.options.outbox, `${this.other} gave it up`);
    }
    this.announceForOther(situation);
    if (peer !== null) peer.assume(this.announcement(situation.generation));
    return { messages: [...sent, ...output.messages], changed: before !== this.view() || output.moves.length > 0 };
  }

  /** Whether a node is the Heartbeat of this pair. */
  isHeartbeat(name: string): boolean {
    return name === this.other && this.peer()?.legacy === true;
  }

  /** Who holds the sets in which there is no group, by the node they belong to, as the exchange has it where there is one. */
  emptySets(): Record<string, string> {
    const { self, config, directives } = this.options;
    const { other } = this;
    if (other === null || this.heartbeat() === null || config.autoFailback === 'legacy')
      return emptySets(config, directives);
    const empty = [self, other].filter((node) => config.groups.every(({ preferred }) => preferred !== node));
    return Object.fromEntries(empty.map((node) => [node, this.dealings.holdsSet(node) ? self : other]));
  }

  /** Takes the standing orders of before the start. */
  restore(saved: string): void {
    this.options.directives.merge(saved);
    forgetEmptySets(this.options.config, this.options.directives);
  }

  /** Takes what has become of a node. */
  note(event: MembershipEvent): void {
    const { self, config, directives } = this.options;
    // The other may have lost more than a link.
    if (event.kind === 'link' && event.state === 'dead') this.ipfail.linkDied();
    inheritEmptySets(config, { self, event, directives });
  }

  /** This node was away for so long that a Heartbeat has given it up. */
  onAway(): void {
    for (const group of this.options.groups) {
      if (group.holds) this.overlaps.suspect(group, 'this node was away, and the other took it meanwhile');
    }
    this.dealings.startAgain();
  }

  /** Where a group should be, given where placement wants it. */
  place(
    config: GroupConfig,
    wanted: Placement,
    { holds, members }: { holds: boolean; members: readonly Member[] },
  ): Placement {
    if (this.heartbeat() === null) return wanted;
    const { self } = this.options;
    const assignment = this.dealings.assignment(config);
    const reason = explain(assignment, this.other ?? '');
    if (assignment === 'peer' || assignment === 'giving') return { node: this.other, reason };
    if (assignment !== 'self') return { node: null, reason };
    if (wanted.node !== this.other) return wanted;
    const canStay = this.wherever({ ...config, failback: false }, members, self).node === self;
    if (canStay && this.sentHere.has(config.id)) return { node: self, reason: `${this.other} gave it to ${self}` };
    // Until the other has said that it takes it, it is here, or it would be nowhere; but not where it failed.
    const stays = holds || canStay;
    return { node: stays ? self : null, reason: `${wanted.reason}; ${this.other}, a Heartbeat, is asked to take it` };
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
    if (this.other === null) return Number.POSITIVE_INFINITY;
    const next = Math.min(this.dealings.nextDeadline(), this.ipfail.nextDeadline(this.at));
    // What was due when this was looked at last has been done, or is nobody's business any more.
    return next > this.at ? next : Number.POSITIVE_INFINITY;
  }

  /** Who the other is, if there is one: nodes may come and go while no Heartbeat is among them. */
  private followNodes(): void {
    const { self, config } = this.options;
    const others = config.nodes.filter((name) => name !== self);
    const other = others.length === 1 ? (others[0] ?? null) : null;
    if (other === this.other) return;
    this.other = other;
    this.dealings = this.dealWith(other ?? '');
    this.ipfail = this.compareWith(other ?? '');
    this.inOrder.clear();
    this.overlaps.clear();
  }

  private compareWith(peer: string): Ipfail {
    const { self, config } = this.options;
    return new Ipfail({ self, peer, ...config.timing, failback: config.autoFailback === 'on' });
  }

  private dealWith(peer: string): Dealings {
    const { self, config } = this.options;
    if (config.autoFailback === 'legacy') return new RequestDealings({ self, peer });
    return new SetDealings({ self, peer, failback: config.autoFailback === 'on' });
  }

  // ---- the other --------------------------------------------------------------------------------------------------

  private peer(): Peer | null {
    return this.other === null ? null : (this.options.membership.peers.get(this.other) ?? null);
  }

  /** The other node when it is a Heartbeat that takes part. */
  private heartbeat(): Peer | null {
    const peer = this.peer();
    // One that was restarted without being missed may still hold what it held, long before it is active again.
    return peer?.alive && peer.legacy && (peer.state === 'active' || this.dealings.isMet) ? peer : null;
  }

  private meet(peer: Peer, dealt: DealingsSituation, lowestMissing: number | null): void {
    if (peer.generation !== this.generation) this.dealings.meetAnew(dealt);
    else if (!this.dealings.isMet) this.dealings.meetAgain(dealt);
    this.generation = peer.generation;
    for (const message of this.inOrder.take(lowestMissing)) {
      // What waited for a gap that died with its sender is no word of its next life.
      if (message.generation !== peer.generation) continue;
      if (isIpfailType(message.type)) this.ipfail.hear(message, dealt.at);
      else this.dealings.hear(message, dealt.at);
    }
  }

  private part(): void {
    this.dealings.part();
    this.ipfail.part();
    // What was sent here for the sake of the other's life so far is not for its next.
    this.forgetOrders();
  }

  /** What may be tried here again, because time has passed or an operator wants it, may be tried there too. */
  private forgetFailures(): void {
    for (const { config, failure } of this.options.groups) if (failure === null) this.failedThere.delete(config.id);
  }

  private forgetOrders(): void {
    this.sentHere.clear();
    this.failedThere.clear();
    this.hasHelped = false;
  }

  /** What ipfail does beside a Heartbeat that runs one; gives what it says. Heartbeat's own knows no legacy failback. */
  private compareReach(peer: Peer | null, at: Milliseconds): ExchangeMessage[] {
    this.at = at;
    const { config, pingNodes, outbox } = this.options;
    const compares = peer !== null && config.pingNodes.length > 0 && config.autoFailback !== 'legacy';
    pingNodes.hurry(compares);
    if (!compares) return [];
    this.ipfail.advance(ownReach(pingNodes), at);
    if (isAllGiven(this.assignments())) this.ipfail.noteGiven();
    const { messages, log } = this.ipfail.drain();
    for (const { level, text } of log) outbox.log(level, text);
    this.hasHelped ||= messages.some(({ type }) => type === 'you_are_dead');
    if (this.hasHelped && this.ipfail.giveUpWish(at)?.set === 'foreign') this.forgetOrders();
    return messages;
  }

  /** What a node of our own kind would announce in the other's place. */
  private announcement(generation: number): Announcement {
    const { config, groups, self } = this.options;
    const claims = new Map<string, Claim>();
    for (const group of groups) {
      const assignment = this.dealings.assignment(group.config);
      if (assignment !== 'peer' && assignment !== 'taking') continue;
      const { id } = group.config;
      // It does not know of terms and never yields.
      claims.set(id, { group: id, term: Number.MAX_SAFE_INTEGER, state: 'started' });
    }
    return {
      phase: this.dealings.isPeerLeaving ? 'leaving' : 'ready',
      // It says nothing about whom it hears; the exchange is its word.
      heard: new Map([[self, { generation, seq: Number.MAX_SAFE_INTEGER, links: [] }]]),
      view: '',
      claims,
      failures: new Set(this.failedThere),
      doubts: noDoubts,
      releasing: [],
      // What it reaches its ipfail says, not its heartbeats.
      connectivity: new Map(),
      health: [],
      directives: '',
      digest: config.digest,
      ...saidNothing,
    };
  }

  private view(): string {
    return `${this.heartbeat() !== null} ${this.dealings.isPeerLeaving} ${this.assignments().join(' ')}`;
  }

  private assignments(): Assignment[] {
    return this.options.groups.map(({ config }) => this.dealings.assignment(config));
  }

  // ---- this node --------------------------------------------------------------------------------------------------

  /** Where placement would have a group; where it is as long as the other is not in the view. */
  private wherever(config: GroupConfig, members: readonly Member[], owner: string | null): Placement {
    if (!members.some(({ name }) => name === this.other))
      return { node: owner, reason: `${this.other} is not in the view yet` };
    const wish = this.ipfail.giveUpWish(this.at);
    const { self, surroundings } = this.options;
    if (owner === self && wish?.set === 'all') return { node: this.other, reason: wish.reason };
    const reason = owner === this.other ? this.ipfail.takeWish(this.at) : null;
    if (reason !== null && surroundings.place({ ...config, failback: false }, members, self).node === self) {
      return { node: self, reason };
    }
    return surroundings.place(config, members, owner);
  }

  /** Has the neighbours told of what the other kept while it was up here as well. */
  private announceForOther({ active, leaving }: PairSituation): void {
    const { groups, outbox } = this.options;
    for (const group of groups) {
      // What a former life left up here, while this node was away.
      const isLeftOver = group.phase === 'stopping' && !active && !leaving;
      if (isLeftOver) this.overlaps.suspect(group, 'it was left up here by a former life of this node');
      const reason = this.overlaps.note(group, this.heartbeat() ? this.dealings.assignment(group.config) : null);
      if (reason !== null) group.announceFor(outbox, this.other ?? '', reason);
    }
  }

  /** Whether a group that is down here is to be started here when it is this node's. */
  private mayStart({ config, failure }: Group, members: readonly Member[]): boolean {
    const { self } = this.options;
    return failure === null && this.wherever({ ...config, failback: false }, members, self).node === self;
  }

  private dealt({ at, active, leaving, members }: PairSituation, isWhole: boolean): DealingsSituation {
    const { self, groups, config } = this.options;
    const isHeard = isWhole && this.peer()?.heardWithin(2 * config.timing.keepaliveMs, at) === true;
    const dealtGroups = groups.map((group): DealtGroup => {
      const { config, phase } = group;
      return {
        config,
        isOwn: config.preferred === self,
        holds: phase !== 'stopped',
        settled: phase === 'started' || phase === 'blocked' || (phase === 'stopped' && !this.mayStart(group, members)),
        blocked: phase === 'blocked',
        place: (owner, failback) =>
          this.wherever(
            { ...config, failback: config.failback && failback && !this.sentHere.has(config.id) },
            members,
            owner === 'self' ? self : this.other,
          ),
      };
    });
    return { at, active, leaving, isHeard, groups: dealtGroups, hurry: this.ipfail.giveUpWish(at)?.set === 'all' };
  }

  /** What an operator did on the other node is an order here too; what comes from there by itself is to stay. */
  private order({ id }: GroupConfig, to: 'self' | 'peer'): void {
    const { directives, self, groups } = this.options;
    const move = parseMove(directives.get('move', id));
    if (to === 'peer') {
      this.sentHere.delete(id);
      if (move?.node !== this.other || move.done) directives.set('move', id, this.other, self);
      return;
    }
    this.sentHere.add(id);
    // An earlier order to go there is over.
    if (move?.node === this.other) directives.markDone('move', id, '!');
    if (groups.some(({ config, failure }) => config.id === id && failure !== null)) this.failedThere.add(id);
  }

  /** What was ordered to go to the Heartbeat has arrived there, which it cannot note itself: the order is only a preference now. */
  private noteArrived(): void {
    const { directives, groups } = this.options;
    for (const { config } of groups) {
      const isThere = this.dealings.assignment(config) === 'peer';
      if (isThere && parseMove(directives.get('move', config.id))?.node === this.other) {
        directives.markDone('move', config.id, '!');
      }
    }
  }
}
