/** Assembles the stages into one pure machine. The only file that sees all of them. */
import type { AuthKeys, ClusterConfig } from './config/types.js';
import { describeMembership, describeView } from './describe.js';
import type { Command, CommandResult, Effect, Event, LogLevel, Milliseconds, ResourceOutcome } from './events.js';
import type { Announcement } from './membership/announcement.js';
import { Farewell } from './membership/farewell.js';
import { Heartbeat, type WireState } from './membership/heartbeat.js';
import { Lease } from './membership/lease.js';
import { MediaStates } from './membership/media-states.js';
import { Membership, type MembershipEvent } from './membership/membership.js';
import { type ChangeOutcome, isNodeChange, NodeChanges } from './membership/node-changes.js';
import { NodeList, type Outbound } from './membership/node-list.js';
import { PingNodes } from './membership/ping-nodes.js';
import { tieWarning, viewObstacle } from './membership/quorum.js';
import { RcScripts } from './membership/rc-scripts.js';
import { readStatus } from './membership/status-message.js';
import { Voting } from './membership/voting.js';
import { AnsweredWishes } from './membership/wishes.js';
import { Intake } from './order/intake.js';
import { Outgoing } from './order/outgoing.js';
import { applyCommand } from './policy/commands.js';
import type { GiveUp } from './policy/decide.js';
import { Decider } from './policy/decider.js';
import { Directives } from './policy/directives.js';
import { HeartbeatPair } from './policy/exchange/pair.js';
import { HealthChecks } from './policy/health.js';
import { Memory } from './policy/memory.js';
import { Misbelief } from './policy/misbelief.js';
import { OnceOrders } from './policy/once-orders.js';
import type { Member } from './policy/placement.js';
import { Surroundings } from './policy/surroundings.js';
import { Group } from './resources/group.js';
import { outboxTo } from './resources/outbox.js';
import { adoptionOf, claimsOf, healAll, heldTerms, isProbing, phaseOf, troublesOf } from './resources/summary.js';
import { projectStatus, type Status } from './status.js';
import { type Message, type Trusted, textFields } from './wire/message.js';

/** The pure core of one node. `step` is the only thing that changes its state. */
export interface Cluster {
  /** Takes one event, gives what is to be done, in order. */
  step(event: Event): Effect[];
  /** When `step({type: 'tick'})` wants to be called next (ms, same clock as events' `at`); Infinity = not at all. */
  nextDeadline(): Milliseconds;
  /** The state for display. `at` and `wallMs` are the same moment on both clocks. */
  status(at: Milliseconds, wallMs: number): Status;
}

export interface ClusterOptions {
  /** Own node name, one of config.nodes. */
  readonly self: string;
  readonly config: ClusterConfig;
  readonly auth: AuthKeys;
}

/** Makes the core of node `self`. It does nothing before its `start` event. */
export function createCluster(options: ClusterOptions): Cluster {
  return new Core(options);
}

/** Where this node is in its own life. */
type Life = 'off' | 'starting' | 'active' | 'leaving' | 'farewell' | 'gone';

/** Rounds in which decisions of one event may follow from one another; more would be a loop. */
const roundsMax = 8;

class Core implements Cluster {
  private readonly self: string;
  private readonly config: ClusterConfig;
  private readonly links: readonly string[];
  private readonly groups: readonly Group[];
  private readonly membership: Membership;
  private readonly nodeList: NodeList;
  private readonly pingNodes: PingNodes;
  private readonly nodeChanges: NodeChanges;
  private readonly directives = new Directives();
  private readonly onceOrders = new OnceOrders(this.directives);
  private readonly lease = new Lease();
  private readonly voting: Voting;
  private readonly heartbeat: Heartbeat;
  private readonly intake: Intake;
  private readonly outgoing: Outgoing;
  private readonly surroundings: Surroundings;
  private readonly rcScripts: RcScripts;
  private readonly health: HealthChecks;
  private readonly media = new MediaStates();

