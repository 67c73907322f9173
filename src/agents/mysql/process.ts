/** The server's process: which one it is, and whether another one has its data directory. */
import { basename } from 'node:path';
import type { StateFile } from '../frame/state-file.js';
import type { World } from '../frame/world.js';
import type { ServerSettings } from './settings.js';

/** Files that a server locks (fcntl) as long as it has the data directory. */
const lockedFiles = ['aria_log_control', 'ibdata1', 'ib_logfile0'];

export interface ServerProcess {
  readonly pid: number;
  /** Its own pid file, the start of this agent, or its command line says that it is this resource's server. */
  readonly isOurs: boolean;
}

interface Known {
  readonly world: World;
  readonly settings: ServerSettings;
  /** Holds the number of the process that a start of this agent left running. */
  readonly state: StateFile;
}

/** The process that serves the data directory on this machine, also one that only starts or ends; null when there is none. */
export async function findServer(known: Known): Promise<ServerProcess | null> {
  const { world, settings, state } = known;
  const holder = await lockHolder(known);
  for (const text of [await state.read(), await world.read(settings.pidFile)]) {
    const pid = Number(text?.trim());
    if (!Number.isInteger(pid) || pid <= 1 || !(await isAlive(world, pid))) continue;
    // After a power-off the number may be another's by now, even that of another server.
    if (pid === holder || (await isLaunchedFor(pid, known))) return { pid, isOurs: true };
  }
  return holder === null ? null : { pid: holder, isOurs: await isLaunchedFor(holder, known) };
}

/** Not gone, and not a dead one that nobody has asked for yet. */
export async function isAlive(world: World, pid: number): Promise<boolean> {
  const stat = await world.read(`/proc/${pid}/stat`);
  // "PID (NAME) STATE ...", and the name may have brackets and blanks in it.
  return stat !== null && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

async function isLaunchedFor(pid: number, { world, settings }: Known): Promise<boolean> {
  const [binary = '', ...options] = ((await world.read(`/proc/${pid}/cmdline`)) ?? '').split('\0');
  const { datadir, pidFile, config } = settings;
  const ours = [`--datadir=${datadir}`, `--pid-file=${pidFile}`, `--defaults-file=${config}`];
  return basename(binary) === basename(settings.binary) && options.some((option) => ours.includes(option));
}

/** Who has the data directory locked, by the kernel's list of locks; one on another machine is not in it. */
async function lockHolder({ world, settings }: Known): Promise<number | null> {
  const paths = lockedFiles.map((name) => `${settings.datadir}/${name}`);
  // A file that is not there gives a line on standard error and none here.
  const { stdout } = await world.run(['stat', '--format=%Hd %Ld %i', ...paths]);
  const files = stdout.split('\n').flatMap((line) => {
    const [major, minor, inode] = line.split(' ').map(Number);
    return inode === undefined ? [] : [`${hex(major)}:${hex(minor)}:${inode}`];
  });
  for (const line of ((await world.read('/proc/locks')) ?? '').split('\n')) {
    const [, , , , pid, file = ''] = line.split(/\s+/);
    if (line.includes('POSIX') && files.includes(file) && Number(pid) > 0) return Number(pid);
  }
  return null;
}

const hex = (value = 0): string => value.toString(16).padStart(2, '0');
