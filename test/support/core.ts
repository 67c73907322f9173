/**
 * A few cores wired together in memory, on one virtual clock: no dice, every packet takes `latencyMs`, every action `actionMs`.
 * For small, directed tests; the seeded world in src/sim/ is for the wild ones.
 */
import { type Cluster, createCluster } from '../../src/cluster.js';
import type { AuthKeys, ClusterConfig } from '../../src/config/types.js';
import type {
  Action,
  Command,
  CommandResult,
  Effect,
  Event,
  Milliseconds,
  ResourceOutcome,
  SavedState,
} from '../../src/events.js';
import type { Status } from '../../src/status.js';
import { type TestConfig, testAuth, testConfig } from './config.js';

export interface CoresOptions extends TestConfig {
  /** Configuration of single nodes, where it differs. */
  readonly configOf?: Readonly<Record<string, ClusterConfig>>;
  /** Keys of single nodes, where they differ. */
  readonly authOf?: Readonly<Record<string, AuthKeys>>;
  readonly latencyMs?: Milliseconds;
  readonly actionMs?: Milliseconds;
}

/** How an action ends instead of well and at once. */
export interface Trouble {
  readonly outcome?: ResourceOutcome['outcome'];
  readonly afterMs?: Milliseconds;
  readonly text?: string;
}

/** One node: its daemon (`core`), and what runs on the machine whether the daemon does or not. */
interface Machine {
  readonly name: string;
  core: Cluster | null;
  paused: boolean;
  generation: number;
  incarnation: number;
  saved: SavedState;
  readonly up: Set<string>;
  readonly waiting: (() => void)[];
  exit: { code: number; reason: string } | null;
}

type Late = { readonly at: Milliseconds; readonly order: number; readonly run: () => void };

/** Handled events after which a test is given up: something spins. */
const eventLimit = 200_000;

export class Cores {
  now: Milliseconds = 1000;
  readonly config: ClusterConfig;
  readonly logs: { at: Milliseconds; node: string; level: string; text: string }[] = [];
  readonly runs: { at: Milliseconds; node: string; action: Action; reason: string }[] = [];
  /** When programs of `respawn` were to be started. */
  readonly starts: { at: Milliseconds; node: string }[] = [];
  readonly scripts: { at: Milliseconds; node: string; name: string; env: Readonly<Record<string, string>> }[] = [];
  /** What was to be announced to the neighbours once more. */
  readonly announced: { at: Milliseconds; node: string; reason: string }[] = [];
  /** What was to be announced for another node, which keeps it. */
  readonly announcedFor: { at: Milliseconds; node: string; owner: string; names: string[]; reason: string }[] = [];
  readonly hooks: string[] = [];
  readonly checked: { at: Milliseconds; node: string; check: string }[] = [];
  readonly packets: { at: Milliseconds; from: string; bytes: Uint8Array }[] = [];
  /** Moments at which a resource ran on more than one node. Two owners are never right unless a test says so. */
  readonly doubles: { at: Milliseconds; resource: string; nodes: string[] }[] = [];
  /** What ping nodes were asked. */
  readonly pings: { at: Milliseconds; node: string; pingNode: string; bytes: Uint8Array }[] = [];
  /** Decides whether a ping node answers a node. */
  answers: (node: string, pingNode: string) => boolean = () => true;
  /** Decides whether a packet arrives, and how much later than usual; null = lost. */
  network: (packet: { from: string; to: string; link: string; at: Milliseconds }) => Milliseconds | null = () => 0;
  /** Decides whether a run of a health check is good. */
  checks: (run: { node: string; check: string; at: Milliseconds }) => boolean = () => true;
  /** Decides how an action ends. */
  agent: (run: { node: string; operation: Action['operation']; resource: string; at: Milliseconds }) => Trouble =
    () => ({});
  private readonly options: CoresOptions;
  private readonly machines: ReadonlyMap<string, Machine>;
  private readonly queue: Late[] = [];
  private readonly replies = new Map<number, CommandResult>();
  private order = 0;
  private handled = 0;
  private lastCommand = 0;