  private effects: Effect[] = [];
  private life: Life = 'off';
  private at: Milliseconds = 0;
  private generation = 0;
  private startedAt: Milliseconds = 0;
  /** When something is to be done next, reckoned after every step. It also shows how late this node is. */
  private armedFor: Milliseconds = Number.POSITIVE_INFINITY;
  private decideAt: Milliseconds = Number.POSITIVE_INFINITY;
  private undecided = true;
  /** A status came in this step. */
  private heardStatus = false;
  private viewSince: Milliseconds = 0;
  private viewAgreed = false;
  private readonly wishes = new AnsweredWishes();
  private readonly misbelief = new Misbelief();
  /** Set while this node, having been away, gives up what it held. */
  private wasAway: string | null = null;
  private readonly counters: Record<string, number> = {};
  private readonly memory = new Memory();
  private readonly farewell = new Farewell();
  private hasSurpassed = false;
  private readonly pair: HeartbeatPair;
  private readonly decider: Decider;
  private readonly timed: readonly { nextDeadline(): Milliseconds }[];

  constructor({ self, config: configured, auth }: ClusterOptions) {
    this.self = self;
    this.nodeList = new NodeList({ self, nodes: configured.nodes, isOpen: configured.autojoin !== undefined });
    const config = this.nodeList.inForce(configured);
    this.config = config;
    this.links = [...new Set(config.media.map(({ device }) => device))];
    this.groups = config.groups.map((group) => new Group(group));
    this.directives.know(config);
    this.membership = new Membership({ self, nodes: config.nodes, links: this.links, ...config.timing });
    this.pingNodes = new PingNodes({ configs: config.pingNodes, ...config.timing });
    this.outgoing = new Outgoing({ self, config, auth });
    this.heartbeat = new Heartbeat({ outgoing: this.outgoing, lease: this.lease, ...config.timing });
    const mayJoin = (name: string) => this.nodeChanges.mayJoin(name);
    this.intake = new Intake({ self, config, auth, outgoing: this.outgoing, mayJoin });
    this.rcScripts = new RcScripts(config.scripts);
    this.health = new HealthChecks(config.healthChecks);
    const { membership, pingNodes, lease, directives, groups, nodeList: list } = this;
    this.voting = new Voting({ list, membership, lease, ...config.timing });
    const { heartbeat, misbelief, outbox, voting } = this;
    const surroundings = new Surroundings({ self, config, membership, voting, pingNodes, lease, directives });
    this.surroundings = surroundings;
    const pair = new HeartbeatPair({ self, config, membership, pingNodes, directives, groups, surroundings, outbox });
    this.pair = pair;
    const situation = () => {
      const { at, viewAgreed } = this;
      return { at, viewAgreed, active: this.life === 'active', releasing: surroundings.releasing(at).names };
    };
    this.nodeChanges = new NodeChanges({ self, list, membership, lease, situation });
    this.decider = new Decider({ self, groups, heartbeat, misbelief, surroundings, pair, outbox });
    this.timed = [membership, pingNodes, this.intake, pair, this.health, ...groups];
  }

  step(event: Event): Effect[] {
    this.effects = [];
    if (this.life === 'gone' || (this.life === 'off' && event.type !== 'start')) return this.refuse(event);
    this.at = event.at;
    this.noticeLateness(event.at);
    this.take(event);
    this.settle();
    this.armedFor = this.reckonDeadline();
    return this.effects;
  }

  nextDeadline(): Milliseconds {
    return this.armedFor;
  }

  private reckonDeadline(): Milliseconds {
    if (this.life === 'off' || this.life === 'gone') return Number.POSITIVE_INFINITY;
    let next = Math.min(this.heartbeat.nextAt, this.decideAt);
    for (const part of this.timed) next = Math.min(next, part.nextDeadline());
    return next;
  }

