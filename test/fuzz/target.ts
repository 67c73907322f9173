/** One real core whose peers are whoever feeds it packets: its timers run, its actions end, its effects are judged. */
import { type Cluster, createCluster } from '../../src/cluster.js';
import type { ClusterConfig } from '../../src/config/types.js';
import type { Effect, Event, ResourceOutcome } from '../../src/events.js';
import { testAuth } from '../support/config.js';
import type { Prng } from '../support/prng.js';
import { mutateBytes } from './mutate.js';

/** Where the virtual clocks begin. */
const startWallMs = 1_790_000_000_000;
/** The largest datagram that UDP can carry. */
const datagramMaxBytes = 65_507;
/** Effects of one event: a request for many packets is answered with 50 of them at most. */
const effectsMax = 200;
const logCharactersMax = 2000;
const savedCharactersMax = 64_000;

/** Something that must not be; `text` says what. */
export class Violation extends Error {}

export class Target {
  now = 1000;
  /** Effects so far, by type. */
  readonly effects: Record<string, number> = {};
  readonly core: Cluster;
  /** It has left the cluster, because a peer deleted it. */
  ended = false;
  private isDeleted = false;
  private link = 'eth0';
  private readonly pending: { readonly at: number; readonly event: Event }[] = [];

  constructor(
    readonly config: ClusterConfig,
    private readonly dice: Prng,
  ) {
    this.core = createCluster({ self: 'node1', config, auth: testAuth() });
    const saved = { directives: '', generations: {}, held: {} };
    this.step({
      ...{ type: 'start', at: this.now, wallMs: startWallMs, generation: 5, uuid: 'uuid of node one' },
      ...{ seed: dice.below(2 ** 32), saved },
    });
  }

  /** Everything that can be seen of the state, but for the counters. */
  state(): string {
    const { counters: _, ...status } = this.core.status(this.now, startWallMs + this.now);
    return JSON.stringify(status);
  }

  /** Gives a packet, now. */
  packet(bytes: Uint8Array): Effect[] {
    this.link = this.dice.below(2) === 0 ? 'eth0' : 'eth1';
    return this.again(bytes);
  }

  /** Gives it over the link that the last one came over. */
  again(bytes: Uint8Array): Effect[] {
    return this.step({ type: 'packet', at: this.now, link: this.link, bytes });
  }

  /** Lets time pass: timers are called and actions end. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let calls = 0; ; calls++) {
      if (calls > 10_000) throw new Violation('it wants to be called again and again');
      const next = Math.min(this.core.nextDeadline(), this.pending[0]?.at ?? Number.POSITIVE_INFINITY);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      if ((this.pending[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) {
        const due = this.pending.shift();
        if (due !== undefined) this.step({ ...due.event, at: this.now });
      } else this.step({ type: 'tick', at: this.now });
    }
    this.now = end;
  }

  private step(event: Event): Effect[] {
    const effects = this.core.step(event);
    if (effects.length > effectsMax) throw new Violation(`${effects.length} effects of one event`);
    if (this.core.nextDeadline() <= this.now) throw new Violation('it wants to be called at once: a spin');
    for (const effect of effects) this.judge(effect);
    return effects;
  }

  private judge(effect: Effect): void {
    this.effects[effect.type] = (this.effects[effect.type] ?? 0) + 1;
    switch (effect.type) {
      case 'send':
        if (effect.bytes.length > datagramMaxBytes) throw new Violation(`it sends ${effect.bytes.length} bytes`);
        return;
      case 'run':
        this.endLater(effect);
        return;
      case 'ping':
        this.echoLater(effect);
        return;
      case 'log':
        // A peer may lawfully say so.
        this.isDeleted ||= effect.text.startsWith('I am being deleted from the cluster');
        if (effect.text.length > logCharactersMax)
          throw new Violation(`a line of ${effect.text.length} characters: ${effect.text.slice(0, 200)}`);
        return;
      case 'save': {
        const { length } = JSON.stringify(effect.saved);
        if (length > savedCharactersMax) throw new Violation(`it saves ${length} characters`);
        return;
      }
      case 'exit':
        if (!this.isDeleted) throw new Violation(`it ends: ${effect.reason}`);
        this.ended = true;
        return;
      default:
    }
  }

  /** Most of the time it comes back, not always as it was. */
  private echoLater({ node, bytes }: Effect & { type: 'ping' }): void {
    const kind = this.dice.below(8);
    if (kind === 0) return;
    const asSent = Buffer.from(bytes);
    const back = kind < 3 ? mutateBytes(asSent, asSent, this.dice) : asSent;
    this.later(1 + this.dice.below(30), { type: 'packet', at: 0, link: node, bytes: back });
  }

  private endLater({ action }: Effect & { type: 'run' }): void {
    const ok = this.dice.below(20) > 0;
    const running = this.dice.below(2) === 0 ? 'running' : 'stopped';
    const outcome: ResourceOutcome['outcome'] = !ok ? 'failed' : action.operation === 'status' ? running : 'succeeded';
    const outcomes = action.resources.map(({ name }) => ({ resource: name, outcome, exitCode: ok ? 0 : 1, text: '' }));
    this.later(1 + this.dice.below(50), { type: 'actionResult', at: 0, ticket: action.ticket, outcomes });
  }

  private later(ms: number, event: Event): void {
    this.pending.push({ at: this.now + ms, event });
    this.pending.sort((a, b) => a.at - b.at);
  }
}
