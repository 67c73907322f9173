/** `systole status [--json] [--watch]`. */

import { DaemonUnreachable } from '../io/control-client.js';
import { sleep } from '../io/sleep.js';
import type { Status } from '../status.js';
import { readArguments, takeWords } from './arguments.js';
import { askStatus } from './daemon-client.js';
import { print, printError, roomToSay, watchReader } from './terminal.js';
import { isHealthy, statusLines } from './text/status.js';

const watchMs = 1000;
/** Cursor to the corner, and everything below it away: no flicker, unlike clearing first. */
const home = '\u001b[H';
const clearRest = '\u001b[J';

function show(status: Status, json: boolean): void {
  if (json) print(JSON.stringify(status, null, 2));
  else for (const line of statusLines(status)) print(line);
}

/** Shows the status once a second as long as somebody reads it; a daemon that goes away and comes back is waited for. */
async function watch(runDir: string, json: boolean): Promise<number> {
  const reader = watchReader();
  let code = 3;
  const screen = process.stdout.isTTY === true && !json;
  for (;;) {
    try {
      const status = await askStatus(runDir);
      code = isHealthy(status) ? 0 : 1;
      if (json) print(JSON.stringify(status));
      else if (screen) process.stdout.write(`${home}${statusLines(status).join('\u001b[K\n')}\u001b[K\n${clearRest}`);
      else print(`${statusLines(status).join('\n')}\n`);
    } catch (error) {
      if (!(error instanceof DaemonUnreachable)) throw error;
      code = 3;
      printError(`systole: ${error.message}`);
    }
    await roomToSay();
    if (reader.isGone) return code;
    await sleep(watchMs);
  }
}

/** Gives the exit code: 0 when every group runs and every node and link is up, else 1. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, switches, words } = readArguments(args, { json: 'switch', watch: 'switch' });
  takeWords(words, []);
  const json = switches.has('json');
  if (switches.has('watch')) return watch(places.runDir, json);
  const status = await askStatus(places.runDir);
  show(status, json);
  return isHealthy(status) ? 0 : 1;
}
