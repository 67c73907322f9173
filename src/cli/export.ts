/** `systole export`: gives the identity back to this machine's Heartbeat, the way back of `systole import`. */
import { resolve } from 'node:path';
import { readHostFacts } from '../io/config-files.js';
import { savedGeneration } from '../io/state-files.js';
import { type Places, readArguments, takeWords } from './arguments.js';
import { exchangeIdentity, heartbeatDir } from './identity.js';

/** The newest generation of this node that its daemon has saved. */
async function knownGeneration({ configDir, nodeName, stateDir }: Places): Promise<number> {
  const host = await readHostFacts({ haDir: configDir, ...(nodeName === undefined ? {} : { nodeName }) });
  return savedGeneration(stateDir, host.nodeName);
}

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
    known: await knownGeneration(places),
    dryRun: switches.has('dry-run'),
  });
}
