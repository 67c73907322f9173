/** The seeded world: one virtual clock, nodes with their cores, the network between them. Nothing in it is left to chance but the dice. */
import type { Cluster } from '../cluster.js';
import type { AuthKeys, ClusterConfig } from '../config/types.js';
import type { Command, Effect, Event, Milliseconds } from '../events.js';
import { Agenda } from './agenda.js';
import type { AgentModel } from './agents.js';
import type { Dice } from './dice.js';
import { Machine, type Running } from './machine.js';
import { type LinkQuality, Network } from './network.js';
import { inboxLimit, SimNode } from './node.js';
import type { Observer } from './observer.js';
import { type EchoQuality, PingNet, perfectEcho } from './ping-net.js';

export type CreateCore = (options: { self: string; config: ClusterConfig; auth: AuthKeys }) => Cluster;

export interface WorldOptions {
  readonly createCore: CreateCore;
  readonly config: ClusterConfig;
  readonly auth: AuthKeys;
  /** By name of the link. */
  readonly links: ReadonlyMap<string, LinkQuality>;
  readonly dice: Dice;
  readonly agents: AgentModel;
  /** A timer fires up to this much late; one in a hundred up to ten times as much. */
  readonly latenessMs: Milliseconds;
  /** A `save` effect is on disk after up to this time; a power-off before that loses it. */
  readonly diskMs: Milliseconds;
  /** How ping nodes answer, with dice of their own; perfectly when left out. */
  readonly echo?: { readonly quality: EchoQuality; readonly dice: Dice };
}

/** Steps after which a run is given up: a storm of events that would never end. */
const eventLimit = 2_000_000;

/** Wall-clock time of the world's beginning: 2024-01-01, for the wire's ts field. */
const wallStartMs = 1_704_067_200_000;

type Happening =
  | { readonly type: 'packet'; readonly node: SimNode; readonly link: number; readonly bytes: Uint8Array }
  | { readonly type: 'tick'; readonly node: SimNode; readonly incarnation: number }
  | { readonly type: 'done'; readonly node: SimNode; readonly incarnation: number; readonly running: Running }
  | { readonly type: 'call'; readonly run: () => void };

export class World {
  now: Milliseconds = 0;
  /** Events handled so far: packets, ticks, results, faults. */
  handled = 0;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  readonly pingNet: PingNet;
  readonly linkNames: readonly string[];
  readonly observers: Observer[] = [];
  private readonly agenda = new Agenda<Happening>();
  private readonly dice: Dice;
  /** Operators' commands given so far. */
  commands = 0;

  constructor(private readonly options: WorldOptions) {
    this.dice = options.dice.fork();
    this.linkNames = [...options.links.keys()];
    this.nodes = options.config.nodes.map((name, index) => this.makeNode(name, index));
    this.network = new Network(this.nodes.length, [...options.links.values()], options.dice.fork());
    const { quality, dice } = options.echo ?? { quality: perfectEcho, dice: null };
    const pings = options.config.pingNodes.map(({ name }) => name);
    this.pingNet = new PingNet(this.nodes.length, pings, quality, dice, options.config.timing.deadpingMs);
  }

  get config(): ClusterConfig {
    return this.options.config;
  }

  /** The node of that name; throws a RangeError when there is none. */
  node(name: string): SimNode {
    const node = this.nodes.find((candidate) => candidate.name === name);
    if (node === undefined) throw new RangeError(`there is no node ${name}`);
    return node;
  }

  /** Does something later; at once when that moment is past. */
  at(atMs: Milliseconds, run: () => void): void {
    this.agenda.add(Math.max(this.now, atMs), { type: 'call', run });
  }

  /** Lets everything happen up to and including that moment. */
  runUntil(untilMs: Milliseconds): void {
    while (this.agenda.nextAt() <= untilMs) {
      if (++this.handled > eventLimit)
        throw new RangeError(`more than ${eventLimit} events: the world never comes to rest`);
      this.now = this.agenda.nextAt();
      this.handle(this.agenda.take() as Happening);
    }
    this.now = untilMs;
  }