  status(at: Milliseconds, wallMs: number): Status {
    return projectStatus({
      self: this.self,
      config: this.config,
      links: this.links,
      membership: this.membership,
      pingNodes: this.pingNodes.states(),
      health: this.health,
      nodeList: this.nodeList,
      directives: this.directives,
      groups: this.groups,
      waits: this.decider.waits,
      media: this.media.states,
      emptySets: this.pair.emptySets(),
      life: this.life,
      generation: this.generation,
      uuid: this.outgoing.uuid,
      view: {
        agreed: this.viewAgreed,
        quorate: this.voting.quorum.quorate,
        sinceWallMs: this.outgoing.wallMsOf(this.viewSince),
      },
      counters: { ...this.counters, ...this.intake.counters, ...this.outgoing.counters },
      at,
      wallMs,
    });
  }

  // ---- events -----------------------------------------------------------------------------------------------------

  /** Before the start and after the end nothing happens; who asks for something is told so. */
  private refuse(event: Event): Effect[] {
    if (event.type !== 'command') return [];
    const text = `${this.self} ${this.life === 'off' ? 'has not started yet' : 'has left the cluster'}`;
    return [{ type: 'reply', id: event.id, result: { ok: false, text } }];
  }

  private take(event: Event): void {
    switch (event.type) {
      case 'start':
        return this.onStart(event);
      case 'packet':
        return this.onPacket(event.link, event.bytes);
      case 'tick':
        return;
      case 'actionResult':
        return this.onActionResult(event.ticket, event.outcomes);
      case 'checkResult':
        this.undecided = true;
        return void this.effects.push(...this.health.result(event, this.at));
      case 'lost':
        return healAll(this.groups, this.outbox, event, this.surroundings);
      case 'command':
        return this.onCommand(event.id, event.command);
      case 'keys':
        this.outgoing.useKeys(event.auth);
        this.intake.useKeys(event.auth);
        this.outgoing.writeFor(this.membership.readers((name) => this.intake.keyNumberOf(name)));
        return this.log('info', 'Rereading authentication file: new keys are in use.');
      case 'configure':
        return this.log('warn', 'A changed configuration takes effect at the next start of the daemon only.');
      case 'shutdown':
        return this.onShutdown();
      case 'failfast':
        this.log('crit', event.text);
        return this.onShutdown();
      case 'medium':
        return void this.effects.push(...this.media.note(event));
      default:
        return event satisfies never;
    }
  }

  private onStart(event: Event & { type: 'start' }): void {
    this.life = 'starting';
    this.generation = event.generation;
    this.viewSince = event.at;
    this.nodeChanges.restore(event.saved, event.at);
    this.startedAt = event.at;
    this.effects.push(...this.health.start(event.at));
    this.membership.start(event.at);
    this.pingNodes.start(event.at);
    this.outgoing.start(event);
    this.intake.start(event);
    this.pair.restore(event.saved.directives);
    this.onceOrders.start(this.groups);
    const { held } = event.saved;
    this.memory.start({ ...event.saved, directives: this.directives.text(), generation: event.generation });
    this.log('info', `Heartbeat generation: ${event.generation}`);
    const tie = tieWarning(this.nodeList.names.length, this.groups.length);
    if (tie !== null) this.log('warn', tie);
    this.send(this.heartbeat.tell('init', this.announcement(), this.at));
    this.setLocalStatus('up');
    for (const group of this.groups) group.probe(this.outbox, adoptionOf(group.config, held, this.surroundings));
  }

  private onPacket(link: string, bytes: Uint8Array): void {
    const result = this.intake.receive(link, bytes, this.at);
    for (const packet of result.replies) this.send(packet);
    for (const line of result.log) this.effects.push({ type: 'log', ...line });
    if (result.joining !== null) this.follow(this.nodeChanges.join(result.joining));
    if (result.outsider !== null) this.follow(this.nodeChanges.hearOutsider(result.outsider, this.generation));
    if (result.from === null) return;
    if (result.seq > 0) this.noteAll(this.membership.heardOn(result.from, link, result.seq, this.at));
    const { message, from, askedAt } = result;
    if (askedAt !== null) return this.noteAll(this.pingNodes.answered(from, askedAt, this.at));
    if (message === null) return;
    this.effects.push(...this.rcScripts.ofMessage(from, message));
    const type = message.get('t');
    if (type === 'status') this.onStatus(from, message);
    else if (type === 'shutdone') this.onShutdone(from);
    else if (this.pair.hear(from, message, result.seq)) this.undecided = true;
    else this.follow(this.nodeChanges.hear(from, message));
  }

