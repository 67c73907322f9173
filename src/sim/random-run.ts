/** One seeded run: a random cluster, random faults for a while, then peace, in which everything must come right again. */
import type { Milliseconds } from '../events.js';
import { type AgentFaults, fallibleAgents } from './agents.js';
import { Betterment } from './betterment.js';
import { Dice } from './dice.js';
import { beginFault, type FaultSite, mend } from './faults.js';
import { Health } from './health.js';
import { Manners } from './manners.js';
import { type Excuse, Ownership } from './ownership.js';
import { drawSetup, type RandomSetup } from './random-setup.js';
import { Transcript, WorldDigest } from './transcript.js';
import { type CreateCore, World } from './world.js';

export interface RunOptions {
  readonly createCore: CreateCore;
  /** How many nodes; drawn when left out. */
  readonly nodes?: number;
  /** Collects the transcript. */
  readonly trace?: boolean;
  /** Computes the digest of everything that happens. */
  readonly digest?: boolean;
}

export interface Violation {
  readonly seed: number;
  readonly atMs: Milliseconds;
  readonly text: string;
}

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly simulatedMs: Milliseconds;
  readonly events: number;
  readonly sends: number;
  /** Most packets one node sent within a keepalive. */
  readonly sendsPeak: number;
  /** From the end of the faults until every group was owned and told so. */
  readonly recoveryMs: Milliseconds;
  readonly excused: Readonly<Record<Excuse, number>>;
  /** Stops of groups because another node reached more ping nodes. */
  readonly pingMoves: number;
  readonly transcript: readonly string[];
  readonly digest: string;
}

/** Violations after which a run is not worth going on. */
const violationsMax = 5;

/** Runs one seed. Never throws: what the core throws is a violation too. */
export function runSeed(seed: number, options: RunOptions): RunResult {
  return new RandomRun(seed, options).run();
}

/** Dice for ping nodes begin here, so that a run without them is what it was before there were any. */
const pingSeeds = 2 ** 52;

class RandomRun {
  private readonly dice: Dice;
  private readonly setup: RandomSetup;
  private readonly world: World;
  private readonly health: Health;
  private readonly ownership: Ownership;
  private readonly manners: Manners;
  private readonly betterment: Betterment;
  private readonly transcript = new Transcript();
  private readonly digest = new WorldDigest();
  private readonly violations: Violation[] = [];
  private agentFaults: AgentFaults;
  private recoveryMs: Milliseconds = 0;

  constructor(
    private readonly seed: number,
    options: RunOptions,
  ) {
    this.dice = new Dice(seed);
    this.setup = drawSetup(this.dice, options.nodes ?? null, new Dice(pingSeeds + seed));
    this.agentFaults = this.setup.agentFaults;
    const agents = fallibleAgents(this.dice.fork(), () => this.agentFaults);
    this.world = new World({ ...this.setup, createCore: options.createCore, dice: this.dice, agents });
    this.health = new Health(this.world);
    const { config } = this.setup;
    const { keepaliveMs, deadtimeMs } = config.timing;
    const violated = (text: string) => this.violated(text);
    this.ownership = new Ownership(this.world, {
      quorum: config.nodes.length > 2,
      graceMs: this.graceMs,
      deadtimeMs,
      violated,
    });
    const sendsMax = 50 + 20 * config.nodes.length * (1 + config.groups.length);
    this.manners = new Manners({ sendsMax, windowMs: keepaliveMs, effectsMax: 100, violated });
    this.betterment = new Betterment(this.world, violated);
    this.world.observers.push(this.ownership, this.manners, this.betterment);
    if (options.trace === true) this.world.observers.push(this.transcript);
    if (options.digest === true) this.world.observers.push(this.digest);
  }

