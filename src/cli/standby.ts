/** `systole standby [SET]`: this node gives groups to others, as Heartbeat's hb_standby. */
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
    const given = groupsOfSet(before, set, 'foreign').filter(({ owner }) => owner === self);
    const names = given.map(({ name }) => name);
    return { command: { verb: 'standby', set }, judge: groupsOn(names, (owner) => owner !== self) };
  });
}
