/** The end of every command. */

/**
 * Runs a command and ends the process with its exit code. A reader that goes early (`systole status | head`) is no
 * error worth telling.
 */
export async function exitWith(command: () => Promise<number>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }
  process.exit(await command());
}
