/** Node a of the cores of a test beside Heartbeat b, each with a group of its own, and the words that the two exchange. */
import type { ClusterConfig } from '../../src/config/types.js';
import { webGroup } from './config.js';
import { Cores } from './core.js';
import { HeartbeatPeer } from './heartbeat-peer.js';

/** The group that prefers b; `webGroup` prefers a. */
export const otherGroup = 'IPaddr2::10.0.0.2/24/eth0';

/** How long a takes for a word and what follows from it, agents included. */
const wordMs = 100;
const keepaliveMs = 1000;

export class MixedPair {
  readonly cores: Cores;
  readonly heartbeat: HeartbeatPeer;

  constructor({ failback, overrides = {} }: { failback: boolean; overrides?: Partial<ClusterConfig> }) {
    const groups = [
      { preferred: 'a', resources: [webGroup], failback },
      { preferred: 'b', resources: [otherGroup], failback },
    ];
    this.cores = new Cores({ groups, overrides: { autoFailback: failback ? 'on' : 'off', ...overrides } });
    this.heartbeat = new HeartbeatPeer(this.cores, 'b');
    this.cores.boot('a');
  }

  /** b says a word of the exchange; what a says of it, each as "TYPE rsc_hold isstable info". */
  says(type: string, fields: Readonly<Record<string, string>> = {}): string[] {
    this.heartbeat.say('a', type, fields);
    this.cores.run(wordMs);
    return this.heard();
  }

  /** b says all that it holds. */
  holds(sets: string, isstable: '0' | '1' = '1'): string[] {
    return this.says('resource', { rsc_hold: sets, rtype: 'full', isstable });
  }

  /** b says its part of the handshake about sets, as the giver sees them. */
  asks(sets: string, info: 'me' | 'other' | 'done'): string[] {
    return this.says('ask_resources', { rsc_hold: sets, info });
  }

  /** b becomes active and says that it starts and what it holds; what a says of the latter. */
  start(sets = 'local'): string[] {
    this.heartbeat.beat('a', 'up');
    this.cores.run(wordMs);
    this.heartbeat.beat('a', 'active');
    this.says('starting');
    return this.holds(sets);
  }

  /** b gives sets, as it sees them, to a by itself or by an order over there; what a says of that. `left`: what it holds then. */
  gives(sets: string, left: string): string[] {
    const words = [...this.asks(sets, 'me')];
    this.says('resource', { rsc_hold: left, rtype: 'full', isstable: '0', info: 'standby' });
    words.push(...this.asks(sets, 'done'), ...this.holds(left));
    return words;
  }

  /** b takes what a offers, as a sees it, and then holds `all`; what a says of that. */
  takes(sets: string, all: string): string[] {
    return [...this.asks(sets, 'other'), ...this.asks(sets, 'done'), ...this.holds(all)];
  }

  /** Time passes in which b is heard and says nothing else; what a says. */
  wait(ms: number): string[] {
    const end = this.cores.now + ms;
    while (this.cores.now < end) {
      this.heartbeat.beat('a', 'active');
      this.cores.run(Math.min(keepaliveMs, end - this.cores.now));
    }
    return this.heard();
  }

  /** Who runs the group of a and that of b. */
  holders(): string[] {
    return [webGroup, otherGroup].map((group) => this.cores.holders(group).join('+') || '-');
  }

  /** What a says of the exchange that was not asked for yet. */
  heard(): string[] {
    return this.heartbeat.heard('starting', 'resource', 'ask_resources', 'hb_takeover');
  }
}

/** The lines that are part of a handshake. */
export function handshake(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('ask_resources'));
}
