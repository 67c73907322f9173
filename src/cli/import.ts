/** `systole import`: takes over the identity of this machine's Heartbeat, so that its peers know the node again. */
import { resolve } from 'node:path';
import { readArguments, takeWords } from './arguments.js';
import { exchangeIdentity, heartbeatDir } from './identity.js';

/** Gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, switches, values, words } = readArguments(args, { from: 'value', 'dry-run': 'switch' });
  takeWords(words, []);
  const from = resolve(values.from ?? heartbeatDir);
  return exchangeIdentity(places, {
    from,
    to: places.stateDir,
    make: true,
    mode: 0o600,
    known: 0,
    dryRun: switches.has('dry-run'),
  });
}