  /** Names of the nodes that hold the group: some resource of it is up or being started there. */
  holders(group: string): string[] {
    return this.nodes.filter(({ machine }) => machine.holds(group)).map(({ name }) => name);
  }

  /** Tells the observers of something that was done from outside. */
  tell(node: SimNode | null, text: string): void {
    for (const observer of this.observers) observer.happened(this.now, node, text);
  }

  /** Tells the observers that who hears whom may have changed. */
  reconnected(): void {
    for (const observer of this.observers) observer.connected(this.now);
  }

  /** Starts the daemon of a node that is off. Resources are as they are: down after a power-off. */
  boot(node: SimNode): void {
    if (node.state !== 'off') return;
    node.state = 'running';
    node.incarnation++;
    node.generation++;
    node.tickAt = Number.POSITIVE_INFINITY;
    const config = node.drifted ?? this.options.config;
    node.core = this.options.createCore({ self: node.name, config, auth: this.options.auth });
    this.tell(node, `starts, generation ${node.generation}`);
    this.step(node, {
      type: 'start',
      at: node.localTime(this.now),
      wallMs: wallStartMs + this.now,
      generation: node.generation,
      uuid: node.uuid,
      seed: this.dice.uint32(),
      saved: node.saved,
    });
    const { incarnation } = node;
    this.linkNames.forEach((_link, index) => {
      this.at(this.now + this.dice.between(0.1, 2), () => {
        if (node.incarnation === incarnation) this.setMedium(node, index, 'open');
      });
    });
    this.reconnected();
  }

  /** Power-off: everything but the disk is lost, resources go down with the node. */
  crash(node: SimNode): void {
    this.halt(node);
    node.machine.powerOff();
    this.tell(node, 'power off');
    this.reconnected();
  }

  /** Asks the daemon to give up everything and leave (SIGTERM). */
  shutdown(node: SimNode): void {
    if (node.state === 'off') return;
    node.leaving = true;
    this.tell(node, 'is told to stop');
    this.give(node, (at) => ({ type: 'shutdown', at }));
  }

  /** The daemon handles nothing for a while; what it started stays up and answers. */
  pause(node: SimNode, durationMs: Milliseconds, clock: 'runs' | 'stands'): void {
    if (node.state !== 'running') return;
    node.state = 'paused';
    this.tell(node, `pauses for ${Math.round(durationMs)} ms${clock === 'stands' ? ', its clock too' : ''}`);
    this.reconnected();
    const { incarnation } = node;
    this.at(this.now + durationMs, () => {
      if (node.incarnation !== incarnation || node.state !== 'paused') return;
      node.frozenMs = clock === 'stands' ? durationMs : 0;
      node.freezeClock(node.frozenMs);
      this.resume(node);
      if (clock === 'runs') this.checkWaking(node, durationMs);
    });
  }

  /** Gives a node an operator's command; the answer's id. A node that is off gets nothing: -1. */
  command(node: SimNode, command: Command): number {
    if (node.state === 'off') return -1;
    const id = ++this.commands;
    this.tell(node, `command ${Object.values(command).join(' ')}`);
    this.give(node, (at) => ({ type: 'command', at, id, command }));
    return id;
  }

  /** A medium of a node fails or works again. */
  setMedium(node: SimNode, link: number, state: 'open' | 'failed'): void {
    if (node.state === 'off') return;
    node.open[link] = state === 'open';
    const name = this.linkNames[link] as string;
    const text = state === 'open' ? `${name}: started` : `${name}: Network is down`;
    this.give(node, (at) => ({ type: 'medium', at, link: name, state, text }));
    this.reconnected();
  }

  /** Whether the two hear each other both ways: both run, and some link carries packets in each direction. */
  hearEachOther(a: SimNode, b: SimNode): boolean {
    return a.state === 'running' && b.state === 'running' && this.hears(a, b) && this.hears(b, a);
  }

  private hears(to: SimNode, from: SimNode): boolean {
    if (!this.network.reaches(from.index, to.index)) return false;
    return this.linkNames.some((_name, link) => from.open[link] === true && to.open[link] === true);
  }

