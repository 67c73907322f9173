/**
 * A log file that is opened when it is first written, and again when something else stands at its path (logrotate),
 * which is looked at once a minute at most and only when there is something to write.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { ByteTarget } from './line-queue.js';

export interface FileTarget extends ByteTarget {
  /** Opens the path anew before the next write. */
  reopen(): void;
  close(): void;
}

const checkIntervalMs = 60_000;
/** O_NONBLOCK: a FIFO without a reader must be an error, not a wait. */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A target for `path` (created with mode 0644 when missing; its directory is not created). `nowMs` is any clock. */
export function createFileTarget(path: string, nowMs: () => number): FileTarget {
  let handle: FileHandle | null = null;
  let identity = '';
  let checkedAtMs = 0;
  let stale = false;

  const letGo = async (): Promise<void> => {
    const old = handle;
    handle = null;
    // A descriptor that cannot be closed is of no further use to anybody; the next open tells what is wrong.
    await old?.close().catch(() => undefined);
  };

  const replaced = async (): Promise<boolean> => {
    const there = await stat(path).catch(() => null);
    return there === null || `${there.dev}:${there.ino}` !== identity;
  };

  const ready = async (): Promise<FileHandle> => {
    if (handle !== null && nowMs() - checkedAtMs >= checkIntervalMs) {
      checkedAtMs = nowMs();
      if (await replaced()) stale = true;
    }
    if (stale) await letGo();
    stale = false;
    if (handle !== null) return handle;
    const opened = await open(path, flags, 0o644);
    const { dev, ino } = await opened.stat();
    handle = opened;
    identity = `${dev}:${ino}`;
    checkedAtMs = nowMs();
    return opened;
  };

  return {
    async write(bytes) {
      const file = await ready();
      try {
        return (await file.write(bytes)).bytesWritten;
      } catch (error) {
        // What cannot be written may be gone (unmounted, revoked): the next try starts from the path.
        stale = true;
        throw error;
      }
    },
    reopen() {
      stale = true;
    },
    close() {
      void letGo();
    },
  };
}
