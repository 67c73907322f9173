/** What goes wrong in a random run: each fault begins now and ends by itself. */
import type { Command, Milliseconds, ResourceSet } from '../events.js';
import { withNodes } from './config.js';
import type { Dice } from './dice.js';
import type { SimNode } from './node.js';
import type { World } from './world.js';

/** What faults are made of. */
export interface FaultSite {
  readonly world: World;
  readonly dice: Dice;
  readonly keepaliveMs: Milliseconds;
  readonly deadtimeMs: Milliseconds;
  /** Every fault is over by then. */
  readonly endMs: Milliseconds;
}

type Fault = (site: FaultSite) => void;

/** The one table of faults, with how often each comes. */
export const faults: readonly { readonly name: string; readonly weight: number; readonly begin: Fault }[] = [
  { name: 'crash', weight: 4, begin: crash },
  { name: 'stop', weight: 2, begin: stop },
  { name: 'pause', weight: 3, begin: (site) => pause(site, 'runs') },
  { name: 'suspend', weight: 1, begin: (site) => pause(site, 'stands') },
  { name: 'isolate', weight: 3, begin: isolate },
  { name: 'cut link', weight: 2, begin: cutLink },
  { name: 'one way', weight: 3, begin: oneWay },
  { name: 'cut pair', weight: 2, begin: cutPair },
  { name: 'partition', weight: 3, begin: partition },
  { name: 'storm', weight: 2, begin: storm },
  { name: 'medium', weight: 1, begin: failMedium },
  { name: 'command', weight: 5, begin: command },
];

/** The faults that only a world with ping nodes has. */
const pingFaults: typeof faults = [
  { name: 'way out', weight: 6, begin: loseWayOut },
  { name: 'ping node', weight: 3, begin: losePingNode },
];

/** The faults that only a world with quorum has. */
const quorumFaults: typeof faults = [{ name: 'drift', weight: 3, begin: drift }];

/** Begins one random fault. */
export function beginFault(site: FaultSite): void {
  const { pingNet, nodes } = site.world;
  const possible = [
    ...faults,
    ...(pingNet.names.length === 0 ? [] : pingFaults),
    ...(nodes.length > 2 ? quorumFaults : []),
  ];
  const total = possible.reduce((sum, { weight }) => sum + weight, 0);
  let throwAt = site.dice.between(0, total);
  for (const { weight, begin } of possible) {
    throwAt -= weight;
    if (throwAt < 0) {
      begin(site);
      return;
    }
  }
}

/** How long a fault lasts: often about as long as it takes to be noticed, sometimes far shorter or longer. */
function duration({ dice, deadtimeMs, endMs, world }: FaultSite): Milliseconds {
  const factor = dice.pick([0.2, 0.6, 1, 1, 1.3, 2, 3]);
  return Math.min(deadtimeMs * factor * dice.between(0.8, 1.2), endMs - world.now);
}

/** Ends a fault after its time. */
function later(site: FaultSite, end: () => void): void {
  site.world.at(site.world.now + duration(site), end);
}

function anyNode({ world, dice }: FaultSite): SimNode {
  return dice.pick(world.nodes);
}

function crash(site: FaultSite): void {
  const node = anyNode(site);
  if (node.state === 'off') return;
  site.world.crash(node);
  later(site, () => site.world.boot(node));
}

function stop(site: FaultSite): void {
  const node = anyNode(site);
  site.world.shutdown(node);
  later(site, () => site.world.boot(node));
}

/**
 * A node restarts with a file that names too few nodes, or one that there is not; another restart mends it. One at a time, and only
 * after it was told of all nodes and has that on its disk: nothing helps a node that nobody ever told anything.
 */
function drift(site: FaultSite): void {
  const { world, dice } = site;
  const node = anyNode(site);
  const all = world.config.nodes;
  const knows = Object.values(node.saved.nodes?.told ?? {}).some(({ nodes }) => nodes === [...all].sort().join(' '));
  if (node.state === 'off' || !knows || world.nodes.some(({ drifted }) => drifted !== null)) return;
  const fewer = all.filter((name) => name === node.name || dice.chance(0.5));
  const names = dice.chance(0.2) ? [...all, 'ghost'] : fewer;
  world.crash(node);
  node.drifted = withNodes(world.config, names);
  world.tell(node, `its file names ${names.join(' ')}`);
  world.at(world.now + dice.between(0, 2) * site.keepaliveMs, () => world.boot(node));
  later(site, () => mend(world, node));
}

/** A node with a wrong file restarts with the right one. */
export function mend(world: World, node: SimNode): void {
  if (node.drifted === null) return;
  node.drifted = null;
  world.tell(node, 'its file is right again');
  world.crash(node);
  world.boot(node);
}

function pause(site: FaultSite, clock: 'runs' | 'stands'): void {
  site.world.pause(anyNode(site), duration(site), clock);
}