  private handle(happening: Happening): void {
    switch (happening.type) {
      case 'packet':
        this.receive(happening.node, happening.link, happening.bytes);
        return;
      case 'tick':
        this.tick(happening.node, happening.incarnation);
        return;
      case 'done':
        this.finish(happening.node, happening.incarnation, happening.running);
        return;
      case 'call':
        happening.run();
    }
  }

  private receive(node: SimNode, link: number, bytes: Uint8Array): void {
    if (node.state === 'running') {
      // Numbers beyond those of the links are ping nodes.
      const pingNode = this.pingNet.names[link - this.linkNames.length];
      if (pingNode === undefined && node.open[link] !== true) return;
      const name = pingNode ?? (this.linkNames[link] as string);
      this.step(node, { type: 'packet', at: node.localTime(this.now), link: name, bytes });
    } else if (node.state === 'paused' && node.inbox.length < inboxLimit) {
      node.inbox.push({ type: 'packet', link, bytes });
    }
  }

  /** A timer may have been set before the core put its deadline off: then it is set again without a step, as a daemon does. */
  private tick(node: SimNode, incarnation: number): void {
    if (node.incarnation !== incarnation || node.core === null || node.tickAt > this.now) return;
    node.tickAt = Number.POSITIVE_INFINITY;
    if (node.state === 'paused') return;
    const at = node.localTime(this.now);
    if (node.core.nextDeadline() > at) {
      this.arm(node);
      return;
    }
    this.step(node, { type: 'tick', at });
    const next = node.core?.nextDeadline() ?? Number.POSITIVE_INFINITY;
    if (!(next > at)) this.misuse(node, `asks for a tick at ${next} when it was just called at ${at}: a busy loop`);
  }

  private finish(node: SimNode, incarnation: number, running: Running): void {
    const outcomes = node.machine.finish(running);
    if (outcomes === null || node.incarnation !== incarnation) return;
    const { ticket } = running.action;
    this.give(node, (at) => ({ type: 'actionResult', at, ticket, outcomes }));
  }

  /** Hands an event to the core, or keeps it for later when the node is paused. */
  private give(node: SimNode, make: (at: Milliseconds) => Event): void {
    if (node.state === 'running') this.step(node, make(node.localTime(this.now)));
    else if (node.state === 'paused') node.inbox.push({ type: 'event', make });
  }

  /** Timers or sockets first: an event loop may take them in either order. */
  private resume(node: SimNode): void {
    node.state = 'running';
    node.resumedAt = this.now;
    const { inbox, incarnation } = node;
    node.inbox = [];
    const timersFirst = this.dice.chance(0.5);
    this.tell(node, timersFirst ? 'resumes, timers first' : 'resumes, packets first');
    if (timersFirst) this.lateTick(node);
    for (const waiting of inbox) {
      if (node.incarnation !== incarnation || node.state !== 'running') break;
      if (waiting.type === 'packet') this.receive(node, waiting.link, waiting.bytes);
      else this.give(node, waiting.make);
    }
    if (!timersFirst) this.lateTick(node);
    this.arm(node);
    this.reconnected();
  }

  /** Whoever was away for longer than its dead time has been given up by the others: waking, it gives up what it holds at once. */
  private checkWaking(node: SimNode, awayMs: Milliseconds): void {
    if (node.state !== 'running' || awayMs < this.options.config.timing.deadtimeMs * 1.1) return;
    for (const group of node.machine.idle())
      if (!node.machine.stuck(group)) this.misuse(node, `woke after ${Math.round(awayMs)} ms and keeps ${group}`);
  }

  private lateTick(node: SimNode): void {
    const at = node.localTime(this.now);
    if (node.state === 'running' && node.core !== null && node.core.nextDeadline() <= at)
      this.step(node, { type: 'tick', at });
  }

