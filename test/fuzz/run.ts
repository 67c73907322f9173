/** Feeds mutated packets to real cores, and judges what comes of it. */
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { headerOf } from '../../src/order/header.js';
import { type PreparedKeys, prepareKeys } from '../../src/wire/digest.js';
import type { Field } from '../../src/wire/message.js';
import { readPacket } from '../../src/wire/packet.js';
import { pingConfigs, testAuth, testConfig } from '../support/config.js';
import { type Prng, prng } from '../support/prng.js';
import { type Corpus, corpus, groups } from './corpus.js';
import { mutateBytes, mutateFields, signed } from './mutate.js';
import { Peers } from './peers.js';
import { Target, Violation } from './target.js';

export interface FuzzOptions {
  readonly seed: number;
  readonly packets: number;
  /** Told after every tenth of the packets. */
  readonly progress?: (line: string) => void;
}

export interface FuzzReport {
  /** Packets by what became of them: believed, or the reason why not. */
  readonly outcomes: Record<string, number>;
  /** What must not be, with all that is needed to see it again. */
  readonly findings: string[];
  /** Effects of everything that the cores were asked to do, by type. */
  readonly effects: Record<string, number>;
  /** What the cores counted. */
  readonly counters: Record<string, number>;
  /** Median processor time of a packet in microseconds, in the first and in the last tenth. */
  readonly medianUs: { first: number; last: number };
  readonly slowest: { us: number; what: string };
  /** Packets that took more than 200 times the median. */
  slow: number;
  /** Memory in use after garbage collection, after the first and after the last tenth. */
  readonly heapBytes: { first: number; last: number };
}

const findingsMax = 10;
/** A long status would be a leak: everything in it is bounded by the configuration. */
const stateCharactersMax = 32_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** A target, who talks to it, and how gently. */
class Scene {
  readonly target: Target;
  readonly peers: Peers;
  /** Its peers are Heartbeats, most of the time: what is ours is left out of what they say. */
  readonly legacy: boolean;
  fed = 0;

  constructor(
    readonly gentle: boolean,
    readonly lifetime: number,
    dice: Prng,
  ) {
    const nodes = dice.below(2) === 0 ? ['node1', 'node2'] : ['node1', 'node2', 'node3'];
    this.legacy = dice.below(2) === 0;
    this.target = new Target(testConfig({ nodes, groups, overrides: { pingNodes: pingConfigs('10.77.0.1') } }), dice);
    this.peers = new Peers(nodes.slice(1));
  }
}

export class Fuzz {
  readonly report: FuzzReport = {
    outcomes: {},
    findings: [],
    effects: {},
    counters: {},
    medianUs: { first: 0, last: 0 },
    slowest: { us: 0, what: '' },
    slow: 0,
    heapBytes: { first: 0, last: 0 },
  };
  private readonly dice: Prng;
  private readonly keys: PreparedKeys = prepareKeys(testAuth());
  private readonly corpus: Corpus = corpus();
  private readonly statuses =
    this.corpus.messages.find(([first]) => first?.some(({ value }) => value === 'status')) ?? [];
  /** One core hears mutated packets from the beginning to the end, others for a while. */
  private old: Scene;
  private young: Scene;
  private times: number[] = [];
  private done = 0;

  constructor(private readonly options: FuzzOptions) {
    this.dice = prng(options.seed);
    this.old = this.newScene(true);
    this.young = this.newScene(false);
  }

  async run(): Promise<FuzzReport> {
    const { packets, progress } = this.options;
    const tenth = Math.max(1, Math.floor(packets / 10));
    for (; this.done < packets && this.report.findings.length < findingsMax; this.done++) {
      const scene = this.dice.below(4) === 0 ? this.old : this.young;
      try {
        this.feed(scene);
      } catch (error) {
        this.found(scene, error);
      }
      // What zlib holds is given back only when the event loop turns, as it does between a daemon's packets.
      if (this.done % 1000 === 0) await turn();
      if (this.old.target.ended) this.old = this.newScene(true);
      if (this.young.fed > this.young.lifetime || this.young.target.ended) {
        this.addUp(this.young);
        this.young = this.newScene(this.dice.below(2) === 0);
      }
      if ((this.done + 1) % tenth === 0) this.measure(this.done + 1 === tenth, progress);
    }
    this.addUp(this.young);
    this.addUp(this.old);
    return this.report;
  }

  private addUp({ target }: Scene): void {
    addTo(this.report.effects, target.effects);
    addTo(this.report.counters, target.core.status(target.now, 0).counters);
  }

  private newScene(gentle: boolean): Scene {
    return new Scene(gentle, 300 + this.dice.below(3000), this.dice);
  }

  private feed(scene: Scene): void {
    const { target } = scene;
    if (scene.fed % 500 === 0) this.begin(scene);
    scene.fed += 1;
    if (this.dice.below(20) === 0) target.pass(this.dice.below(300));
    const { what, bytes } = this.packet(scene);
    this.lastPacket = { what, bytes };
    this.give(target, bytes, what);
    if (scene.fed % 100 === 0 && target.state().length > stateCharactersMax) {
      throw new Violation(`the status has ${target.state().length} characters`);
    }
  }

  private lastPacket: { what: string; bytes: Buffer } = { what: '', bytes: Buffer.alloc(0) };

