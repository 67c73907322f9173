/** `systole node ...`: what concerns whole nodes. */
import type { Status } from '../status.js';
import { type Arguments, readArguments, takeWords, UsageError } from './arguments.js';
import { carryOut, waitOptions } from './carry-out.js';
import { askStatus, giveCommand } from './daemon-client.js';
import { atRest, heldBy, nodeEmpty, nodeOf } from './goals.js';
import { nodeNamed } from './named.js';
import { notBuilt, subVerb } from './sub-verbs.js';
import { print, printError } from './terminal.js';
import { nodeRow } from './text/nodes.js';
import { table } from './text/table.js';

async function standby(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['NODE']);
  return carryOut(args, (before) => {
    const node = nodeNamed(before, word);
    return { command: { verb: 'node-standby', node }, judge: nodeEmpty(node, heldBy(before, node)) };
  });
}

async function online(args: Arguments): Promise<number> {
  const [word = ''] = takeWords(args.words, ['NODE']);
  return carryOut(args, (before) => {
    const node = nodeNamed(before, word);
    const stillStandby = (status: Status): string | null =>
      nodeOf(status, node)?.standby === true ? `${node} is still in standby` : null;
    const judge = atRest(
      before.groups.map(({ name }) => name),
      stillStandby,
    );
    return { command: { verb: 'node-online', node }, judge };
  });
}

async function list(args: Arguments): Promise<number> {
  takeWords(args.words, []);
  const status = await askStatus(args.places.runDir);
  for (const line of table(status.nodes.map(nodeRow))) print(line);
  return 0;
}

/** Gives the command and tells the result: it holds at once. */
async function change(args: Arguments, verb: 'node-add' | 'node-forget'): Promise<number> {
  if (args.words.length === 0) throw new UsageError('NODE is missing');
  const { ok, text } = await giveCommand(args.places.runDir, { verb, nodes: args.words });
  if (ok) print(text);
  else printError(`systole: refused: ${text}`);
  return ok ? 0 : 1;
}

const subVerbs = {
  standby,
  online,
  list,
  add: (args: Arguments) => change(args, 'node-add'),
  forget: (args: Arguments) => change(args, 'node-forget'),
  fence: notBuilt('node fence'),
};

/** Runs the words after `node`; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args, waitOptions);
  const [word, ...words] = read.words;
  if (word === undefined) throw new UsageError('node needs to be told what: standby, online, list, add or forget');
  return subVerb('node', subVerbs, word)({ ...read, words });
}