  private onStatus(from: string, message: Trusted<Message>): void {
    const peer = this.membership.peers.get(from);
    const report = peer === undefined ? null : readStatus(message, peer.reader);
    if (report === null) return;
    this.heardStatus = true;
    this.effects.push(...this.nodeList.hear(from, report.announcement, this.at));
    this.noteAll(this.membership.onStatus(from, report, this.at));
    this.outgoing.writeFor(this.membership.readers((name) => this.intake.keyNumberOf(name)));
    const { announcement } = report;
    if (announcement === null) return;
    this.surroundings.noteTerms(announcement);
    if (this.misbelief.hasLooked(from, announcement.phase))
      for (const group of this.groups) group.announceAgain(this.outbox, `${from} has looked what runs there`);
    this.noteAcknowledgement(from, announcement);
    if (this.surroundings.asksForWord(from, announcement)) this.heartbeat.answerNow = true;
    // A wish waits for nothing but such an acknowledgement.
    if (this.surroundings.awaitsWord || this.groups.some(({ phase }) => phase === 'wanted')) this.undecided = true;
    if (this.directives.merge(announcement.directives)) this.onDirectives();
    if (this.wishes.isNew(from, announcement)) this.heartbeat.answerNow = true;
  }

  private noteAcknowledgement(from: string, { heard }: Announcement): void {
    const own = heard.get(this.self);
    if (own !== undefined && own.generation > this.generation) this.surpass(own.generation, from);
    if (own?.generation !== this.generation) return;
    const hadLease = this.at < this.voting.leaseUntil();
    this.lease.acknowledged(from, own.seq);
    if (!hadLease && this.at < this.voting.leaseUntil()) this.undecided = true;
  }

  /** What this node sends is taken for a replay where a later life of it is known: its generation was lost, or the clock is behind. */
  private surpass(known: number, by: string): void {
    // Once: two machines of one name would do it for ever.
    if (this.hasSurpassed) return;
    this.hasSurpassed = true;
    this.generation = known;
    this.renew(`${by} knew generation ${known} of this node: its generation file was lost or set back`);
  }

  private onShutdone(from: string): void {
    this.noteAll(this.membership.onShutdone(from));
    this.lease.forget(from);
    this.wishes.forget(from);
  }

  /** Does what follows from a message or command about the nodes themselves. */
  private follow({ log, tell, leave, result }: ChangeOutcome): CommandResult {
    for (const { level, text } of log) this.log(level, text);
    this.tell(tell);
    if (leave) this.onShutdown();
    this.undecided = true;
    return result;
  }

  private onActionResult(ticket: number, outcomes: readonly ResourceOutcome[]): void {
    this.undecided = true;
    for (const group of this.groups) if (group.onResult(this.outbox, ticket, outcomes, this.at)) return;
  }

  private onCommand(id: number, command: Command): void {
    const result = this.carryOut(command);
    this.log('info', `${command.verb}: ${result.text}`);
    this.onDirectives();
    this.effects.push({ type: 'reply', id, result });
  }

  private carryOut(command: Command): CommandResult {
    if (isNodeChange(command)) return this.follow(this.nodeChanges.command(command));
    return applyCommand(command, {
      self: this.self,
      ...this.config,
      members: this.members(),
      ownerOf: ({ id }) => this.decider.ownerOf(id),
      directives: this.directives,
    });
  }

  private onShutdown(): void {
    if (this.isLeaving) return;
    this.log('info', 'Heartbeat shutdown in progress.');
    this.life = 'leaving';
    this.undecided = true;
  }

  /** Follows standing orders that have to be carried out once on every node. */
  private onDirectives(): void {
    this.undecided = true;
    this.onceOrders.carryOut(this.groups, this.outbox, this.at, this.surroundings);
  }

