/**
 * Ping nodes: hosts outside the cluster that this node asks for an echo. One is a state machine over its answers:
 *
 *     init --answer--> up --silent for deadping--> dead --answer--> up        init --silent for deadping--> dead
 */
import type { PingNodeConfig } from '../config/types.js';
import type { Milliseconds } from '../events.js';
import type { MembershipEvent } from './membership.js';

export type PingNodeState = 'init' | 'up' | 'dead';

/**
 * What a node says of a ping node, so that nodes can be compared. `doubtful`: it may be reached or not. A node that
 * stays put is taken to reach it, one that would have to attract something is not.
 */
export type Reach = 'reached' | 'doubtful' | 'dead';

/** By name of the ping node, in configured order. */
export type Connectivity = ReadonlyMap<string, Reach>;

export interface PingNodesOptions {
  readonly configs: readonly PingNodeConfig[];
  readonly keepaliveMs: Milliseconds;
  readonly deadpingMs: Milliseconds;
}

interface PingNode {
  readonly name: string;
  state: PingNodeState;
  /** When the newest request left that was answered: it lived then, or later. */
  lastAnsweredAt: Milliseconds | null;
  /** It counts as reached once a request that left then, or later, was answered. */
  steadyAt: Milliseconds;
  /** How often it was lost, one time soon after the other. */
  losses: number;
  reach: Reach;
  /** When `reach` becomes another one by itself. */
  reviewAt: Milliseconds;
}

/** Five requests in a dead time: two may be lost and it is still no doubt. */
const requestsPerDeadtime = 5;
/** More often than once a second only where deadping needs it. */
const intervalMs = 1000;

/** The longest time a ping node must answer before it counts again, in dead times; after so long a loss is forgotten. */
const longestProof = 32;

export class PingNodes {
  private readonly options: PingNodesOptions;
  private readonly nodes: readonly PingNode[];
  private startedAt: Milliseconds = 0;
  /** When this node was late last: answers to what it asked before say nothing of now. */
  private lateAt: Milliseconds = Number.NEGATIVE_INFINITY;
  private nextPingAt: Milliseconds = Number.POSITIVE_INFINITY;
  private isUrgent = false;
  /** Made anew whenever it changes: who has it can tell by identity whether it is the same. */
  private said: Connectivity = new Map();

  constructor(options: PingNodesOptions) {
    this.options = options;
    this.nodes = options.configs.map(({ name }) => ({
      name,
      state: 'init',
      lastAnsweredAt: null,
      steadyAt: Number.NEGATIVE_INFINITY,
      losses: 0,
      reach: 'doubtful',
      reviewAt: Number.POSITIVE_INFINITY,
    }));
    this.say();
  }

  start(at: Milliseconds): void {
    this.startedAt = at;
    if (this.nodes.length > 0) this.nextPingAt = at;
  }

  /**
   * The ping nodes to be asked now: none before it is time. A little early counts, so that requests go when this process
   * is awake and sends anyway. (Not with any packet that comes: one that is not believed may hurry nothing.)
   */
  due(at: Milliseconds): readonly PingNodeConfig[] {
    const { keepaliveMs, configs } = this.options;
    const interval = this.pingIntervalMs;
    if (at < this.nextPingAt - Math.min(keepaliveMs / 2, interval / 4)) return [];
    this.nextPingAt = at + interval;
    return configs;
  }

  /**
   * Whether to ask twice a keepalive. A Heartbeat, which asks once a keepalive, doubts nothing and says late that it lost the
   * same: beside one it must be known closely when a ping node was lost.
   */
  hurry(on: boolean): void {
    this.isUrgent = on;
  }

  /** The answer came to a request that left at `askedAt`. */
  answered(name: string, askedAt: Milliseconds, at: Milliseconds): MembershipEvent[] {
    const node = this.nodes.find((one) => one.name === name);
    if (node === undefined || askedAt <= (node.lastAnsweredAt ?? Number.NEGATIVE_INFINITY)) return [];
    const { state } = node;
    node.lastAnsweredAt = askedAt;
    node.state = 'up';
    if (state === 'dead') this.prove(node, at);
    const events: MembershipEvent[] = [];
    if (state !== 'up') {
      events.push({ kind: 'link', node: name, link: name, state: 'up' });
      events.push({ kind: 'state', node: name, from: state, to: 'ping' });
    }
    return [...events, ...this.judge(node, at)];
  }

