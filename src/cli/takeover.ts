/** `systole takeover [SET]`: this node takes groups from others, as Heartbeat's hb_takeover. */
import { readArguments } from './arguments.js';
import { carryOut, waitOptions } from './carry-out.js';
import { groupsOfSet, groupsOn } from './goals.js';
import { setOf } from './resource-set.js';

/** Gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args, waitOptions);
  const set = setOf(read.words);
  return carryOut(read, (before) => {
    const self = before.node;
    const taken = groupsOfSet(before, set, 'local').filter(({ owner }) => owner !== self);
    const names = taken.map(({ name }) => name);
    return { command: { verb: 'takeover', set }, judge: groupsOn(names, (owner) => owner === self) };
  });
}