  run(): RunResult {
    try {
      this.bootAll();
      this.trouble();
      this.recover();
      this.manners.finish();
      this.betterment.finish();
    } catch (error) {
      if (!(error instanceof TooBad))
        this.violations.push(this.violation(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    }
    return {
      seed: this.seed,
      violations: this.violations,
      simulatedMs: this.world.now,
      events: this.world.handled,
      sends: this.manners.sends,
      sendsPeak: this.manners.sendsPeak,
      recoveryMs: this.recoveryMs,
      excused: this.ownership.excused,
      pingMoves: this.betterment.moves,
      transcript: this.transcript.lines,
      digest: this.digest.text(),
    };
  }

  /**
   * How long two nodes may need to settle who holds a group once they hear each other: some keepalives to notice
   * it and agree (more where packets are lost), then a whole start that is waited for and a whole stop.
   */
  private get graceMs(): Milliseconds {
    const { keepaliveMs } = this.setup.config.timing;
    const lossy = [...this.setup.links.values()].some(({ loss }) => loss > 0);
    return keepaliveMs * (lossy ? 8 : 4) + 2 * this.resourcesMax * this.setup.agentFaults.slowestMs;
  }

  private get resourcesMax(): number {
    return Math.max(...this.setup.config.groups.map(({ resources }) => resources.length));
  }

  private bootAll(): void {
    const { keepaliveMs } = this.setup.config.timing;
    const spreadMs = this.dice.chance(0.7) ? keepaliveMs * 0.5 : keepaliveMs * 8;
    for (const node of this.world.nodes) this.world.at(this.dice.between(0, spreadMs), () => this.world.boot(node));
    this.world.runUntil(keepaliveMs * 3);
  }

  private trouble(): void {
    const { keepaliveMs, deadtimeMs } = this.setup.config.timing;
    const count = this.dice.integer(1, 8);
    const endMs = this.world.now + keepaliveMs * this.dice.between(8, 30);
    const site: FaultSite = { world: this.world, dice: this.dice, keepaliveMs, deadtimeMs, endMs };
    for (let fault = 0; fault < count; fault++)
      this.world.at(this.dice.between(this.world.now, endMs), () => beginFault(site));
    while (this.world.now < endMs) {
      this.world.runUntil(Math.min(endMs, this.world.now + keepaliveMs * 5));
      for (const lie of this.health.lies()) this.violated(lie);
    }
  }

  /** Peace: everything works from now on. First the nodes must find each other, then every group its owner. */
  private recover(): void {
    const { world } = this;
    const { keepaliveMs, deadtimeMs, initdeadMs } = this.setup.config.timing;
    const startMs = world.now;
    this.agentFaults = { ...this.agentFaults, failStart: 0, hangStart: 0, failStop: 0, hangStop: 0 };
    world.network.heal();
    world.pingNet.heal(world.now);
    world.tell(null, 'peace: all faults end');
    for (const node of world.nodes) mend(world, node);
    world.reconnected();
    const meetMs = initdeadMs + deadtimeMs + keepaliveMs * 10 + this.freeingMs + this.provingMs;
    this.waitFor(meetMs, 'an agreed view of all nodes', () => this.health.notMet());
    // What was begun before the peace may fail in it.
    this.waitFor(this.freeingMs, 'an end of the last operations', () => this.health.stillBusy());
    // Where nobody gave orders and nothing failed, everything must come right without a word from outside.
    if (world.commands > 0 || world.nodes.some(({ machine }) => machine.failures > 0)) this.amnesty();
    this.waitFor(meetMs, 'one owner for every group', () => this.health.notOwned());
    this.recoveryMs = world.now - startMs;
    this.rest();
  }

  /** Once all is well nothing more happens, and nobody says more than a heartbeat now and then. */
  private rest(): void {
    const { world } = this;
    const { keepaliveMs } = this.setup.config.timing;
    // What is still on its way, and what is asked for again, belongs to the trouble.
    world.runUntil(world.now + keepaliveMs + 8 * this.setup.config.maxRexmitDelayMs);
    const before = this.manners.sends;
    const keepalives = 3;
    world.runUntil(world.now + keepaliveMs * keepalives);
    const relapse = this.health.notOwned();
    if (relapse !== null) this.violated(`was settled, then: ${relapse}`);
    const each = (this.manners.sends - before) / keepalives / world.nodes.length;
    const lossy = [...this.setup.links.values()].some(
      ({ loss, corruption, jitterMs }) => loss + corruption + jitterMs > 0,
    );
    if (each > (lossy ? 6 : 2)) this.violated(`at rest a node sends ${each.toFixed(1)} packets a keepalive`);
  }

  /** Longest time to free a group: a hanging start, then a stop that hangs on every try, a second apart. */
  private get freeingMs(): Milliseconds {
    const limitMs = Math.max(
      ...this.setup.config.groups.flatMap(({ resources }) => resources.map((r) => r.timeouts.stopMs)),
    );
    return 6 * (limitMs + 1000) + 2 * this.resourcesMax * this.setup.agentFaults.slowestMs;
  }

  /** A node that lost its ping nodes several times gets groups back after a while only: at most after 32 dead times. */
  private get provingMs(): Milliseconds {
    const { timing, pingNodes } = this.setup.config;
    return pingNodes.length === 0 ? 0 : 33 * timing.deadpingMs;
  }

  /** The operator takes back all standing orders, and has failures forgotten. */
  private amnesty(): void {
    const { world } = this;
    // Whoever takes orders back must know of them, and what fails only now would outlive the amnesty.
    world.runUntil(world.now + this.setup.config.timing.keepaliveMs * 3);
    this.waitFor(this.freeingMs, 'an end of the last operations', () => this.health.stillBusy());
    const at = world.nodes.find(({ state }) => state === 'running') ?? this.dice.pick(world.nodes);
    for (const { name } of world.nodes) world.command(at, { verb: 'node-online', node: name });
    for (const { name } of this.setup.config.groups) {
      world.command(at, { verb: 'clear', group: name });
      world.command(at, { verb: 'cleanup', group: name });
    }
  }

  private waitFor(limitMs: Milliseconds, what: string, lacking: () => string | null): void {
    const { world } = this;
    const stepMs = this.setup.config.timing.keepaliveMs / 2;
    const endMs = world.now + limitMs;
    for (;;) {
      for (const node of world.nodes) world.boot(node);
      world.runUntil(world.now + stepMs);
      const lack = lacking();
      if (lack === null) return;
      if (world.now < endMs) continue;
      this.violated(`${Math.round(limitMs)} ms after the last fault there is not ${what}: ${lack}`);
      throw new TooBad();
    }
  }

  private violation(text: string): Violation {
    return { seed: this.seed, atMs: this.world.now, text };
  }

  private violated(text: string): void {
    this.violations.push(this.violation(text));
    this.world.tell(null, `VIOLATION: ${text}`);
    if (this.violations.length >= violationsMax) throw new TooBad();
  }
}

/** Ends a run that has broken enough rules: only used to leave the world's loop. */
class TooBad extends Error {}
