/** What of a node's mind is to outlive its daemon, and whether that has changed since it was last written. */
import type { Hosts, SavedState } from '../events.js';

export class Memory {
  private key = '';

  /** What stands on disk already. */
  start({ directives, generation }: { directives: string; generation: number }): void {
    this.key = keyOf({ directives, generation, incarnations: 0 });
  }

  /**
   * Gives what is to be written now, or null when it stands there already. `incarnations` counts those of all peers that
   * were met, so that `generations` is looked at only when it has news.
   */
  changes(
    now: {
      readonly directives: string;
      readonly generation: number;
      readonly incarnations: number;
      /** With autojoin only. */
      readonly hosts?: Hosts | null;
    },
    generations: () => Readonly<Record<string, number>>,
  ): SavedState | null {
    const key = keyOf(now);
    if (key === this.key) return null;
    this.key = key;
    const { directives, hosts } = now;
    return { directives, generations: generations(), ...(hosts ? { hosts } : {}) };
  }
}

function keyOf(now: { directives: string; generation: number; incarnations: number; hosts?: Hosts | null }): string {
  const hosts = now.hosts ? JSON.stringify(now.hosts) : '';
  return `${now.generation} ${now.incarnations} ${hosts} ${now.directives}`;
}
