/** What `systole import` and `systole export` have in common: an identity is exchanged only while nobody uses it. */
import { runningHeartbeat, stateHolder } from '../io/state/holder.js';
import { type TransferOptions, transferIdentity } from '../io/state/transfer.js';
import type { Places } from './arguments.js';
import { askStatus } from './daemon-client.js';
import { print, printError } from './terminal.js';

/** Where Heartbeat keeps its identity. */
export const heartbeatDir = '/var/lib/heartbeat';

/** Why the identity must not be touched now, or null. */
async function obstacle({ stateDir, runDir }: Places): Promise<string | null> {
  const heartbeat = await runningHeartbeat();
  if (heartbeat !== null) return `Heartbeat runs (process ${heartbeat}): stop it first (heartbeat -k)`;
  const holder = await stateHolder(stateDir);
  if (holder !== null) return `a systole daemon (process ${holder}) uses ${stateDir}: stop it first`;
  const asked = await askStatus(runDir, 1000).then(
    () => true,
    // Nobody there is what is expected here.
    () => false,
  );
  return asked ? `a systole daemon runs here (${runDir}): stop it first` : null;
}

/** Does it unless somebody runs; gives the exit code: 0 done (or done before), 1 refused. */
export async function exchangeIdentity(places: Places, transfer: TransferOptions): Promise<number> {
  const reason = await obstacle(places);
  if (reason !== null) {
    printError(`systole: refused: ${reason}`);
    return 1;
  }
  for (const line of await transferIdentity(transfer)) print(line);
  return 0;
}