  // ---- time -------------------------------------------------------------------------------------------------------

  /**
   * A node that is late to its own timer could not listen meanwhile, so that time is no silence of the others. One that
   * was away longer than its dead time has been declared dead: it gives up what it holds before anything else.
   */
  private noticeLateness(at: Milliseconds): void {
    const lateMs = at - this.armedFor;
    const { keepaliveMs, deadtimeMs } = this.config.timing;
    if (lateMs < keepaliveMs / 2) return;
    this.membership.forgive(lateMs);
    this.pingNodes.forgive(lateMs, at);
    this.count('late');
    // The others count from the last heartbeat, not from when the timer should have come.
    const silentMs = at - this.heartbeat.lastSentAt;
    if (silentMs < deadtimeMs) return;
    const text = `this node sent nothing for ${Math.round(silentMs)} ms, longer than its dead time: the others have given it up`;
    this.log('crit', text);
    this.membership.distrust();
    if ([...this.membership.peers.keys()].some((name) => this.pair.isHeartbeat(name))) {
      this.renew();
      this.pair.onAway();
    }
    this.undecided = true;
    if (this.groups.some((group) => group.holds)) this.wasAway = text;
  }

  /** Becomes a new incarnation: a Heartbeat that hears the one it had given up stops everything and restarts itself. */
  private renew(reason = 'for the sake of a Heartbeat that may have given this node up'): void {
    this.generation += 1;
    this.outgoing.renew(this.generation);
    this.heartbeat.renew();
    this.undecided = true;
    // Only a status makes a Heartbeat believe a new generation.
    this.sendStatus();
    this.log('info', `Heartbeat generation: ${this.generation} (${reason})`);
  }

  /** Something was to be done by now. */
  private onDeadline(): void {
    this.noteAll([...this.membership.tick(this.at), ...this.pingNodes.tick(this.at)]);
    for (const packet of this.intake.tick(this.at)) this.send(packet);
    this.effects.push(...this.health.tick(this.at));
    for (const group of this.groups) if (group.tick(this.outbox, this.at)) this.undecided = true;
    if (this.at >= this.decideAt || this.at >= this.pair.nextDeadline()) this.undecided = true;
  }

  /** Lets everything follow that follows from the event, until nothing changes any more. */
  private settle(): void {
    if (this.at >= this.armedFor) this.onDeadline();
    for (let round = 0; round < roundsMax && this.undecided; round++) {
      this.undecided = false;
      this.becomeActive();
      this.dealWithHeartbeat();
      this.refreshView();
      this.decideAll();
      this.announceChanges();
    }
    if (this.heartbeat.answerNow) this.announceChanges();
    if (this.at >= this.heartbeat.nextAt - this.beatEarlyMs()) this.beat();
    if (this.at >= this.armedFor || this.effects.some(({ type }) => type === 'send')) this.ping();
    this.leave();
    this.save();
  }

  /** The exchange with a Heartbeat, if the other node is one. */
  private dealWithHeartbeat(): void {
    const { at, generation } = this;
    const active = this.life === 'active';
    const situation = { at, generation, active, leaving: this.isLeaving, members: this.members() };
    const { messages, changed } = this.pair.advance(situation, (node) => this.intake.lowestMissing(node));
    for (const { type, fields } of messages) this.tell({ type, fields: textFields(fields) });
    if (changed) this.undecided = true;
  }

  private becomeActive(): void {
    if (this.life !== 'starting' || !this.membership.isComplete() || isProbing(this.groups)) return;
    this.life = 'active';
    this.log('info', 'Comm_now_up(): updating status to active');
    this.setLocalStatus('active');
    if (this.config.clients.length > 0) this.effects.push({ type: 'clients', reason: 'this node is active' });
  }

  private setLocalStatus(state: 'up' | 'active'): void {
    this.log('info', `Local status now set to: '${state}'`);
    this.effects.push(...this.rcScripts.ofState(this.self, state));
  }

