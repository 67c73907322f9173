/** hb_addnode and hb_delnode: nodes join or leave the running cluster, until its next start. */
import { readArguments } from '../arguments.js';
import { giveCommand } from '../daemon-client.js';
import { print, printError } from '../terminal.js';

const names = { 'node-add': 'hb_addnode', 'node-forget': 'hb_delnode' } as const;

/** Runs hb_addnode or hb_delnode with the words behind it; gives the exit code: 0 done, 1 not. */
export async function changeNodes(verb: keyof typeof names, args: readonly string[]): Promise<number> {
  const name = names[verb];
  if (args.length === 0 || args.some((word) => word.startsWith('-'))) {
    printError(`usage: ${name} NODE...`);
    return 1;
  }
  try {
    const result = await giveCommand(readArguments([]).places.runDir, { verb, nodes: args });
    if (result.ok) print(result.text);
    else printError(`${name}: refused: ${result.text}`);
    return result.ok ? 0 : 1;
  } catch (error) {
    printError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