  /** Notices silence, and its end. */
  tick(at: Milliseconds): MembershipEvent[] {
    const events: MembershipEvent[] = [];
    for (const node of this.nodes) {
      if (node.state !== 'dead' && at >= this.deadAt(node)) {
        const silentMs = node.lastAnsweredAt === null ? null : at - node.lastAnsweredAt;
        if (node.state === 'up') events.push({ kind: 'link', node: node.name, link: node.name, state: 'dead' });
        node.state = 'dead';
        events.push({ kind: 'dead', node: node.name, silentMs });
      }
      events.push(...this.judge(node, at));
    }
    return events;
  }

  nextDeadline(): Milliseconds {
    let next = this.nextPingAt;
    for (const node of this.nodes) {
      if (node.state !== 'dead') next = Math.min(next, this.deadAt(node), node.reviewAt);
    }
    return next;
  }

  /** This node could not listen for so long: that is no silence of a ping node, but what it knew may be out of date. */
  forgive(lateMs: Milliseconds, at: Milliseconds): void {
    this.startedAt += lateMs;
    this.lateAt = at;
    for (const node of this.nodes) {
      if (node.lastAnsweredAt !== null) node.lastAnsweredAt += lateMs;
    }
  }

  /** What this node announces. The same object as long as nothing changes. */
  connectivity(): Connectivity {
    return this.said;
  }

  has(name: string): boolean {
    return this.said.has(name);
  }

  /**
   * Another node's word that it reaches this ping node counts against our own finding that we do not, if it was spoken
   * after this moment. All nodes lose a ping node that dies, each at its own moment, but each doubts before another is
   * sure: at half of deadping after its last answer, and the last answers are at most one interval apart.
   */
  proofAt(name: string): Milliseconds {
    const node = this.nodes.find((one) => one.name === name);
    if (node === undefined || node.reach === 'reached') return Number.NEGATIVE_INFINITY;
    return this.silentSince(node) + this.options.deadpingMs * (1 - 1 / requestsPerDeadtime);
  }

  /** All that are dead now were lost by this moment: the first request that nobody answered. -Infinity: none is dead. */
  lostBy(): Milliseconds {
    let latest = Number.NEGATIVE_INFINITY;
    for (const node of this.nodes) if (node.state === 'dead') latest = Math.max(latest, this.silentSince(node));
    return latest + this.pingIntervalMs;
  }

  states(): { readonly name: string; readonly state: PingNodeState }[] {
    return this.nodes.map(({ name, state }) => ({ name, state }));
  }

  private get pingIntervalMs(): Milliseconds {
    const { keepaliveMs, deadpingMs } = this.options;
    return Math.min(
      deadpingMs / requestsPerDeadtime,
      this.isUrgent ? keepaliveMs / 2 : Math.max(keepaliveMs, intervalMs),
    );
  }

  private silentSince({ lastAnsweredAt }: PingNode): Milliseconds {
    return lastAnsweredAt ?? this.startedAt;
  }

  private deadAt(node: PingNode): Milliseconds {
    return this.silentSince(node) + this.options.deadpingMs;
  }

  /**
   * Who lost it must have it for a while before it counts, and longer each time: else a bad cable throws groups to and fro.
   */
  private prove(node: PingNode, at: Milliseconds): void {
    const { deadpingMs } = this.options;
    const isOld = at >= node.steadyAt + longestProof * deadpingMs;
    node.losses = isOld ? 1 : node.losses + 1;
    node.steadyAt = at + deadpingMs * Math.min(2 ** (node.losses - 1), longestProof);
  }

  private judge(node: PingNode, at: Milliseconds): MembershipEvent[] {
    const { reach, until } = this.reachOf(node, at);
    node.reviewAt = until;
    if (reach === node.reach) return [];
    node.reach = reach;
    this.say();
    return [{ kind: 'changed', node: node.name }];
  }

  /** How it is reached, and until when that is so if nothing is heard. */
  private reachOf(node: PingNode, at: Milliseconds): { reach: Reach; until: Milliseconds } {
    const open = Number.POSITIVE_INFINITY;
    if (node.state === 'dead') return { reach: 'dead', until: open };
    const doubtAt = this.silentSince(node) + this.options.deadpingMs / 2;
    const isFresh = node.lastAnsweredAt !== null && node.lastAnsweredAt >= this.lateAt && at < doubtAt;
    if (!isFresh) return { reach: 'doubtful', until: open };
    return isSteady(node) ? { reach: 'reached', until: doubtAt } : { reach: 'doubtful', until: open };
  }

  private say(): void {
    this.said = new Map(this.nodes.map(({ name, reach }) => [name, reach]));
  }
}

function isSteady({ lastAnsweredAt, steadyAt }: PingNode): boolean {
  return lastAnsweredAt !== null && lastAnsweredAt >= steadyAt;
}