  private step(node: SimNode, event: Event): void {
    const { core } = node;
    if (core === null) return;
    const effects = core.step(event);
    for (const effect of effects) this.perform(node, effect);
    if (node.core === core) this.arm(node);
    for (const observer of this.observers) observer.stepped(this.now, node, event, effects);
  }

  private perform(node: SimNode, effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.send(node, effect.bytes);
        return;
      case 'ping':
        this.ping(node, effect.node, effect.bytes);
        return;
      case 'run': {
        const running = node.machine.begin(effect.action, this.now);
        this.agenda.add(running.endsAt, { type: 'done', node, incarnation: node.incarnation, running });
        return;
      }
      case 'save': {
        const { incarnation } = node;
        const number = ++node.saves;
        this.at(this.now + this.dice.fraction() * this.options.diskMs, () => {
          // One after the other: what is older never takes the place of what is newer.
          if (node.incarnation !== incarnation || number < node.savesDone) return;
          node.savesDone = number;
          node.saved = effect.saved;
        });
        return;
      }
      case 'exit':
        this.exit(node);
        return;
      case 'hook':
      case 'check':
      case 'cancel':
      case 'announce':
      case 'announceFor':
      case 'clients':
      case 'script':
      case 'reply':
      case 'log':
        return;
    }
  }

  private send(node: SimNode, bytes: Uint8Array): void {
    for (let link = 0; link < this.linkNames.length; link++) {
      if (node.open[link] === true) this.network.send(link, node.index, bytes, this.deliver);
    }
  }

  private ping(node: SimNode, pingNode: string, bytes: Uint8Array): void {
    const index = this.pingNet.names.indexOf(pingNode);
    const link = this.linkNames.length + index;
    for (const delayMs of this.pingNet.echoes(node.index, index))
      this.agenda.add(this.now + delayMs, { type: 'packet', node, link, bytes });
  }

  private readonly deliver = (to: number, link: number, delayMs: Milliseconds, bytes: Uint8Array): void => {
    this.agenda.add(this.now + delayMs, { type: 'packet', node: this.nodes[to] as SimNode, link, bytes });
  };

  /** A daemon that leaves must have given up everything that can be given up. */
  private exit(node: SimNode): void {
    for (const group of node.machine.held())
      if (!node.machine.stuck(group)) this.misuse(node, `exits while ${group} is up`);
    this.halt(node);
    this.reconnected();
  }

  private halt(node: SimNode): void {
    node.state = 'off';
    node.leaving = false;
    node.core = null;
    node.incarnation++;
    node.inbox = [];
    node.tickAt = Number.POSITIVE_INFINITY;
    node.open.fill(false);
  }

  /** Sets the node's one timer, unless one that fires early enough is set already. */
  private arm(node: SimNode): void {
    if (node.core === null || node.state !== 'running') return;
    const deadline = node.core.nextDeadline();
    if (deadline === Number.POSITIVE_INFINITY) return;
    const wishedMs = Math.max(this.now, node.worldTime(deadline));
    if (node.tickAt <= wishedMs + this.options.latenessMs) return;
    const spread = this.dice.chance(0.01) ? 10 : 1;
    node.tickAt = wishedMs + 0.001 + this.dice.fraction() * this.options.latenessMs * spread;
    this.agenda.add(node.tickAt, { type: 'tick', node, incarnation: node.incarnation });
  }

  private misuse(node: SimNode, text: string): void {
    for (const observer of this.observers) observer.misuse(this.now, node, text);
  }

  private makeNode(name: string, index: number): SimNode {
    const uuid = Array.from({ length: 16 }, () => String.fromCharCode(this.dice.integer(0, 255))).join('');
    const clock = { offsetMs: this.dice.between(0, 1e7), rate: 1 + this.dice.between(-1e-4, 1e-4) };
    const machine: Machine = new Machine(name, this.options.config.groups, this.options.agents, {
      holding: (group, held) => {
        for (const observer of this.observers) observer.holding(this.now, node, group, held);
      },
      misuse: (text) => this.misuse(node, text),
    });
    const node = new SimNode(index, name, machine, this.linkNames.length, clock, uuid);
    return node;
  }
}