  private refreshView(): void {
    const own = {
      active: this.life === 'active' || this.life === 'leaving',
      generation: this.generation,
      owns: this.groups.filter((group) => group.holds).length,
    };
    const changed = this.membership.refreshView(own);
    if (changed) this.announceChanges();
    const agreed = this.membership.isViewAgreed(this.heartbeat.view);
    if (!changed && agreed === this.viewAgreed) return;
    this.viewAgreed = agreed;
    this.viewSince = this.at;
    this.log('info', describeView(this.membership.view.members, agreed, this.voting.quorum.reason));
  }

  /**
   * A heartbeat that is due soon goes with one that has just come: the nodes fall into step, and a process that wakes
   * half as often uses half the processor. Never earlier than half a keepalive, so a step cannot follow from another.
   */
  private beatEarlyMs(): Milliseconds {
    if (!this.heardStatus || this.life === 'farewell') return 0;
    this.heardStatus = false;
    return this.config.timing.keepaliveMs / 2;
  }

  private beat(): void {
    if (this.life === 'farewell') this.sendFarewell();
    else
      this.send(this.heartbeat.repeat(this.wireState(), () => this.announcement(), this.membership.heard(), this.at));
  }

  private ping(): void {
    for (const one of this.pingNodes.due(this.at)) {
      this.effects.push({ type: 'ping', node: one.name, bytes: this.outgoing.ping(one, this.at) });
    }
  }

  // ---- decisions --------------------------------------------------------------------------------------------------

  private decideAll(): void {
    const { at, generation } = this;
    const { members } = this.membership.view;
    const view = { active: this.life === 'active', members, quorum: this.voting.quorum, agreed: this.viewAgreed };
    const { until, again } = this.decider.decideAll({
      at,
      generation,
      mustGiveUp: this.mustGiveUp(),
      viewObstacle: viewObstacle(view),
      members: this.members(),
    });
    this.decideAt = Math.min(until, this.voting.leaseEnd(this.at));
    this.undecided ||= again;
    if (this.wasAway !== null && !this.groups.some((group) => group.holds)) {
      this.wasAway = null;
      this.undecided = true;
    }
  }

  /** Why this node must not hold anything now, or null. */
  private mustGiveUp(): GiveUp | null {
    if (this.wasAway !== null) return { reason: this.wasAway, hurry: true };
    // What was adopted at the start is held without a lease until the others had time to say what they think of it.
    if (this.voting.isLeaseOver(this.at) && this.at >= this.startedAt + this.config.timing.deadtimeMs) {
      return { reason: 'no majority of the nodes has heard this node within its dead time', hurry: true };
    }
    return this.isLeaving ? { reason: 'this node is leaving', hurry: false } : null;
  }

  private members(): Member[] {
    const { faults: health } = this.health;
    return this.surroundings.members({ leaving: this.isLeaving, health, ...troublesOf(this.groups) });
  }

  private get isLeaving(): boolean {
    return this.life === 'leaving' || this.life === 'farewell';
  }

  // ---- what the others are told -----------------------------------------------------------------------------------

  private announcement(): Announcement {
    return {
      phase: phaseOf(this.groups, this.isLeaving),
      heard: this.membership.heard(),
      view: this.membership.view.text,
      claims: claimsOf(this.groups),
      ...troublesOf(this.groups),
      releasing: this.surroundings.releasing(this.at).names,
      connectivity: this.pingNodes.connectivity(),
      health: this.health.faults,
      directives: this.directives.text(),
      digest: this.config.digest,
      ...this.nodeList.word,
    };
  }

  /** Changes are told at once, not with the next keepalive. */
  private announceChanges(): void {
    if (this.life === 'farewell') return;
    const viewBefore = this.heartbeat.view;
    const bytes = this.heartbeat.tellChanges(this.wireState(), this.announcement(), this.at);
    if (bytes !== null) this.send(bytes);
    if (this.heartbeat.view !== viewBefore) this.undecided = true;
  }

  private sendStatus(): void {
    this.send(this.heartbeat.tell(this.wireState(), this.announcement(), this.at));
  }

