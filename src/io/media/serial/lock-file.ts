/**
 * UUCP lock files (Filesystem Hierarchy Standard, /var/lock): how programs that use serial lines, Heartbeat among them, keep
 * out of each other's way. The file holds the process number of who has the line.
 */
import { constants } from 'node:fs';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

const folder = '/var/lock';
const attemptsMax = 3;

/**
 * Locks a tty; gives what unlocks it. The lock of a process that is no more is taken over. Without a folder for locks
 * nobody locks by them, and this does not either. Rejects with a plain sentence when another process has the line.
 */
export async function lockTty(device: string, locks = folder): Promise<() => Promise<void>> {
  const path = `${locks}/LCK..${basename(device)}`;
  const own = `${locks}/LTMP.${process.pid}.${basename(device)}`;
  try {
    // Everybody may write to the folder: a name that is there already may lead to another's file.
    await remove(own);
    await writeFile(own, `${String(process.pid).padStart(10)}\n`, { mode: 0o644, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return async () => {};
    throw new Error(`serial line ${device} cannot be locked: ${(error as Error).message}`);
  }
  try {
    await acquire(device, path, own);
  } finally {
    await unlink(own);
  }
  return () => release(path);
}

/** A link to a finished file: the lock is never there without its number. */
async function acquire(device: string, path: string, own: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await link(own, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === attemptsMax) throw error;
    }
    const holder = await holderOf(path);
    if (holder !== null) throw new Error(`serial line ${device} is in use by process ${holder} (${path})`);
    await remove(path);
  }
}

/** The living process that a lock file names; null when there is none. */
async function holderOf(path: string): Promise<number | null> {
  // Gone meanwhile, or nothing that can be read: nobody's.
  const text = await textOf(path).catch(() => '');
  const pid = Number.parseInt(text, 10);
  // Our own number is that of a process before us, in a container that was started again.
  return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : null;
}

/** Through no symbolic link, and without waiting for the writer of a named pipe: anybody may have put it there. */
const textOf = (path: string): Promise<string> =>
  readFile(path, {
    encoding: 'latin1',
    flag: constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function release(path: string): Promise<void> {
  // One that cannot be removed is taken over by whoever comes next, as soon as this process is gone.
  const text = await textOf(path).catch(() => '');
  if (Number.parseInt(text, 10) === process.pid) await unlink(path).catch(() => undefined);
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