  /** Brings a target into a state from which much can happen. */
  private begin(scene: Scene): void {
    const begins = scene.peers.begin(scene.target);
    if (begins === null) {
      if (scene === this.old) this.old = this.newScene(true);
      return;
    }
    for (const fields of begins) scene.target.packet(signed(fields, this.keys, plainDice));
    scene.target.pass(this.dice.below(2000));
  }

  private packet(scene: Scene): { what: string; bytes: Buffer } {
    const { dice, keys } = this;
    const any = pick(this.corpus.packets, dice);
    const kind = dice.below(10);
    if (kind === 0)
      return { what: 'of another cluster', bytes: dice.below(2) === 0 ? any : mutateBytes(any, any, dice) };
    const lawful = this.lawful(scene);
    if (kind < 4) return { what: 'lawful', bytes: signed(lawful, keys, plainDice) };
    if (kind < 6) return { what: 'changed', bytes: mutateBytes(signed(lawful, keys, plainDice), any, dice) };
    return { what: 'changed and signed anew', bytes: signed(mutateFields(lawful, dice, scene.gentle), keys, dice) };
  }

  /** Half of all messages are heartbeats. */
  private lawful({ peers, legacy }: Scene): Field[] {
    const { dice } = this;
    const ofType = dice.below(2) === 0 ? this.statuses : pick(this.corpus.messages, dice);
    const fields = peers.say(pick(ofType, dice), dice);
    return legacy && dice.below(10) > 0 ? fields.filter(({ name }) => !name.startsWith('sy')) : fields;
  }

  /** What is not believed changes nothing that can be seen, and makes nothing be done but a line in the log. */
  private give(target: Target, bytes: Buffer, what: string): void {
    const outcome = outcomeOf(bytes, this.keys, target);
    this.report.outcomes[outcome] = (this.report.outcomes[outcome] ?? 0) + 1;
    const before = outcome === 'believed' ? null : target.state();
    // Time of the processor: the machine may have other things to do.
    const start = process.cpuUsage();
    const effects = target.packet(bytes);
    const { user, system } = process.cpuUsage(start);
    this.note(user + system, `${what}, ${outcome}, ${bytes.length} bytes`);
    if (before === null) return this.giveAgain(target, bytes);
    const others = effects.filter(({ type }) => type !== 'log');
    if (others.length > 0)
      throw new Violation(`a packet that is not believed (${outcome}) makes it ${others[0]?.type}`);
    if (target.state() !== before) throw new Violation(`a packet that is not believed (${outcome}) changes the state`);
  }

  /** The same packet once more over the same link is a copy or a replay: it may not do anything anew. */
  private giveAgain(target: Target, bytes: Buffer): void {
    if (this.dice.below(20) > 0) return;
    const before = target.state();
    const effects = target.again(bytes);
    const read = readPacket(bytes, this.keys);
    // Requests and acknowledgements have no number; they are answered again.
    if (read.ok && read.message.get('t')?.startsWith('NS_') === true) return;
    const others = effects.filter(({ type }) => type !== 'log');
    if (others.length > 0) throw new Violation(`a replay makes it ${others[0]?.type}`);
    if (target.state() !== before) throw new Violation('a replay changes the state');
  }

  private note(us: number, what: string): void {
    this.times.push(us);
    if (us > this.report.slowest.us) Object.assign(this.report.slowest, { us: Math.round(us), what });
  }

  private measure(isFirst: boolean, progress: FuzzOptions['progress']): void {
    const { medianUs, heapBytes } = this.report;
    this.times.sort((a, b) => a - b);
    const median = this.times[Math.floor(this.times.length / 2)] ?? 0;
    this.report.slow += this.times.filter((us) => us > median * 200).length;
    this.times = [];
    const heap = heapInUse();
    if (isFirst) [medianUs.first, heapBytes.first] = [median, heap];
    [medianUs.last, heapBytes.last] = [median, heap];
    const mebibytes = (heap / 2 ** 20).toFixed(1);
    progress?.(
      `${this.done + 1} packets: median ${median.toFixed(0)} us, ${mebibytes} MiB, ${this.report.findings.length} findings`,
    );
  }

  private found(scene: Scene, error: unknown): void {
    const { what, bytes } = this.lastPacket;
    const text =
      error instanceof Violation ? error.message : error instanceof Error ? (error.stack ?? '') : String(error);
    const shown = bytes
      .toString('latin1', 0, 600)
      .replace(/[^ -~]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`);
    this.report.findings.push(`seed ${this.options.seed}, packet ${this.done} (${what}): ${text}\n    ${shown}`);
    if (scene === this.old) this.old = this.newScene(true);
    else this.young = this.newScene(false);
  }
}

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}

function pick<T>(list: readonly T[], dice: Prng): T {
  return list[dice.below(list.length)] as T;
}

/** Dice that always say: netstring form, undamaged. */
const plainDice: Prng = { next: () => 0.9, below: (limit) => limit - 1 };

/** Why the target should not believe the packet, or `believed`. */
function outcomeOf(bytes: Buffer, keys: PreparedKeys, { config }: Target): string {
  const read = readPacket(bytes, keys);
  if (!read.ok) return read.reason;
  const headed = headerOf(read.message);
  if (!headed.ok) return 'incomplete';
  const { from, type } = headed.header;
  // What comes back from a ping node comes over the link of its name.
  if (type === 'NS_st') return 'unexpected echo';
  if (from === 'node1') return 'own name';
  return config.nodes.includes(from) ? 'believed' : 'unknown node';
}

/** Runs it; see FuzzReport. */
export function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  return new Fuzz(options).run();
}
