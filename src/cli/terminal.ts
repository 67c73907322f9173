/** What commands say, and where: results on standard output, everything else on standard error. */
import { flushed } from '../io/reader.js';

/** A line of a command's result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line that tells of progress or of trouble. */
export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A pager's user may take his time; a script whose reader hangs must not hang too. */
const patienceMs = 600_000;

/** Watches the reader of the results from now on: for commands that would go on for ever, or long, without one. */
export function watchReader(): { readonly isGone: boolean } {
  const reader = { isGone: false };
  process.stdout.once('error', () => {
    reader.isGone = true;
  });
  return reader;
}

/**
 * Waits until the readers have taken all that was said: before more is said, or the end. Who has gone is not waited for. When one
 * takes nothing for ten minutes the process ends with a sentence and exit code 1.
 */
export async function allSaid(limitMs = patienceMs): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (await flushed(stream, limitMs)) continue;
    const minutes = Math.round(limitMs / 6000) / 10;
    printError(`systole: nobody has read what this command says for ${minutes} min: given up`);
    process.exit(1);
  }
}

/** The same where much is said, before more is. */
export async function roomToSay(): Promise<void> {
  if (process.stdout.writableNeedDrain || process.stderr.writableNeedDrain) await allSaid();
}
