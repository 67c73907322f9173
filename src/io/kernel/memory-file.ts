/**
 * A file in memory with a fixed greatest size, to catch the output of agents. A pipe would not do: a daemon that an agent
 * leaves behind keeps it open, and dies of it when we go. A file on disk could be filled by that daemon without end and
 * without a name; here its writes fail once the size is reached (F_SEAL_GROW, memfd_create(2)).
 */
import { close, ftruncate, read } from 'node:fs';
import { promisify } from 'node:util';
import koffi from 'koffi';

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
const F_SEAL_SHRINK = 2;
const F_SEAL_GROW = 4;
const SEEK_CUR = 1;

export interface MemoryFile {
  /** For a child's standard output and error. */
  readonly descriptor: number;
  /** The last bytes that were written, at most `maxBytes`. */
  tail(maxBytes: number): Promise<Buffer>;
  /** Closes our descriptor; a child keeps its own. Never rejects. */
  close(): Promise<void>;
}

/** Makes memory files; each takes memory only for what is written. */
export interface MemoryFiles {
  /** A new one of at most `maxBytes`, or null when the kernel has none to give. */
  create(maxBytes: number): Promise<MemoryFile | null>;
}

const truncate = promisify(ftruncate);
const readAt = promisify(read);
const closeFile = promisify(close);

/** Loads the three calls from libc. */
export function loadMemoryFiles(): MemoryFiles {
  const libc = koffi.load(null);
  const memfd = libc.func('int memfd_create(const char *name, unsigned int flags)');
  const fcntl = libc.func('int fcntl(int fd, int command, ...)');
  const lseek = libc.func('int64_t lseek(int fd, int64_t offset, int whence)');

  const open = (descriptor: number): MemoryFile => ({
    descriptor,
    async tail(maxBytes) {
      // Parent and child share one position, so it says how much was written.
      const written = Number(lseek(descriptor, 0, SEEK_CUR));
      const from = Math.max(0, written - maxBytes);
      const buffer = Buffer.alloc(Math.max(0, written - from));
      const { bytesRead } = await readAt(descriptor, buffer, 0, buffer.length, from);
      return buffer.subarray(0, bytesRead);
    },
    // A descriptor is gone after close(2) whatever that says.
    close: () => closeFile(descriptor).catch(() => undefined),
  });

  return {
    async create(maxBytes) {
      const descriptor: number = memfd('agent output', MFD_CLOEXEC | MFD_ALLOW_SEALING);
      if (descriptor < 0) return null;
      const file = open(descriptor);
      try {
        await truncate(descriptor, maxBytes);
      } catch {
        // Without a size the seal would allow no byte at all.
        await file.close();
        return null;
      }
      fcntl(descriptor, F_ADD_SEALS, 'int', F_SEAL_SHRINK | F_SEAL_GROW);
      return file;
    },
  };
}
