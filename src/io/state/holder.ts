/**
 * Who uses a state directory: a daemon writes its process number into it. Two daemons with one identity would each be the other's
 * replay, and a command that exchanges the identity below a running daemon would be undone by it.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const holderFile = (stateDir: string): string => join(stateDir, 'daemon.pid');

/** Where /proc/PID/stat has the time of the process's start, behind the name in parentheses; and its state. */
const startField = 19;
const stateField = 0;

/** When process `pid` started, in the kernel's ticks since boot: with the number it names one process. Null when there is none. */
async function startOf(pid: number): Promise<string | null> {
  // A process that cannot be looked at is one that has gone.
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const gone = fields[stateField] === 'Z' || fields[stateField] === 'X';
  return gone ? null : (fields[startField] ?? null);
}

/** The process number of the live daemon that uses this state directory, or null. */
export async function stateHolder(stateDir: string): Promise<number | null> {
  // Without the file, or without a right to read it, nobody is known to use the directory.
  const text = await readFile(holderFile(stateDir), 'latin1').catch(() => '');
  const [, pid, start] = /^(\d{1,10}) (\d+)\n$/.exec(text) ?? [];
  if (pid === undefined) return null;
  return (await startOf(Number(pid))) === start ? Number(pid) : null;
}

/** Takes the directory for this process. Rejects with a plain sentence when a live daemon has it. */
export async function holdState(stateDir: string): Promise<void> {
  const holder = await stateHolder(stateDir);
  if (holder !== null && holder !== process.pid) throw new Error(`another daemon (process ${holder}) uses it`);
  await writeFile(holderFile(stateDir), `${process.pid} ${await startOf(process.pid)}\n`, { mode: 0o600 });
}

/** Gives the directory back. */
export async function releaseState(stateDir: string): Promise<void> {
  // A file that stays names a process that is gone: the same as none.
  await rm(holderFile(stateDir), { force: true }).catch(() => {});
}

/** The process number of a live Heartbeat, from its pid file; null when none runs. */
export async function runningHeartbeat(pidFile = '/run/heartbeat.pid'): Promise<number | null> {
  // No file, no Heartbeat: it cannot run without.
  const pid = Number.parseInt(await readFile(pidFile, 'latin1').catch(() => ''), 10);
  if (!(pid > 0)) return null;
  const name = await readFile(`/proc/${pid}/comm`, 'latin1').catch(() => '');
  return name.trim() === 'heartbeat' && (await startOf(pid)) !== null ? pid : null;
}
