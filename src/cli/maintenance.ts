/** `systole maintenance`: nothing is started, stopped or mended while somebody works on the services by hand. */
import { readArguments, takeWords, UsageError } from './arguments.js';
import { giveCommand } from './daemon-client.js';
import { print, printError } from './terminal.js';

/** Runs the words after `maintenance`; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { words, places } = readArguments(args);
  const [word, node = null] = words.length > 1 ? takeWords(words, ['on|off', 'NODE']) : takeWords(words, ['on|off']);
  if (word !== 'on' && word !== 'off') throw new UsageError(`maintenance is on or off, not "${word}"`);
  const { ok, text } = await giveCommand(places.runDir, { verb: 'maintenance', node, on: word === 'on' });
  if (ok) print(text);
  else printError(`systole: refused: ${text}`);
  return ok ? 0 : 1;
}