  constructor(options: CoresOptions = {}) {
    this.options = options;
    this.config = testConfig(options);
    this.machines = new Map(this.config.nodes.map((name) => [name, newMachine(name)]));
  }

  /** Starts the daemon of each node, one generation higher than before. */
  boot(...names: string[]): void {
    for (const name of names) {
      const machine = this.machine(name);
      machine.core = createCluster({
        self: name,
        config: this.options.configOf?.[name] ?? this.config,
        auth: this.options.authOf?.[name] ?? testAuth(),
      });
      machine.incarnation += 1;
      machine.generation += 1;
      machine.exit = null;
      this.give(machine, {
        type: 'start',
        at: this.now,
        wallMs: 1_700_000_000_000 + this.now,
        generation: machine.generation,
        uuid: name.repeat(16).slice(0, 16),
        seed: 7,
        saved: machine.saved,
      });
    }
  }

  /** All nodes up, every group where it belongs. */
  bootAll(): void {
    this.boot(...this.config.nodes);
    this.run(500);
  }

  /** Power-off: daemon and resources are gone, what was on disk stays. */
  crash(name: string): void {
    this.kill(name);
    this.machine(name).up.clear();
  }

  /** The daemon dies, what it started stays. */
  kill(name: string): void {
    this.machine(name).core = null;
    this.machine(name).incarnation += 1;
  }

  /** A resource ends by itself, or something takes it away. */
  fail(name: string, resource: string): void {
    this.machine(name).up.delete(resource);
  }

  /** Everything that a node kept is gone. */
  loseDisk(name: string): void {
    this.machine(name).saved = { directives: '', generations: {}, held: {} };
  }

  /** The node does nothing until it is resumed; packets wait for it in its sockets. */
  pause(name: string): void {
    this.machine(name).paused = true;
  }

  resume(name: string): void {
    const machine = this.machine(name);
    machine.paused = false;
    for (const run of machine.waiting.splice(0)) run();
    this.tick(machine);
  }

  /** No packet passes from one of the first to one of the second nodes (nor back, unless `oneWay`). */
  cut(from: readonly string[], to: readonly string[], oneWay = false): void {
    const before = this.network;
    this.network = (packet) => {
      const there = from.includes(packet.from) && to.includes(packet.to);
      const back = !oneWay && from.includes(packet.to) && to.includes(packet.from);
      return there || back ? null : before(packet);
    };
  }

  /** Every packet passes again. */
  heal(): void {
    this.network = () => 0;
  }

  /** Lets `forMs` pass. */
  run(forMs: Milliseconds): void {
    const end = this.now + forMs;
    while (this.handleNext(end));
    this.now = end;
  }

  /** Lets time pass until the condition holds. Gives how long that took, or null when `limitMs` was not enough. */
  until(condition: () => boolean, limitMs: Milliseconds): Milliseconds | null {
    const start = this.now;
    while (!condition()) {
      if (!this.handleNext(start + limitMs)) {
        this.now = start + limitMs;
        return condition() ? limitMs : null;
      }
    }
    return this.now - start;
  }

  /** Gives the node any event, now. */
  event(name: string, event: Event): void {
    this.give(this.machine(name), event);
  }

  /** Gives an operator's command; the answer must come at once. */
  command(name: string, command: Command): CommandResult {
    const id = ++this.lastCommand;
    this.event(name, { type: 'command', at: this.now, id, command });
    const result = this.replies.get(id);
    if (result === undefined) throw new Error(`${command.verb} got no answer`);
    return result;
  }

  shutdown(name: string): void {
    this.event(name, { type: 'shutdown', at: this.now });
  }

  packet(name: string, bytes: Uint8Array, link = 'eth0'): void {
    this.event(name, { type: 'packet', at: this.now, link, bytes });
  }

  /** Names of the machines on which any resource of the group runs. */
  holders(group: string = this.config.groups[0]?.name ?? ''): string[] {
    const words = this.config.groups.find(({ name }) => name === group)?.resources ?? [];
    return [...this.machines.values()]
      .filter(({ up }) => words.some(({ name }) => up.has(name)))
      .map(({ name }) => name);
  }

  status(name: string): Status {
    return this.core(name).status(this.now, 1_700_000_000_000 + this.now);
  }

