/**
 * Nodes that are added to and deleted from the running cluster (`hb_addnode`, `hb_delnode`): what must be so before, because quorum is
 * counted in nodes, and what follows. Who takes part by it does so until the next start, for ha.cf is the operator's; that a node was
 * added or deleted is remembered for majorities (electorate.ts).
 */
import { mostNodes, nodeNameProblem } from '../config/node.js';
import type { Command, CommandResult, LogLevel, Milliseconds, SavedState } from '../events.js';
import { type Message, textFields } from '../wire/message.js';
import { answerClientQuery } from './client-query.js';
import type { Lease } from './lease.js';
import type { Membership } from './membership.js';
import { type NodeList, type Outbound, type Outsider, parseNodeList } from './node-list.js';
import type { Peer } from './peer.js';
import { quorum } from './quorum.js';

/** Heartbeat's names for the two messages. */
type NodeChange = 'addnode' | 'delnode';

type NodeCommand = Extract<Command, { readonly verb: 'node-add' | 'node-forget' }>;

/** Whether a command is about the nodes of the cluster themselves. */
export function isNodeChange(command: Command): command is NodeCommand {
  return command.verb === 'node-add' || command.verb === 'node-forget';
}

/** This node's situation, as far as a change depends on it. */
export interface ChangeSituation {
  readonly at: Milliseconds;
  /** Taking part, neither starting nor leaving. */
  readonly active: boolean;
  readonly viewAgreed: boolean;
  /** Nodes that are given time to stop what they may still hold. */
  readonly releasing: readonly string[];
}

/** What comes of a change. */
export interface ChangeOutcome {
  readonly result: CommandResult;
  readonly log: readonly { readonly level: LogLevel; readonly text: string }[];
  /** To be told to the others; null when they know. */
  readonly tell: Outbound | null;
  /** This node itself was deleted: it is to leave in order. */
  readonly leave: boolean;
}

const nothing: ChangeOutcome = { result: { ok: true, text: '' }, log: [], tell: null, leave: false };

const untilRestart = 'until the next start; change the node lines of ha.cf on every node too';

export class NodeChanges {
  private readonly self: string;
  private readonly list: NodeList;
  private readonly membership: Membership;
  private readonly lease: Lease;
  private readonly situation: () => ChangeSituation;

  constructor(options: {
    self: string;
    list: NodeList;
    membership: Membership;
    lease: Lease;
    situation: () => ChangeSituation;
  }) {
    this.self = options.self;
    this.list = options.list;
    this.membership = options.membership;
    this.lease = options.lease;
    this.situation = options.situation;
  }

  /** An operator's command on this node. */
  command({ verb, nodes }: NodeCommand): ChangeOutcome {
    const situation = this.situation();
    const change = verb === 'node-add' ? 'addnode' : 'delnode';
    const names = parseNodeList(nodes.join(' '));
    const obstacle = this.obstacleTo(change, names, situation);
    if (obstacle !== null) return refused(obstacle);
    // Who gives the order again wants those to hear it who have missed it.
    const [added, deleted] = change === 'addnode' ? [names, []] : [[], names];
    this.list.order({ added, deleted }, situation.at);
    const log = this.carryOut(change, names, situation.at);
    const until = this.list.isOpen ? '' : ` ${untilRestart}`;
    const text = `${names.join(' ')} ${change === 'addnode' ? 'added' : 'deleted'}${until}`;
    // A Heartbeat follows none, and there is no third node beside it.
    const hasHeartbeat = [...this.membership.peers.values()].some(({ legacy }) => legacy);
    const tell = hasHeartbeat ? null : { type: change, fields: textFields({ nodelist: names.join(' ') }) };
    return { result: { ok: true, text }, log, tell, leave: false };
  }

  /** Takes what was known of the nodes before the start; `hosts` with autojoin only. */
  restore({ hosts, nodes }: SavedState, at: Milliseconds): void {
    this.list.start(nodes, at);
    if (hosts !== undefined) for (const name of this.list.restore(hosts)) this.membership.add(name, at);
  }

  /** Whether a node that is heard, and that nobody named, may join (autojoin). One that was deleted may not, until it is added again. */
  mayJoin(name: string): boolean {
    const { list } = this;
    return list.isOpen && name !== this.self && !list.wasDeleted(name) && this.obstacleToHeardAdd([name]) === null;
  }

  /** A node that may join is heard. */
  join(name: string): ChangeOutcome {
    return { ...nothing, log: this.add([name], this.situation().at) };
  }

  /** A status of a node that this one does not know. `generation`: of this life of this node. */
  hearOutsider(outsider: Outsider, generation: number): ChangeOutcome {
    return { ...nothing, log: this.list.hearOutsider(outsider, generation, this.situation().at) };
  }

