/** Operators' commands: what they change in the standing orders, or why they are refused. */
import { nearest } from '../config/nearest.js';
import type { GroupConfig } from '../config/types.js';
import type { Command, CommandResult, ResourceSet } from '../events.js';
import { type Directives, everyNode } from './directives.js';
import { moveEmptySets } from './empty-sets.js';
import { Fitness, whyUnfit } from './fitness.js';
import type { Member, MoveOrder } from './placement.js';

/** Commands that become standing orders: all but those about the nodes of the cluster themselves. */
export type OrderCommand = Exclude<Command, { readonly verb: 'node-add' | 'node-forget' }>;

/** What a command must know of the cluster. */
export interface CommandContext {
  readonly self: string;
  readonly nodes: readonly string[];
  readonly groups: readonly GroupConfig[];
  /** Members of this node's view. */
  readonly members: readonly Member[];
  /** The live node that holds a group (by id), or null. */
  readonly ownerOf: (group: GroupConfig) => string | null;
  readonly directives: Directives;
}

/** Carries the command out on the directives. The result is known at once; that it has happened shows in the status. */
export function applyCommand(command: OrderCommand, context: CommandContext): CommandResult {
  switch (command.verb) {
    case 'node-standby':
      return orderStandby(command.node, true, context);
    case 'node-online':
      return orderStandby(command.node, false, context);
    case 'move':
      return orderMove(command.group, command.node, context);
    case 'clear':
      return withGroup(command.group, context, (group) => {
        context.directives.set('move', group.id, null, context.self);
        return done(`${group.name} goes where its configuration says`);
      });
    case 'cleanup':
      return withGroup(command.group, context, (group) => {
        context.directives.set('cleanup', group.id, 'now', context.self);
        return done(`failures of ${group.name} are forgotten on all nodes`);
      });
    case 'start':
    case 'stop':
    case 'restart':
    case 'manage':
    case 'unmanage':
      return withGroup(command.group, context, (group) => orderGroup(command.verb, group, context));
    case 'maintenance':
      return orderMaintenance(command.node, command.on, context);
    case 'standby':
      return giveAway(command.set, context);
    case 'takeover':
      return takeOver(command.set, context);
    default:
      return command satisfies never;
  }
}

/**
 * Reads a move order's text: the node, `*` when it was given regardless of ping nodes and health, `!` when it was carried out, as in
 * `b`, `b!`, `b*!`.
 */
export function parseMove(value: string | null): MoveOrder | null {
  if (value === null) return null;
  const [, node = '', regardless = '', done = ''] = /^(.*?)(\*?)(!?)$/.exec(value) ?? [];
  return { node, done: done !== '', regardless: regardless !== '' };
}

function orderStandby(name: string, on: boolean, { nodes, directives, self }: CommandContext): CommandResult {
  const node = name.toLowerCase();
  if (!nodes.includes(node)) return refuse(`there is no node "${name}"${suggestion(node, nodes)}`);
  const already = (directives.get('standby', node) !== null) === on;
  // Also when it is so already: an earlier order may still be on its way here.
  directives.set('standby', node, on ? 'on' : null, self);
  return done(`${node} is ${already ? 'already ' : ''}${on ? 'in standby' : 'online'}`);
}

function orderGroup(
  verb: 'start' | 'stop' | 'restart' | 'manage' | 'unmanage',
  group: GroupConfig,
  { directives, self, ownerOf }: CommandContext,
): CommandResult {
  const { id, name } = group;
  switch (verb) {
    case 'start':
      directives.set('target', id, null, self);
      return done(`${name} is to run`);
    case 'stop':
      directives.set('target', id, 'stopped', self);
      return done(`${name} is to stop, until systole resource start ${name}`);
    case 'restart':
      if (directives.get('target', id) !== null) return refuse(`${name} is stopped by an operator: start it instead`);
      if (ownerOf(group) === null) return refuse(`${name} runs nowhere, so it cannot be restarted`);
      directives.set('restart', id, 'now', self);
      return done(`${name} is to restart where it is`);
    case 'manage':
      directives.set('unmanage', id, null, self);
      return done(`${name} is managed`);
    case 'unmanage':
      directives.set('unmanage', id, 'on', self);
      return done(`${name} is left as it is, until systole resource manage ${name}`);
    default:
      return verb satisfies never;
  }
}

function orderMaintenance(nodeName: string | null, on: boolean, context: CommandContext): CommandResult {
  const { nodes, directives, self } = context;
  const node = nodeName?.toLowerCase() ?? everyNode;
  if (nodeName !== null && !nodes.includes(node))
    return refuse(`there is no node "${nodeName}"${suggestion(node, nodes)}`);
  directives.set('maintenance', node, on ? 'on' : null, self);
  const what = nodeName === null ? 'the cluster' : node;
  return done(
    on
      ? `nothing on ${nodeName === null ? 'any node' : node} is started, stopped or mended until maintenance is off`
      : `${what} is managed again`,
  );
}

