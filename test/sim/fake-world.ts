/** A small world of naive cores. */

import type { Event } from '../../src/events.js';
import type { AgentModel } from '../../src/sim/agents.js';
import { steadyAgents } from '../../src/sim/agents.js';
import { simAuth, simConfig, simTiming } from '../../src/sim/config.js';
import { Dice } from '../../src/sim/dice.js';
import { type LinkQuality, perfectLink } from '../../src/sim/network.js';
import { World } from '../../src/sim/world.js';
import { type Flaws, naiveCores } from './fake-core.js';

export const groupName = 'IPaddr2::10.0.0.50/24/eth0';

export interface FakeWorldOptions {
  readonly nodes?: readonly string[];
  readonly flaws?: Flaws;
  readonly seen?: { node: string; event: Event }[];
  readonly agents?: AgentModel;
  readonly quality?: Partial<LinkQuality>;
  readonly seed?: number;
  readonly pings?: readonly string[];
}

/** Nodes a and b unless told otherwise, two links, one group of an address and a service that prefers a. */
export function fakeWorld(options: FakeWorldOptions = {}): World {
  const timeouts = { startMs: 5000, stopMs: 5000, statusMs: 5000, monitorMs: 5000 };
  const quality = { ...perfectLink, ...options.quality };
  return new World({
    createCore: naiveCores(options.flaws, options.seen),
    config: simConfig({
      nodes: options.nodes ?? ['a', 'b'],
      links: ['eth0', 'eth1'],
      groups: [{ preferred: 'a', resources: [groupName, 'service'], failback: true }],
      timing: simTiming(1000, 3000, 3000),
      timeouts,
      pings: options.pings ?? [],
    }),
    auth: simAuth('crc'),
    links: new Map([
      ['eth0', quality],
      ['eth1', quality],
    ]),
    dice: new Dice(options.seed ?? 1),
    agents: options.agents ?? steadyAgents,
    latenessMs: 1,
    diskMs: 0,
  });
}

/** Starts all nodes and lets them come to rest. */
export function settle(world: World, untilMs = 8000): void {
  for (const node of world.nodes) world.boot(node);
  world.runUntil(untilMs);
}