  /** A message that is about nothing else: a change that another node tells of, a question about the nodes or their clients. */
  hear(from: string, message: Message): ChangeOutcome {
    const change = message.get('t');
    if (change !== 'addnode' && change !== 'delnode') {
      return { ...nothing, tell: this.list.answer(from, message) ?? answerClientQuery(from, message) };
    }
    const names = parseNodeList(message.get('nodelist'));
    if (change === 'delnode' && names.includes(this.self)) {
      const text = `I am being deleted from the cluster, says ${from}: leaving`;
      return { ...refused(text, 'error'), leave: true };
    }
    const obstacle = change === 'addnode' ? this.obstacleToHeardAdd(names) : this.obstacleToHeardDelete(names);
    if (obstacle !== null)
      return refused(`${change} ${names.join(' ')} of ${from} is not followed: ${obstacle}`, 'error');
    return { ...nothing, log: this.carryOut(change, names, this.situation().at) };
  }

  private obstacleTo(change: NodeChange, names: readonly string[], situation: ChangeSituation): string | null {
    if (names.length === 0) return 'no node is named';
    if (!situation.active) return `${this.self} is not active`;
    return change === 'addnode' ? this.obstacleToAdd(names, situation) : this.obstacleToDelete(names, situation);
  }

  private obstacleToAdd(names: readonly string[], { viewAgreed }: ChangeSituation): string | null {
    const known = names.find((name) => this.list.names.includes(name) && !this.list.wasAdded(name));
    if (known !== undefined) return `node ${known} is one of the cluster already`;
    const obstacle = this.obstacleToHeardAdd(names);
    if (obstacle !== null) return obstacle;
    const { reason, quorate } = quorum(this.membership.view.members.length, this.list.votesWith(names));
    if (quorate && viewAgreed) return null;
    return viewAgreed ? `with more nodes there would be no quorum: ${reason}` : 'the nodes do not agree who is there';
  }

  private obstacleToHeardAdd(names: readonly string[]): string | null {
    for (const name of names) {
      const problem = nodeNameProblem(name);
      if (problem !== null) return problem;
    }
    if (new Set([...this.list.names, ...names]).size > mostNodes) return `there may be ${mostNodes} nodes at most`;
    return this.heartbeatAmong([]);
  }

  private obstacleToDelete(names: readonly string[], { viewAgreed, releasing }: ChangeSituation): string | null {
    if (names.includes(this.self)) return `${this.self} is this node: stop its daemon, and delete it elsewhere`;
    const { list } = this;
    const isKnown = (name: string) => list.names.includes(name) || list.outsiders.has(name) || list.wasDeleted(name);
    const unknown = names.find((name) => !isKnown(name));
    if (unknown !== undefined) return `there is no node ${unknown}`;
    const waiting = names.find((name) => releasing.includes(name));
    if (waiting !== undefined) return `${waiting} is still given time to stop what it may hold`;
    return this.obstacleToHeardDelete(names) ?? (viewAgreed ? null : 'the nodes do not agree who is there');
  }

  /** Every deleted node must be dead and every other one alive: who counts the nodes differently would reckon another quorum. */
  private obstacleToHeardDelete(names: readonly string[]): string | null {
    for (const { name, state } of this.membership.peers.values()) {
      const dead = state === 'dead' || state === 'left';
      if (names.includes(name) && !dead) return `deletion failed: node ${name} is not dead`;
      if (!names.includes(name) && state !== 'active') {
        return `deletion failed. We don't have all required nodes alive (${name} is ${state})`;
      }
    }
    for (const name of names) {
      const witness = this.membership.witnessOf(name);
      if (witness !== null) return `deletion failed: node ${name} is not dead, ${witness} hears it`;
    }
    // That a node counts which no list has is known here alone: a Heartbeat need not know.
    return names.some((name) => this.list.names.includes(name)) ? this.heartbeatAmong(names) : null;
  }

  /** A Heartbeat shares resources with one other node, as ha.cf has it, and cannot be told otherwise while it does. */
  private heartbeatAmong(without: readonly string[]): string | null {
    const stays = ({ name, legacy }: Peer) => legacy && !without.includes(name);
    const heartbeat = [...this.membership.peers.values()].find(stays);
    if (heartbeat === undefined) return null;
    return `${heartbeat.name} is a Heartbeat: beside one the nodes are changed in ha.cf, with a restart`;
  }

  private carryOut(change: NodeChange, names: readonly string[], at: Milliseconds): ChangeOutcome['log'] {
    return change === 'addnode' ? this.add(names, at) : this.delete(names, at);
  }

  private add(names: readonly string[], at: Milliseconds): ChangeOutcome['log'] {
    return names.map((name) => {
      if (this.list.names.includes(name)) {
        return { level: 'info', text: `hb_add_one_node: node(${name}) already exists` };
      }
      this.list.add(name, at);
      this.membership.add(name, at);
      return { level: 'info', text: `hb_add_one_node: Adding new node[${name}] to configuration.` };
    });
  }

  private delete(names: readonly string[], at: Milliseconds): ChangeOutcome['log'] {
    const there = names.filter((name) => this.list.names.includes(name) || this.list.outsiders.has(name));
    for (const name of there) {
      this.list.delete(name, at);
      this.membership.delete(name);
      this.lease.forget(name);
    }
    return there.map((name) => ({ level: 'info', text: `node ${name} is deleted from the configuration.` }));
  }
}

function refused(text: string, level: LogLevel = 'warn'): ChangeOutcome {
  return { result: { ok: false, text }, log: [{ level, text }], tell: null, leave: false };
}
