/** `systole export`: gives the identity back to this machine's Heartbeat, the way back of `systole import`. */
import { resolve } from 'node:path';
import { readArguments, takeWords } from './arguments.js';
import { exchangeIdentity, heartbeatDir } from './identity.js';

/** Gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, switches, values, words } = readArguments(args, { to: 'value', 'dry-run': 'switch' });
  takeWords(words, []);
  const to = resolve(values.to ?? heartbeatDir);
  // The permissions that Heartbeat gives them itself.
  return exchangeIdentity(places, {
    from: places.stateDir,
    to,
    make: false,
    mode: 0o644,
    dryRun: switches.has('dry-run'),
  });
}
