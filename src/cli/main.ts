/** From the command line to an exit code: finds the verb, runs it, and puts every failure into one line. */
import { nearest } from '../config/nearest.js';
import { DaemonUnreachable } from '../io/control-client.js';
import { version } from '../version.js';
import { UsageError } from './arguments.js';
import { print, printError } from './terminal.js';
import { usageLines, type Verb, verbs, verbUsage } from './verbs.js';

const helpWords = new Set(['help', '--help', '-h']);

/** Turns what a verb threw into its line and exit code. `hint` is told after a wrong usage. */
function failure(error: unknown, hint: readonly string[]): number {
  if (error instanceof DaemonUnreachable) {
    printError(`systole: ${error.message}`);
    return 3;
  }
  if (error instanceof UsageError) {
    printError(`systole: ${error.message}`);
    for (const line of hint) printError(`usage: ${line}`);
    return 2;
  }
  printError(`systole: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
}

function unknownVerb(word: string): number {
  const meant = nearest(word, Object.keys(verbs)) ?? verbBefore(word);
  printError(
    `systole: unknown verb "${word}"${meant === null ? '; systole --help names them' : `; did you mean ${meant}?`}`,
  );
  return 2;
}

/** The whole command where `word` is the second half of one: "move" -> "resource move". */
function verbBefore(word: string): string | null {
  for (const [name, { usage }] of Object.entries(verbs)) {
    if (usage.some((form) => form.split(' ')[0] === word)) return `${name} ${word}`;
  }
  return null;
}

async function runVerb(name: string, verb: Verb, args: readonly string[]): Promise<number> {
  const usage = verbUsage(name, verb.usage);
  const behind = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  if (behind.includes('--help') || behind.includes('-h')) {
    for (const line of usage) print(`usage: ${line}`);
    print(verb.does);
    return 0;
  }
  try {
    return await (await verb.load()).run(args);
  } catch (error) {
    return failure(error, usage);
  }
}

/** Runs `systole` with the words behind it; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined) {
    for (const line of usageLines()) printError(line);
    return 2;
  }
  if (helpWords.has(word)) {
    for (const line of usageLines()) print(line);
    return 0;
  }
  if (word === '--version' || word === '-V') {
    print(version);
    return 0;
  }
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  return verb === undefined ? unknownVerb(word) : runVerb(word, verb, rest);
}