  core(name: string): Cluster {
    const { core } = this.machine(name);
    if (core === null) throw new RangeError(`${name} is off`);
    return core;
  }

  exitOf(name: string): { code: number; reason: string } | null {
    return this.machine(name).exit;
  }

  savedOf(name: string): SavedState {
    return this.machine(name).saved;
  }

  /** The texts that a node logged, of one level if given. */
  logged(name: string, level?: string): string[] {
    return this.logs.filter((line) => line.node === name && (!level || line.level === level)).map(({ text }) => text);
  }

  /** What was run on a node, as "start NAME NAME". */
  ran(name: string): string[] {
    return this.runs
      .filter(({ node }) => node === name)
      .map(({ action }) => `${action.operation} ${action.resources.map((resource) => resource.name).join(' ')}`);
  }

  private machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new RangeError(`there is no node ${name}`);
    return machine;
  }

  /** Handles what comes next, not after `end`. False when there is nothing. */
  private handleNext(end: Milliseconds): boolean {
    if (++this.handled > eventLimit) throw new Error(`more than ${eventLimit} events: something spins`);
    let next = this.queue[0]?.at ?? Number.POSITIVE_INFINITY;
    let sleeper: Machine | null = null;
    for (const machine of this.machines.values()) {
      if (machine.core === null || machine.paused) continue;
      const deadline = machine.core.nextDeadline();
      if (deadline >= next) continue;
      next = deadline;
      sleeper = machine;
    }
    if (next > end) return false;
    this.now = Math.max(this.now, next);
    if (sleeper !== null) this.tick(sleeper);
    else this.queue.shift()?.run();
    return true;
  }

  private tick(machine: Machine): void {
    this.give(machine, { type: 'tick', at: this.now });
  }

  private give(machine: Machine, event: Event): void {
    if (machine.core === null) return;
    const { core } = machine;
    for (const effect of core.step(event)) this.perform(machine, effect);
    if (core.nextDeadline() <= this.now) throw new Error(`${machine.name} wants to be called again at once: a spin`);
  }

  private perform(machine: Machine, effect: Effect): void {
    const node = machine.name;
    switch (effect.type) {
      case 'send':
        this.packets.push({ at: this.now, from: node, bytes: effect.bytes });
        return this.broadcast(machine, effect.bytes);
      case 'ping':
        return this.ping(machine, effect);
      case 'run':
        this.runs.push({ at: this.now, node, action: effect.action, reason: effect.reason });
        return this.act(machine, effect.action);
      case 'announce':
        this.announced.push({ at: this.now, node, reason: effect.reason });
        return;
      case 'announceFor': {
        const { node: owner, reason } = effect;
        this.announcedFor.push({ at: this.now, node, owner, names: effect.resources.map(({ name }) => name), reason });
        return;
      }
      case 'clients':
        this.starts.push({ at: this.now, node });
        return;
      case 'script':
        this.scripts.push({ at: this.now, node, name: effect.name, env: effect.env });
        return;
      case 'reply':
        this.replies.set(effect.id, effect.result);
        return;
      case 'log':
        this.logs.push({ at: this.now, node, level: effect.level, text: effect.text });
        return;
      case 'hook':
        this.hooks.push(`${node} ${effect.hook} ${effect.command}`);
        return this.runHook(machine, effect.ticket, effect.hook);
      case 'check':
        return this.check(machine, effect.check.name);
      case 'cancel':
        return;
      case 'save':
        machine.saved = effect.saved;
        return;
      case 'exit':
        machine.exit = { code: effect.code, reason: effect.reason };
        machine.core = null;
        return;
      default:
        effect satisfies never;
    }
  }

  private runHook(machine: Machine, ticket: number, hook: string): void {
    const { incarnation } = machine;
    this.later(this.now + (this.options.actionMs ?? 2), () => {
      if (machine.incarnation !== incarnation) return;
      const outcomes = [{ resource: hook, outcome: 'succeeded' as const, exitCode: 0, text: '' }];
      this.give(machine, { type: 'actionResult', at: this.now, ticket, outcomes });
    });
  }

  private check(machine: Machine, name: string): void {
    const { incarnation, name: node } = machine;
    this.checked.push({ at: this.now, node, check: name });
    this.later(this.now + (this.options.actionMs ?? 2), () => {
      if (machine.incarnation !== incarnation) return;
      const good = this.checks({ node, check: name, at: this.now });
      const text = good ? '' : 'exit code 1';
      this.whenAwake(machine, () => this.give(machine, { type: 'checkResult', at: this.now, name, good, text }));
    });
  }

  /** The echo of a ping node that answers, as late as any packet. */
  private ping(machine: Machine, { node: pingNode, bytes }: Effect & { type: 'ping' }): void {
    this.pings.push({ at: this.now, node: machine.name, pingNode, bytes });
    if (!this.answers(machine.name, pingNode)) return;
    const { incarnation } = machine;
    this.later(this.now + (this.options.latencyMs ?? 1), () => {
      if (machine.incarnation === incarnation) this.packet(machine.name, bytes, pingNode);
    });
  }

  private broadcast(from: Machine, bytes: Uint8Array): void {
    const links = new Set(this.config.media.map(({ device }) => device));
    for (const to of this.machines.values()) {
      for (const link of links) {
        if (to === from) continue;
        const extraMs = this.network({ from: from.name, to: to.name, link, at: this.now });
        if (extraMs !== null) this.deliver(to, link, bytes, this.now + (this.options.latencyMs ?? 0.3) + extraMs);
      }
    }
  }

  private deliver(to: Machine, link: string, bytes: Uint8Array, at: Milliseconds): void {
    this.later(at, () => {
      this.whenAwake(to, () => this.give(to, { type: 'packet', at: this.now, link, bytes }));
    });
  }

  private act(machine: Machine, action: Action): void {
    const { incarnation } = machine;
    const endings = action.resources.map(({ name }) => {
      const trouble = this.agent({ node: machine.name, operation: action.operation, resource: name, at: this.now });
      return { name, trouble };
    });
    const afterMs = Math.max(...endings.map(({ trouble }) => trouble.afterMs ?? this.options.actionMs ?? 2));
    // What is being started may answer at once; what is being stopped may answer until the end.
    if (action.operation === 'start') for (const { name } of endings) this.raise(machine, name);
    const end = () => {
      if (machine.incarnation !== incarnation) return;
      const outcomes = endings.map(({ name, trouble }) => this.outcome(machine, action.operation, name, trouble));
      this.give(machine, { type: 'actionResult', at: this.now, ticket: action.ticket, outcomes });
    };
    this.later(this.now + afterMs, () => this.whenAwake(machine, end));
  }

  /** What comes while a node is paused waits in its sockets and pipes. */
  private whenAwake(machine: Machine, run: () => void): void {
    if (machine.paused) machine.waiting.push(run);
    else run();
  }

  private outcome(
    machine: Machine,
    operation: Action['operation'],
    resource: string,
    trouble: Trouble,
  ): ResourceOutcome {
    const running = machine.up.has(resource) ? 'running' : 'stopped';
    const looks = operation === 'status' || operation === 'monitor';
    const outcome = trouble.outcome ?? (looks ? running : 'succeeded');
    if (operation === 'stop' && outcome === 'succeeded') machine.up.delete(resource);
    return { resource, outcome, exitCode: outcome === 'failed' ? 1 : 0, text: trouble.text ?? '' };
  }

  private raise(machine: Machine, resource: string): void {
    machine.up.add(resource);
    const nodes = [...this.machines.values()].filter(({ up }) => up.has(resource)).map(({ name }) => name);
    if (nodes.length > 1) this.doubles.push({ at: this.now, resource, nodes });
  }

  private later(at: Milliseconds, run: () => void): void {
    const entry = { at, order: this.order++, run };
    const index = this.queue.findIndex((other) => other.at > at);
    if (index < 0) this.queue.push(entry);
    else this.queue.splice(index, 0, entry);
  }
}

function newMachine(name: string): Machine {
  return {
    name,
    core: null,
    paused: false,
    generation: 0,
    incarnation: 0,
    saved: { directives: '', generations: {}, held: {} },
    up: new Set(),
    waiting: [],
    exit: null,
  };
}
