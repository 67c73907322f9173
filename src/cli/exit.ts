/** The end of every command. */
import { allSaid, printError } from './terminal.js';

/** What a write comes to whose reader has gone, and one after that. */
const readerGone = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET']);

/**
 * Runs a command and ends the process with its exit code, after what it said has been taken: bytes for a pipe that is
 * full would be lost otherwise. A reader that goes early (`systole status | head -1`) is no error and not worth telling: the exit
 * code says what it would have said. One that takes nothing is waited for `patienceMs` (default ten minutes).
 */
export async function exitWith(command: () => Promise<number>, patienceMs?: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (readerGone.has(error.code ?? '')) return;
      if (stream === process.stdout) printError(`systole: standard output cannot be written: ${error.message}`);
      process.exit(1);
    });
  }
  const code = await command();
  await allSaid(patienceMs);
  process.exit(code);
}
