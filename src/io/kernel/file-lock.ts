/** flock(2): a lock the kernel gives back when its holder dies, however it dies. */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Takes the lock of `path` (made when missing), without waiting; gives its release, or null when another process has it. Throws node's file errors. */
export function lockFile(path: string): (() => void) | null {
  const flock = koffi.load(null).func('int flock(int fd, int operation)');
  const descriptor = openSync(path, 'a', 0o600);
  if (flock(descriptor, LOCK_EX | LOCK_NB) === 0) return () => closeSync(descriptor);
  closeSync(descriptor);
  return null;
}
