/** `systole check`: the arguments of check.ts. */
import { readArguments, takeWords } from './arguments.js';
import { check } from './check.js';

/** Gives the exit code: 0 without errors in the configuration, 1 with. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, words } = readArguments(args);
  takeWords(words, []);
  return check(places);
}
