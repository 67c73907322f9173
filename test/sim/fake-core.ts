/** A naive core to try the world on: the lowest node that is heard owns everything. No agreement, no quorum. */
import type { Cluster } from '../../src/cluster.js';
import type { ClusterConfig } from '../../src/config/types.js';
import type { Effect, Event, Milliseconds, Operation } from '../../src/events.js';
import type { CreateCore } from '../../src/sim/world.js';
import type { Status } from '../../src/status.js';

/** Ways to be worse than naive. */
export interface Flaws {
  /** Keeps what it has once started. */
  readonly stubborn?: boolean;
  readonly mute?: boolean;
  readonly stormy?: boolean;
  readonly busyLoop?: boolean;
  readonly leavesAtOnce?: boolean;
}

/** Makes naive cores; `seen` collects every event they are given, by node. */
export function naiveCores(flaws: Flaws = {}, seen: { node: string; event: Event }[] = []): CreateCore {
  return ({ self, config }) => new NaiveCore(self, config, flaws, seen);
}

class NaiveCore implements Cluster {
  private readonly heardAt = new Map<string, Milliseconds>();
  private beatAt = Number.POSITIVE_INFINITY;
  private startedAt = 0;
  private ticket = 0;
  private state: 'stopped' | 'started' | 'busy' = 'stopped';
  private todo: { operation: Operation; index: number } | null = null;
  private leaving = false;

  constructor(
    private readonly self: string,
    private readonly config: ClusterConfig,
    private readonly flaws: Flaws,
    private readonly seen: { node: string; event: Event }[],
  ) {}

  step(event: Event): Effect[] {
    this.seen.push({ node: this.self, event });
    const effects: Effect[] = [];
    if (event.type === 'start') {
      this.startedAt = event.at;
      this.beatAt = event.at;
      effects.push({
        type: 'save',
        saved: { directives: 'kept', generations: { [this.self]: event.generation }, held: {} },
      });
    }
    if (event.type === 'packet') this.heardAt.set(String.fromCharCode(...event.bytes).slice(0, 1), event.at);
    if (event.type === 'actionResult') this.advance(effects);
    if (event.type === 'command' && this.flaws.mute !== true)
      effects.push({ type: 'reply', id: event.id, result: { ok: true, text: 'done' } });
    if (event.type === 'shutdown') this.leaving = true;
    this.beat(event.at, effects);
    this.decide(event.at, effects);
    if (this.leaving && (this.state === 'stopped' || this.flaws.leavesAtOnce === true))
      effects.push({ type: 'exit', code: 0, reason: 'told to' });
    return effects;
  }

  nextDeadline(): Milliseconds {
    return this.flaws.busyLoop === true ? this.startedAt : this.beatAt;
  }

  status(): Status {
    throw new Error('the naive core has no status');
  }

  private beat(at: Milliseconds, effects: Effect[]): void {
    if (at < this.beatAt) return;
    this.beatAt = at + this.config.timing.keepaliveMs;
    const bytes = Uint8Array.from(this.self, (letter) => letter.charCodeAt(0));
    for (let count = this.flaws.stormy === true ? 1000 : 1; count > 0; count--) effects.push({ type: 'send', bytes });
  }

  private decide(at: Milliseconds, effects: Effect[]): void {
    const { deadtimeMs, initdeadMs } = this.config.timing;
    if (at < this.startedAt + initdeadMs || this.state === 'busy') return;
    const alive = this.config.nodes.filter(
      (name) => name === this.self || at - (this.heardAt.get(name) ?? Number.NEGATIVE_INFINITY) < deadtimeMs,
    );
    const mine = alive[0] === this.self && !this.leaving;
    if (mine && this.state === 'stopped') this.todo = { operation: 'start', index: 0 };
    else if (!mine && this.state === 'started' && this.flaws.stubborn !== true)
      this.todo = { operation: 'stop', index: 0 };
    else return;
    this.advance(effects);
  }

  private advance(effects: Effect[]): void {
    const [group] = this.config.groups;
    if (this.todo === null || group === undefined) return;
    const { operation, index } = this.todo;
    const ordered = operation === 'start' ? group.resources : [...group.resources].reverse();
    const resource = ordered[index];
    if (resource === undefined) {
      this.todo = null;
      this.state = operation === 'start' ? 'started' : 'stopped';
      return;
    }
    this.state = 'busy';
    this.todo = { operation, index: index + 1 };
    const action = { ticket: ++this.ticket, group: group.name, operation, resources: [resource], timeoutMs: 5000 };
    effects.push({ type: 'run', action, reason: 'naive' });
  }
}
