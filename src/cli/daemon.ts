/** `systole daemon`: runs in the foreground until it is told to leave. */
import { runDaemon } from '../daemon.js';
import { readArguments, takeWords } from './arguments.js';

/** Gives the daemon's exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, words } = readArguments(args);
  takeWords(words, []);
  return runDaemon(places);
}
