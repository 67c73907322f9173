/** Rules for what ping nodes do: a group never moves for them to a worse place, and not to and fro. */
import type { Effect, Event, Milliseconds } from '../events.js';
import type { SimNode } from './node.js';
import { Bystander } from './observer.js';
import type { World } from './world.js';

/** How placement says that it is for ping nodes that a group moves. */
const reason = /^(\S+) reaches \d+ of \d+ ping nodes, (\S+) reaches \d+$/;

export class Betterment extends Bystander {
  /** Moves for the sake of ping nodes. */
  moves = 0;
  private readonly counted = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly violated: (text: string) => void,
  ) {
    super();
  }

  override stepped(at: Milliseconds, node: SimNode, _event: Event, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'run' || effect.action.operation !== 'stop') continue;
      const [, better, worse] = reason.exec(effect.reason) ?? [];
      if (better === undefined || worse !== node.name || !this.isNew(effect.action.group, node, effect.reason))
        continue;
      this.moves += 1;
      this.judge(at, effect.action.group, this.world.node(better), node);
    }
  }

  override holding(_at: Milliseconds, node: SimNode, group: string, held: boolean): void {
    if (held)
      for (const key of [...this.counted]) if (key.startsWith(`${group} ${node.name} `)) this.counted.delete(key);
  }

  /** To be called at the end. A group may move for each change of a way to a ping node, and for each return of a node. */
  finish(): void {
    const { pingNet, nodes, config } = this.world;
    const starts = nodes.reduce((sum, { generation }) => sum + generation, 0);
    const most = config.groups.length * (pingNet.changes + starts);
    if (this.moves > most)
      this.violated(`groups moved ${this.moves} times for ping nodes, which changed ${most} times`);
  }

  /** A stop has several steps: the first counts. */
  private isNew(group: string, node: SimNode, why: string): boolean {
    const key = `${group} ${node.name} ${why}`;
    if (this.counted.has(key)) return false;
    this.counted.add(key);
    return true;
  }

  /**
   * What nodes know is old: an answer up to deadping, another's word up to deadtime. Within that, the better one must have
   * reached more at its best than the worse one at its worst.
   */
  private judge(at: Milliseconds, group: string, better: SimNode, worse: SimNode): void {
    const { pingNet, config } = this.world;
    const { deadpingMs, deadtimeMs, keepaliveMs } = config.timing;
    // Whose clock stood still cannot know how old its knowledge is.
    if (better.frozenMs > 0 && at - better.resumedAt <= deadpingMs) return;
    const there = pingNet.mayReach(better.index, worse.index, at - deadpingMs - deadtimeMs);
    const here = pingNet.reachedThroughout(worse.index, at - deadpingMs + keepaliveMs);
    if (there <= here)
      this.violated(
        `${group} leaves ${worse.name}, which reaches ${here} ping nodes, for ${better.name}, which reaches ${there}`,
      );
  }
}
