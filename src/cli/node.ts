/** `systole node ...`: what concerns whole nodes. */
import type { Status } from '../status.js';
import { type Arguments, readArguments, takeWords, UsageError } from './arguments.js';
import { carryOut, waitOptions } from './carry-out.js';
import { askStatus } from './daemon-client.js';
import { atRest, heldBy, nodeEmpty, nodeOf } from './goals.js';
import { nodeNamed } from './named.js';
import { notBuilt, subVerb } from './sub-verbs.js';
import { print } from './terminal.js';
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

const subVerbs = { standby, online, list, fence: notBuilt('node fence'), forget: notBuilt('node forget') };

/** Runs the words after `node`; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args, waitOptions);
  const [word, ...words] = read.words;
  if (word === undefined) throw new UsageError('node needs to be told what: standby, online or list');
  return subVerb('node', subVerbs, word)({ ...read, words });
}
