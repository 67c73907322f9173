/** What all commands have in common that change the cluster: give the command, wait for its result, tell it. */
import type { Command } from '../events.js';
import type { Status } from '../status.js';
import { type Arguments, type OptionKinds, UsageError } from './arguments.js';
import { askStatus, giveCommand } from './daemon-client.js';
import { print, printError } from './terminal.js';
import { type Judgement, waitFor } from './wait.js';

/** Options of every verb that waits. */
export const waitOptions: OptionKinds = { 'no-wait': 'switch', timeout: 'value' };

const defaultTimeoutMs = 120_000;

/** What to do, and how to see that it is done. */
export interface Errand {
  readonly command: Command;
  readonly judge: (status: Status) => Judgement;
}

/** The limit that --timeout SECONDS gives, in ms. Throws UsageError. */
function timeoutOf(values: Readonly<Record<string, string>>): number {
  const text = values.timeout;
  if (text === undefined) return defaultTimeoutMs;
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0 || seconds > 86_400) {
    throw new UsageError(`--timeout takes seconds, up to a day, not "${text}"`);
  }
  return seconds * 1000;
}

/**
 * Makes the errand from the status before it, and does it. Gives the exit code: 0 when the cluster got there (or took
 * the command, with --no-wait), 1 when it refused or did not.
 */
export async function carryOut(args: Arguments, errand: (before: Status) => Errand): Promise<number> {
  const { runDir } = args.places;
  const timeoutMs = timeoutOf(args.values);
  const { command, judge } = errand(await askStatus(runDir));
  const result = await giveCommand(runDir, command);
  if (!result.ok) {
    printError(`systole: refused: ${result.text}`);
    return 1;
  }
  if (args.switches.has('no-wait')) {
    print(result.text);
    return 0;
  }
  const outcome = await waitFor({
    look: () => askStatus(runDir),
    judge,
    timeoutMs,
    progress: (line) => printError(`waiting: ${line}`),
  });
  const say = outcome.reached ? print : (line: string) => printError(`systole: ${line}`);
  const lines = outcome.lines.length > 0 ? outcome.lines : [result.text];
  for (const line of lines) say(line);
  return outcome.reached ? 0 : 1;
}
