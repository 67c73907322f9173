/** Orders that every node carries out once: to forget failures, to restart. */
import type { GroupConfig } from '../config/types.js';
import type { Milliseconds } from '../events.js';
import type { Group } from '../resources/group.js';
import type { Outbox } from '../resources/outbox.js';
import type { DirectiveKind, Directives } from './directives.js';

type OnceKind = Extract<DirectiveKind, 'cleanup' | 'restart'>;

const kinds: readonly OnceKind[] = ['cleanup', 'restart'];

export class OnceOrders {
  private readonly directives: Directives;
  /** Version of the order that was carried out, by `kind/group id`. */
  private readonly done = new Map<string, number>();

  constructor(directives: Directives) {
    this.directives = directives;
  }

  /** What was ordered in an earlier life needs no doing. */
  start(groups: readonly Group[]): void {
    for (const { config } of groups) for (const kind of kinds) this.isNew(kind, config.id);
  }

  /** Carries out what is new. What nobody may touch is not stopped: then a cleanup only forgets. */
  carryOut(
    groups: readonly Group[],
    out: Outbox,
    at: Milliseconds,
    surroundings: { handsOff(config: GroupConfig, mustGiveUp: boolean): string | null },
  ): void {
    for (const group of groups) {
      const { id } = group.config;
      if (this.isNew('cleanup', id)) {
        group.forgetFailure();
        const mayTry = surroundings.handsOff(group.config, false) === null;
        if (mayTry) group.unblock(out, 'an operator asked to try again');
      }
      if (this.isNew('restart', id)) group.restart(out, 'an operator asked for a restart', at);
    }
  }

  private isNew(kind: OnceKind, id: string): boolean {
    const version = this.directives.version(kind, id);
    const key = `${kind}/${id}`;
    if (version <= (this.done.get(key) ?? 0)) return false;
    this.done.set(key, version);
    return true;
  }
}
