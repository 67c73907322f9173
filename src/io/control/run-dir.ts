/** The directory of the control socket: whom the socket lets in must get through it. */
import { chmod, chown, stat } from 'node:fs/promises';
import type { Logger } from '../seams.js';
import type { Access } from './access.js';

type Door = Access['door'];

const groupPasses = 0o010;
const othersPass = 0o001;

/** Whether those whom the door names get through a directory as it is. */
function isPassable(door: Door, { mode, gid }: { readonly mode: number; readonly gid: number }): boolean {
  if ((mode & othersPass) !== 0) return true;
  if (door.open) return false;
  return door.group === null || (gid === door.group && (mode & groupPasses) !== 0);
}

/** Rights are set once it is there, since the process's umask takes away from those that mkdir asks for. */
async function setRights(runDir: string, door: Door, own: number): Promise<void> {
  if (!door.open && door.group !== null) await chown(runDir, own, door.group);
  await chmod(runDir, door.open ? 0o755 : 0o750);
}

/**
 * Lets whom the door names through the run directory. `made`: this start has made it; else it may be from a start with
 * another apiauth, and is changed when it keeps them out. Nothing is taken from a directory that they can pass: it may
 * hold other things, and the socket has rights of its own. One of another owner is left as it is, with a warning.
 * Rejects with the system's error.
 */
export async function openRunDir(runDir: string, door: Door, made: boolean, log: Logger): Promise<void> {
  const own = process.getuid?.() ?? 0;
  if (made) return setRights(runDir, door, own);
  const now = await stat(runDir);
  if (isPassable(door, now)) return;
  if (now.uid === own) return setRights(runDir, door, own);
  const remedy = door.open ? 'chmod 755' : `chgrp ${door.group} and chmod 750`;
  const text = `not everybody whom apiauth names can reach the control socket: ${runDir} is closed to them (${remedy})`;
  log.log('warn', text);
}
