/** Draws a cluster from dice: nodes, links, groups, timing, agents. */
import type { AuthKeys, AuthMethod, ClusterConfig } from '../config/types.js';
import type { Milliseconds } from '../events.js';
import type { AgentFaults } from './agents.js';
import { type GroupWords, simAuth, simConfig, simTiming } from './config.js';
import type { Dice } from './dice.js';
import type { LinkQuality } from './network.js';
import type { EchoQuality } from './ping-net.js';

export interface RandomSetup {
  readonly config: ClusterConfig;
  readonly auth: AuthKeys;
  readonly links: ReadonlyMap<string, LinkQuality>;
  readonly agentFaults: AgentFaults;
  readonly latenessMs: Milliseconds;
  readonly diskMs: Milliseconds;
  readonly echo: { readonly quality: EchoQuality; readonly dice: Dice };
}

const nodeNames = ['a', 'b', 'c', 'd', 'e'];
const linkNames = ['eth0', 'eth1', 'eth2'];

/**
 * `nodes`: how many, or null to draw it too. What ping nodes there are, and how they answer, is drawn from dice of their
 * own.
 */
export function drawSetup(dice: Dice, nodes: number | null, pingDice: Dice): RandomSetup {
  const count = Math.min(nodes ?? dice.pick([2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 5]), nodeNames.length);
  const names = nodeNames.slice(0, count);
  const keepaliveMs = dice.chance(0.7) ? 1000 : 100;
  const deadtimeMs = keepaliveMs * (keepaliveMs === 100 ? 5 : dice.pick([3, 4, 5]));
  const initdeadMs = deadtimeMs * dice.pick([1, 2, 3]);
  const links = linkNames.slice(0, dice.pick([1, 2, 2, 2, 2, 2, 3]));
  const quality = drawQuality(dice, keepaliveMs, links.length);
  const slowestMs = keepaliveMs * dice.pick([0.02, 0.1, 0.5]);
  const limitMs = Math.max(slowestMs * 2, keepaliveMs * 2);
  const pings = pingDice.pick([[], [], ['gw'], ['gw', 'far']]);
  return {
    config: simConfig({
      nodes: names,
      links,
      groups: drawGroups(dice, names),
      timing: simTiming(keepaliveMs, deadtimeMs, initdeadMs),
      timeouts: { startMs: limitMs, stopMs: limitMs, statusMs: limitMs, monitorMs: limitMs },
      msgfmt: dice.chance(0.5) ? 'classic' : 'netstring',
      pings,
    }),
    auth: simAuth(dice.chance(0.85) ? 'crc' : dice.pick<AuthMethod>(['md5', 'sha1', 'sha256'])),
    links: new Map(links.map((name) => [name, { ...quality, loopback: dice.chance(0.3) }])),
    agentFaults: drawAgentFaults(dice, slowestMs),
    latenessMs: keepaliveMs * dice.pick([0.001, 0.002, 0.01]),
    diskMs: keepaliveMs * 0.02,
    echo: { quality: drawEcho(pingDice, keepaliveMs), dice: pingDice },
  };
}

function drawGroups(dice: Dice, nodes: readonly string[]): GroupWords[] {
  const allFailback = dice.chance(0.5);
  return Array.from({ length: dice.pick([1, 1, 2, 2, 3, 4]) }, (_unused, group) => {
    const resources = Array.from({ length: dice.pick([1, 2, 2, 3]) }, (_void, index) =>
      dice.chance(0.5) ? `IPaddr2::10.0.${group}.${index + 1}/24/eth0` : `service::${group}.${index + 1}`,
    );
    return { preferred: dice.pick(nodes), resources, failback: dice.chance(0.1) ? !allFailback : allFailback };
  });
}

function drawQuality(dice: Dice, keepaliveMs: Milliseconds, linkCount: number): LinkQuality {
  // A cluster on one bad link really loses sight of itself now and then; that is no lack of the core.
  const losses = linkCount === 1 ? [0, 0, 0.01] : [0, 0, 0.01, 0.05, 0.1];
  return {
    loss: dice.pick(losses),
    duplication: dice.pick([0, 0, 0.02, 0.2]),
    corruption: dice.pick([0, 0, 0.002]),
    delayMs: dice.between(0.05, 0.5),
    jitterMs: keepaliveMs * dice.pick([0, 0.0005, 0.02, 0.2]),
    loopback: false,
  };
}

function drawEcho(dice: Dice, keepaliveMs: Milliseconds): EchoQuality {
  return {
    loss: dice.pick([0, 0, 0.01]),
    duplication: dice.pick([0, 0.1]),
    delayMs: keepaliveMs * 0.001,
    jitterMs: keepaliveMs * dice.pick([0, 0.01, 0.05]),
  };
}

function drawAgentFaults(dice: Dice, slowestMs: Milliseconds): AgentFaults {
  const bad = dice.pick([0, 0, 0, 0.05, 0.2]);
  return {
    failStart: bad,
    hangStart: bad / 4,
    failStop: dice.chance(0.5) ? bad / 2 : 0,
    hangStop: dice.chance(0.5) ? bad / 4 : 0,
    slowestMs,
  };
}