function orderMove(groupName: string, nodeName: string, context: CommandContext): CommandResult {
  const node = nodeName.toLowerCase();
  if (!context.nodes.includes(node)) return refuse(`there is no node "${nodeName}"${suggestion(node, context.nodes)}`);
  return withGroup(groupName, context, (group) => {
    const obstacle = obstacleTo(node, group, context);
    if (obstacle !== null) return refuse(`${group.name} cannot move to ${node}: ${obstacle}`);
    const worse = move(group, node, context);
    return done(`${group.name} is to move to ${node}${worse === null ? '' : `, although ${worse}`}`);
  });
}

function giveAway(set: ResourceSet, context: CommandContext): CommandResult {
  const { self, groups } = context;
  // From the giver's side "failback" is what belongs to others, as in hb_standby.
  const mine = groups.filter((group) => context.ownerOf(group) === self && inSet(group, set, self, 'foreign'));
  const moved: string[] = [];
  const stuck: string[] = [];
  for (const group of mine) {
    const able = group.nodeOrder.filter((node) => node !== self && obstacleTo(node, group, context) === null);
    const target = able.find((node) => whyWorse(node, able, context) === null);
    if (target === undefined) stuck.push(group.name);
    else {
      move(group, target, context);
      moved.push(`${group.name} to ${target}`);
    }
  }
  if (stuck.length > 0 && moved.length === 0) return refuse(`no other node can take ${stuck.join(', ')}`);
  const other = context.members.find(({ name, unavailable }) => name !== self && unavailable === null);
  if (other !== undefined && stuck.length === 0) moveEmpty(set, 'foreign', other.name, context);
  if (moved.length === 0) return done(`${self} holds none of the ${set} resources`);
  const rest = stuck.length > 0 ? `; no other node can take ${stuck.join(', ')}` : '';
  return done(`${self} gives ${moved.join(', ')}${rest}`);
}

function takeOver(set: ResourceSet, context: CommandContext): CommandResult {
  const { self, groups } = context;
  // From the taker's side "failback" is what belongs to this node.
  const wanted = groups.filter((group) => context.ownerOf(group) !== self && inSet(group, set, self, 'local'));
  for (const group of wanted) {
    const obstacle = obstacleTo(self, group, context);
    if (obstacle !== null) return refuse(`${self} cannot take ${group.name}: ${obstacle}`);
  }
  for (const group of wanted) move(group, self, context);
  moveEmpty(set, 'local', self, context);
  if (wanted.length === 0) return done(`${self} holds all of the ${set} resources`);
  return done(`${self} takes ${wanted.map(({ name }) => name).join(', ')}`);
}

function moveEmpty(set: ResourceSet, failback: 'local' | 'foreign', to: string, context: CommandContext): void {
  const order = { set: set === 'failback' ? failback : set, from: context.self, to };
  moveEmptySets(context, order, context.directives);
}

/** Gives the order. An operator's word stands also where ping nodes or health speak against it: gives what they say, or null. */
function move(group: GroupConfig, node: string, context: CommandContext): string | null {
  const able = group.nodeOrder.filter((name) => obstacleTo(name, group, context) === null);
  const worse = whyWorse(node, able, context);
  context.directives.set('move', group.id, worse === null ? node : `${node}*`, context.self);
  return worse;
}

function whyWorse(node: string, among: readonly string[], { members }: CommandContext): string | null {
  return new Fitness(members.filter(({ name }) => among.includes(name))).whyWorse(node);
}

function inSet(group: GroupConfig, set: ResourceSet, self: string, failback: 'local' | 'foreign'): boolean {
  const which = set === 'failback' ? failback : set;
  if (which === 'all') return true;
  return (group.preferred === self) === (which === 'local');
}

function obstacleTo(node: string, group: GroupConfig, { members }: CommandContext): string | null {
  const member = members.find(({ name }) => name === node);
  if (member === undefined) return `${node} is not in the view of nodes that act together now`;
  if (member.unavailable !== null) return `${node} ${member.unavailable}`;
  if (member.failures.has(group.id)) return `its start failed on ${node} (systole resource cleanup ${group.name})`;
  return whyUnfit(node, member.health, false);
}

function withGroup(
  name: string,
  { groups }: CommandContext,
  act: (group: GroupConfig) => CommandResult,
): CommandResult {
  const group = groups.find((one) => one.name === name || one.alias === name);
  if (group !== undefined) return act(group);
  const names = groups.flatMap((one) => (one.alias === null ? [one.name] : [one.name, one.alias]));
  return refuse(`there is no group "${name}"${suggestion(name, names)}`);
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}

function done(text: string): CommandResult {
  return { ok: true, text };
}

function refuse(text: string): CommandResult {
  return { ok: false, text };
}
