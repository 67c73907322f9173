/** Asks the running daemon, and gives what a verb needs of its answer. */
import type { Command, CommandResult } from '../events.js';
import { ask, DaemonUnreachable } from '../io/control-client.js';
import type { Status } from '../status.js';

const answerMs = 5000;

/** The daemon's view of the cluster. Rejects with DaemonUnreachable. */
export async function askStatus(runDir: string, timeoutMs = answerMs): Promise<Status> {
  const response = await ask(runDir, { id: 1, ask: 'status' }, timeoutMs);
  if (response.ok && 'status' in response) return response.status;
  throw new DaemonUnreachable('garbled', 'text' in response ? response.text : 'it sent something else than its status');
}

/** Gives the daemon a command; the result says whether it took it, not whether it is carried out. Rejects with DaemonUnreachable. */
export async function giveCommand(runDir: string, command: Command): Promise<CommandResult> {
  const response = await ask(runDir, { id: 1, ask: 'command', command }, answerMs);
  if ('text' in response) return { ok: response.ok, text: response.text };
  throw new DaemonUnreachable('garbled', 'it sent something else than the result of a command');
}
