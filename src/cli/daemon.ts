/** `systole daemon`: runs in the foreground until it is told to leave. */
import { runDaemon } from '../daemon.js';
import { readArguments, takeWords } from './arguments.js';

/** How long the last lines may wait for a reader. */
const lastWordsMs = 1000;

/** Gives the daemon's exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, words } = readArguments(args);
  takeWords(words, []);
  const code = await runDaemon(places);
  // Whoever reads the log and has stopped reading must not keep the node from going.
  setTimeout(() => process.exit(code), lastWordsMs).unref();
  return code;
}