  /** This node's state in Heartbeat's words. */
  private wireState(): WireState {
    return this.life === 'starting' ? 'up' : 'active';
  }

  private send(bytes: Uint8Array): void {
    this.effects.push({ type: 'send', ...this.outgoing.formsOf(bytes) });
  }

  private tell(outbound: Outbound | null): void {
    if (outbound !== null) this.send(this.outgoing.message(outbound.type, outbound.fields, this.at));
  }

  // ---- the way out ------------------------------------------------------------------------------------------------

  private leave(): void {
    if (this.life !== 'leaving' || isProbing(this.groups)) return;
    const held = this.groups.filter((group) => group.holds && this.surroundings.handsOff(group.config, true) === null);
    if (held.length === 0) {
      this.life = 'farewell';
      this.log('info', 'All HA resources relinquished.');
      this.sendFarewell();
    } else if (held.every(({ phase }) => phase === 'blocked')) {
      const names = held.map(({ config }) => config.name).join(' ');
      this.exit(
        1,
        `leaving although ${names} could not be stopped: no other node may start that until this one is known dead`,
      );
    }
  }

  private sendFarewell(): void {
    const hearers = this.membership.hearers();
    const { keepaliveMs } = this.config.timing;
    const legacy = hearers.some((peer) => peer.legacy);
    const step = this.farewell.step({ isHeard: hearers.length > 0, legacy, keepaliveMs }, this.at);
    if (step.do === 'go') return this.exit(0, 'Heartbeat shutdown complete.');
    if (step.do === 'shutdone') this.send(this.outgoing.message('shutdone', textFields({ st: 'dead' }), this.at));
    else this.sendStatus();
    this.heartbeat.nextAt = step.nextAt;
  }

  private exit(code: number, reason: string): void {
    this.life = 'gone';
    this.log(code === 0 ? 'info' : 'crit', `${this.self} ${reason}`);
    this.save();
    this.effects.push({ type: 'exit', code, reason });
  }

  // ---- small things -----------------------------------------------------------------------------------------------

  private readonly outbox = outboxTo((effect) => this.effects.push(effect));

  private noteAll(events: readonly MembershipEvent[]): void {
    for (const event of events) {
      for (const line of describeMembership(event)) this.effects.push({ type: 'log', ...line });
      this.effects.push(...this.rcScripts.ofEvent(event));
      if (event.kind === 'late') this.count('lateHeartbeats');
      this.pair.note(event);
      if (event.kind === 'restarted') this.lease.forget(event.node);
      if (event.kind === 'dead' && this.pair.isHeartbeat(event.node)) this.renew();
      // The status that showed the new generation was lost in the cut; what comes before one a Heartbeat throws away.
      if (event.kind === 'returned' && this.pair.isHeartbeat(event.node)) this.sendStatus();
      if (event.kind === 'state' && event.to === 'active' && this.membership.peers.get(event.node)?.legacy) {
        this.tell(this.nodeList.question(event.node));
      }
      // What was missed of a node while it was not heard is void: its next word says all that counts.
      const abandoned = event.kind === 'dead' || event.kind === 'left' || event.kind === 'returned';
      if (abandoned) this.intake.abandon(event.node);
      if (event.kind === 'dead' && this.surroundings.heldBy(event.node)) {
        this.log('info', `Resources being acquired from ${event.node}.`);
      }
      this.undecided = true;
    }
  }

  private save(): void {
    const { generation, intake, self } = this;
    const kept = { ...this.nodeList.kept((name) => this.outgoing.uuidOf(name)), held: heldTerms(this.groups) };
    const now = { directives: this.directives.text(), generation, incarnations: intake.incarnations, ...kept };
    const saved = this.memory.changes(now, () => ({ ...intake.generations(), [self]: generation }));
    if (saved !== null) this.effects.push({ type: 'save', saved });
  }

  private count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }

  private log(level: LogLevel, text: string): void {
    this.effects.push({ type: 'log', level, text });
  }
}
