/** `systole resource ...`: what concerns single groups. */
import { type Arguments, readArguments, takeWords, UsageError } from './arguments.js';
import { carryOut, waitOptions } from './carry-out.js';
import { askStatus } from './daemon-client.js';
import { atRest, groupsOn } from './goals.js';
import { groupNamed, nodeNamed } from './named.js';
import { notBuilt, subVerb } from './sub-verbs.js';
import { print } from './terminal.js';
import { groupLines } from './text/groups.js';

async function list(args: Arguments): Promise<number> {
  takeWords(args.words, []);
  const status = await askStatus(args.places.runDir);
  for (const line of status.groups.flatMap(groupLines)) print(line);
  return 0;
}

async function move(args: Arguments): Promise<number> {
  const [groupWord = '', nodeWord = ''] = takeWords(args.words, ['GROUP', 'NODE']);
  return carryOut(args, (before) => {
    const { name } = groupNamed(before, groupWord);
    const node = nodeNamed(before, nodeWord);
    return { command: { verb: 'move', group: name, node }, judge: groupsOn([name], (owner) => owner === node) };
  });
}

async function clear(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['GROUP']);
  return carryOut(args, (before) => {
    const { name } = groupNamed(before, word);
    return { command: { verb: 'clear', group: name }, judge: atRest([name]) };
  });
}

async function cleanup(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['GROUP']);
  return carryOut(args, (before) => {
    const { name } = groupNamed(before, word);
    return { command: { verb: 'cleanup', group: name }, judge: groupsOn([name], () => true) };
  });
}

const subVerbs = {
  list,
  move,
  clear,
  cleanup,
  start: notBuilt('resource start'),
  stop: notBuilt('resource stop'),
  restart: notBuilt('resource restart'),
  manage: notBuilt('resource manage'),
  unmanage: notBuilt('resource unmanage'),
};

/** Runs the words after `resource`; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args, waitOptions);
  const [word, ...words] = read.words;
  if (word === undefined) throw new UsageError('resource needs to be told what: list, move, clear or cleanup');
  return subVerb('resource', subVerbs, word)({ ...read, words });
}
