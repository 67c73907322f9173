/** `systole resource ...`: what concerns single groups. */
import type { Status } from '../status.js';
import { type Arguments, readArguments, takeWords, UsageError } from './arguments.js';
import { carryOut, waitOptions } from './carry-out.js';
import { askStatus, giveCommand } from './daemon-client.js';
import { atRest, groupsOn, stopped, whereabouts } from './goals.js';
import { groupNamed, nodeNamed } from './named.js';
import { subVerb } from './sub-verbs.js';
import { print, printError } from './terminal.js';
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

async function start(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['GROUP']);
  return carryOut(args, (before) => {
    const { name } = groupNamed(before, word);
    return { command: { verb: 'start', group: name }, judge: groupsOn([name], () => true) };
  });
}

async function stop(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['GROUP']);
  return carryOut(args, (before) => {
    const { name } = groupNamed(before, word);
    return { command: { verb: 'stop', group: name }, judge: stopped(name) };
  });
}

async function restart(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['GROUP']);
  return carryOut(args, (before) => {
    const { name } = groupNamed(before, word);
    const notUp = (status: Status): string | null => {
      const group = groupNamed(status, name);
      return group.state === 'started' ? null : whereabouts(group);
    };
    return { command: { verb: 'restart', group: name }, judge: atRest([name], notUp) };
  });
}

/** Gives the order and tells the result: it holds at once. */
async function order(args: Arguments, verb: 'manage' | 'unmanage'): Promise<number> {
  const [word = ''] = takeWords(args.words, ['GROUP']);
  const { runDir } = args.places;
  const { name } = groupNamed(await askStatus(runDir), word);
  const { ok, text } = await giveCommand(runDir, { verb, group: name });
  if (ok) print(text);
  else printError(`systole: refused: ${text}`);
  return ok ? 0 : 1;
}

const subVerbs = {
  list,
  move,
  clear,
  cleanup,
  start,
  stop,
  restart,
  manage: (args: Arguments) => order(args, 'manage'),
  unmanage: (args: Arguments) => order(args, 'unmanage'),
};

/** Runs the words after `resource`; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args, waitOptions);
  const [word, ...words] = read.words;
  if (word === undefined) throw new UsageError(`resource needs to be told what: ${Object.keys(subVerbs).join(', ')}`);
  return subVerb('resource', subVerbs, word)({ ...read, words });
}
