/** The end of every command. */
import { allSaid } from './terminal.js';

/**
 * Runs a command and ends the process with its exit code, after what it said has been taken: bytes for a pipe that is
 * full would be lost otherwise. A reader that goes early (`systole status | head`) is no error worth telling, and nothing
 * is waited for then.
 */
export async function exitWith(command: () => Promise<number>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }
  const code = await command();
  await allSaid();
  process.exit(code);
}
