/** What commands say, and where: results on standard output, everything else on standard error. */

/** A line of a command's result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line that tells of progress or of trouble. */
export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}
