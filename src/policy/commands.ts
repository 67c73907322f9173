/** Operators' commands: what they change in the standing orders, or why they are refused. */
import { nearest } from '../config/nearest.js';
import type { GroupConfig } from '../config/types.js';
import type { Command, CommandResult, ResourceSet } from '../events.js';
import type { Directives } from './directives.js';
import type { Member } from './placement.js';

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
export function applyCommand(command: Command, context: CommandContext): CommandResult {
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
    case 'standby':
      return giveAway(command.set, context);
    case 'takeover':
      return takeOver(command.set, context);
    default:
      return command satisfies never;
  }
}

/** The node of a move order's text, and whether it was carried out: `b` or `b!`. */
export function parseMove(value: string | null): { node: string; done: boolean } | null {
  if (value === null) return null;
  return value.endsWith('!') ? { node: value.slice(0, -1), done: true } : { node: value, done: false };
}

function orderStandby(name: string, on: boolean, { nodes, directives, self }: CommandContext): CommandResult {
  const node = name.toLowerCase();
  if (!nodes.includes(node)) return refuse(`there is no node "${name}"${suggestion(node, nodes)}`);
  const already = (directives.get('standby', node) !== null) === on;
  // Also when it is so already: an earlier order may still be on its way here.
  directives.set('standby', node, on ? 'on' : null, self);
  return done(`${node} is ${already ? 'already ' : ''}${on ? 'in standby' : 'online'}`);
}

function orderMove(groupName: string, nodeName: string, context: CommandContext): CommandResult {
  const node = nodeName.toLowerCase();
  if (!context.nodes.includes(node)) return refuse(`there is no node "${nodeName}"${suggestion(node, context.nodes)}`);
  return withGroup(groupName, context, (group) => {
    const obstacle = obstacleTo(node, group, context);
    if (obstacle !== null) return refuse(`${group.name} cannot move to ${node}: ${obstacle}`);
    context.directives.set('move', group.id, node, context.self);
    return done(`${group.name} is to move to ${node}`);
  });
}

function giveAway(set: ResourceSet, context: CommandContext): CommandResult {
  const { self, groups, directives } = context;
  // From the giver's side "failback" is what belongs to others, as in hb_standby.
  const mine = groups.filter((group) => context.ownerOf(group) === self && inSet(group, set, self, 'foreign'));
  const moved: string[] = [];
  const stuck: string[] = [];
  for (const group of mine) {
    const target = group.nodeOrder.find((node) => node !== self && obstacleTo(node, group, context) === null);
    if (target === undefined) stuck.push(group.name);
    else {
      directives.set('move', group.id, target, self);
      moved.push(`${group.name} to ${target}`);
    }
  }
  if (stuck.length > 0 && moved.length === 0) return refuse(`no other node can take ${stuck.join(', ')}`);
  if (moved.length === 0) return done(`${self} holds none of the ${set} resources`);
  const rest = stuck.length > 0 ? `; no other node can take ${stuck.join(', ')}` : '';
  return done(`${self} gives ${moved.join(', ')}${rest}`);
}

function takeOver(set: ResourceSet, context: CommandContext): CommandResult {
  const { self, groups, directives } = context;
  // From the taker's side "failback" is what belongs to this node.
  const wanted = groups.filter((group) => context.ownerOf(group) !== self && inSet(group, set, self, 'local'));
  for (const group of wanted) {
    const obstacle = obstacleTo(self, group, context);
    if (obstacle !== null) return refuse(`${self} cannot take ${group.name}: ${obstacle}`);
  }
  for (const group of wanted) directives.set('move', group.id, self, self);
  if (wanted.length === 0) return done(`${self} holds all of the ${set} resources`);
  return done(`${self} takes ${wanted.map(({ name }) => name).join(', ')}`);
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
  return null;
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