/** Links and directed pairs to cut together, and to mend together. */
function cutAll(site: FaultSite, text: string, chosen: (link: number, from: number, to: number) => boolean): void {
  const { world } = site;
  const each = (act: (link: number, from: number, to: number) => void) => {
    for (let link = 0; link < world.linkNames.length; link++)
      for (const from of world.nodes)
        for (const to of world.nodes)
          if (from !== to && chosen(link, from.index, to.index)) act(link, from.index, to.index);
    world.reconnected();
  };
  world.tell(null, `cut: ${text}`);
  each((link, from, to) => world.network.cut(link, from, to));
  later(site, () => {
    world.tell(null, `mended: ${text}`);
    each((link, from, to) => world.network.mend(link, from, to));
  });
}

function isolate(site: FaultSite): void {
  const { index, name } = anyNode(site);
  cutAll(site, `all links of ${name}`, (_link, from, to) => from === index || to === index);
}

function cutLink(site: FaultSite): void {
  const { index, name } = anyNode(site);
  const link = site.dice.integer(0, site.world.linkNames.length - 1);
  cutAll(
    site,
    `${site.world.linkNames[link]} of ${name}`,
    (l, from, to) => l === link && (from === index || to === index),
  );
}

function oneWay(site: FaultSite): void {
  const { index, name } = anyNode(site);
  if (site.dice.chance(0.5)) cutAll(site, `what ${name} sends`, (_link, from) => from === index);
  else cutAll(site, `what ${name} would hear`, (_link, _from, to) => to === index);
}

function cutPair(site: FaultSite): void {
  const [a, b] = [anyNode(site), anyNode(site)];
  const bothWays = site.dice.chance(0.6);
  cutAll(
    site,
    `${a.name} to ${b.name}${bothWays ? ' and back' : ''}`,
    (_link, from, to) => (from === a.index && to === b.index) || (bothWays && from === b.index && to === a.index),
  );
}

function partition(site: FaultSite): void {
  const side = site.world.nodes.map(() => site.dice.chance(0.5));
  const names = site.world.nodes.filter(({ index }) => side[index]).map(({ name }) => name);
  cutAll(site, `${names.join(' ') || 'nobody'} from the others`, (_link, from, to) => side[from] !== side[to]);
}

/** Heavy loss on one link, or on all. */
function storm(site: FaultSite): void {
  const { world, dice } = site;
  const only = dice.chance(0.5) ? dice.integer(0, world.linkNames.length - 1) : null;
  const loss = dice.between(0.3, 0.95);
  for (let link = 0; link < world.linkNames.length; link++) {
    if (only !== null && link !== only) continue;
    for (const from of world.nodes) for (const to of world.nodes) world.network.storm(link, from.index, to.index, loss);
  }
  world.tell(
    null,
    `storm: ${Math.round(loss * 100)} % are lost on ${only === null ? 'all links' : world.linkNames[only]}`,
  );
  world.reconnected();
  later(site, () => {
    world.network.calm();
    world.tell(null, 'the storm is over');
    world.reconnected();
  });
}

function failMedium(site: FaultSite): void {
  const node = anyNode(site);
  const link = site.dice.integer(0, site.world.linkNames.length - 1);
  site.world.setMedium(node, link, 'failed');
  later(site, () => site.world.setMedium(node, link, 'open'));
}

/** A node loses its way to the world, or to one ping node. */
function loseWayOut(site: FaultSite): void {
  const { names } = site.world.pingNet;
  const { index, name } = anyNode(site);
  const only = site.dice.chance(0.4) ? site.dice.integer(0, names.length - 1) : null;
  cutPings(site, `${name} from ${only === null ? 'all ping nodes' : names[only]}`, (node, ping) => {
    return node === index && (only === null || ping === only);
  });
}

/** A ping node dies: all nodes lose it at once. */
function losePingNode(site: FaultSite): void {
  const dead = site.dice.integer(0, site.world.pingNet.names.length - 1);
  cutPings(site, `ping node ${site.world.pingNet.names[dead]}`, (_node, ping) => ping === dead);
}

function cutPings(site: FaultSite, text: string, chosen: (node: number, ping: number) => boolean): void {
  const { world } = site;
  const each = (act: (node: number, ping: number) => void) => {
    for (const { index } of world.nodes)
      for (let ping = 0; ping < world.pingNet.names.length; ping++) if (chosen(index, ping)) act(index, ping);
  };
  world.tell(null, `cut: ${text}`);
  each((node, ping) => world.pingNet.cut(node, ping, world.now));
  later(site, () => {
    world.tell(null, `mended: ${text}`);
    each((node, ping) => world.pingNet.mend(node, ping, world.now));
  });
}

const sets: readonly ResourceSet[] = ['all', 'local', 'foreign', 'failback'];

function command(site: FaultSite): void {
  const { world, dice } = site;
  const node = anyNode(site).name;
  const group = dice.pick(world.config.groups).name;
  const commands: readonly Command[] = [
    { verb: 'node-standby', node },
    { verb: 'node-online', node },
    { verb: 'node-online', node },
    { verb: 'move', group, node },
    { verb: 'clear', group },
    { verb: 'cleanup', group },
    { verb: 'standby', set: dice.pick(sets) },
    { verb: 'takeover', set: dice.pick(sets) },
  ];
  world.command(anyNode(site), dice.pick(commands));
}
