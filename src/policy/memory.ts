/** What of a node's mind is to outlive its daemon, and whether that has changed since it was last written. */
import type { Hosts, SavedNodes, SavedState } from '../events.js';

export interface Present {
  readonly directives: string;
  readonly generation: number;
  /** Counts the incarnations of all peers that were met, so that `generations` is looked at only when it has news. */
  readonly incarnations: number;
  readonly held: SavedState['held'];
  /** With autojoin only. */
  readonly hosts?: Hosts | null;
  /** The same object as long as it is the same. */
  readonly nodes?: SavedNodes | undefined;
}

export class Memory {
  private key = '';
  private nodes: SavedNodes | undefined;

  /** What stands on disk already. */
  start(saved: Pick<Present, 'directives' | 'generation' | 'held' | 'nodes'>): void {
    const { directives, generation, held, nodes } = saved;
    this.nodes = nodes;
    this.key = keyOf({ directives, generation, incarnations: 0, held });
  }

  /** Gives what is to be written now, or null when it stands there already. */
  changes(now: Present, generations: () => SavedState['generations']): SavedState | null {
    const key = keyOf(now);
    if (key === this.key && now.nodes === this.nodes) return null;
    this.key = key;
    this.nodes = now.nodes;
    const { directives, held, hosts, nodes } = now;
    return { directives, generations: generations(), held, ...(hosts ? { hosts } : {}), ...(nodes ? { nodes } : {}) };
  }
}

function keyOf({ generation, incarnations, held, directives, hosts }: Present): string {
  const terms = Object.entries(held).map(([id, term]) => `${id}:${term}`);
  return [generation, incarnations, terms.join(','), hosts ? JSON.stringify(hosts) : '', directives].join(' ');
}
