/** Orders to forget failures: each is carried out once on every node. */
import type { Group, Outbox } from '../resources/group.js';
import type { Directives } from './directives.js';

export class Cleanups {
  private readonly directives: Directives;
  /** Version of the order that was carried out, by group id. */
  private readonly done = new Map<string, number>();

  constructor(directives: Directives) {
    this.directives = directives;
  }

  /** What was ordered in an earlier life needs no doing: failures do not outlive the daemon. */
  start(groups: readonly Group[]): void {
    for (const { config } of groups) this.done.set(config.id, this.directives.version('cleanup', config.id));
  }

  /** Carries out what is new. */
  carryOut(groups: readonly Group[], out: Outbox): void {
    for (const group of groups) {
      const { id } = group.config;
      const version = this.directives.version('cleanup', id);
      if (version <= (this.done.get(id) ?? 0)) continue;
      this.done.set(id, version);
      group.forgetFailure();
      group.unblock(out, 'an operator asked to try again');
    }
  }
}
