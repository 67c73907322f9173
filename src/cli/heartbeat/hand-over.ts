/** hb_standby and hb_takeover: they give the order and return; exit code 0 does not mean that it is carried out. */
import { readArguments } from '../arguments.js';
import { giveCommand } from '../daemon-client.js';
import { resourceSet } from '../resource-set.js';
import { printError } from '../terminal.js';

type HandOver = 'standby' | 'takeover';

const announcement = { standby: 'Going standby', takeover: 'Taking over' } as const;

function usage(name: string): number {
  printError(`usage: ${name} [all|foreign|local|failback]`);
  return 1;
}

/** Runs hb_standby or hb_takeover with the words behind it; gives the exit code: 0 taken, 1 not. */
export async function handOver(verb: HandOver, args: readonly string[]): Promise<number> {
  const name = `hb_${verb}`;
  const [word = 'all'] = args;
  if (args.length > 1 || word.startsWith('-')) return usage(name);
  const set = resourceSet(word);
  if (set === null) {
    printError(`${name}: wrong resources(${word}).`);
    return usage(name);
  }
  try {
    printError(`${announcement[verb]} [${set}].`);
    const result = await giveCommand(readArguments([]).places.runDir, { verb, set });
    if (!result.ok) printError(`${name}: refused: ${result.text}`);
    return result.ok ? 0 : 1;
  } catch (error) {
    printError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
