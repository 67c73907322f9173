/** What commands say, and where: results on standard output, everything else on standard error. */

/** A line of a command's result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line that tells of progress or of trouble. */
export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Waits, where a reader is slow (a pager), until there is room again for more to say. One that is gone ends the process. */
export async function roomToSay(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableNeedDrain) await new Promise<void>((resolve) => stream.once('drain', () => resolve()));
  }
}

/** Waits until the readers have taken all that was said. One that is gone ends the process. */
export async function allSaid(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // Written in order: when nothing more is on its way, all before it is gone too.
    if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}
