/** Keeps the process small: what the C library holds on to for speed is worth more to the machine's services. */
import { readFile } from 'node:fs/promises';
import koffi from 'koffi';

/** glibc's mallopt parameter: how many heaps threads may have of their own. */
const M_ARENA_MAX = -8;

/** madvise(2): these pages are not needed now. Those of a program come back from its file when they are. */
const MADV_DONTNEED = 4;

export interface MemoryKeeper {
  /**
   * Gives the system what starting up needed and running does not: free memory that the C library holds back, and the
   * pages of the program's text. What is still needed of them comes back by itself at the next use. Never rejects.
   */
  giveBack(): Promise<void>;
}

/** Where the text (executable, never written) of the program at `path` is mapped: first address and length in bytes. */
export function textMappings(maps: string, path: string): { readonly start: bigint; readonly length: number }[] {
  return maps.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \S+ +(.*)$/.exec(line);
    if (match === null || match[3] !== path) return [];
    const [start, end] = [BigInt(`0x${match[1]}`), BigInt(`0x${match[2]}`)];
    return [{ start, length: Number(end - start) }];
  });
}

/** Call it early: threads that have begun to allocate keep their heaps. */
export function keepMemorySmall(): MemoryKeeper {
  const libc = koffi.load(null);
  const mallopt = libc.func('int mallopt(int parameter, int value)');
  const mallocTrim = libc.func('int malloc_trim(size_t pad)');
  const madvise = libc.func('int madvise(uintptr_t address, size_t length, int advice)');
  mallopt(M_ARENA_MAX, 1);
  return {
    async giveBack() {
      mallocTrim(0);
      // Without /proc the pages stay where they are: that costs memory only.
      const maps = await readFile('/proc/self/maps', 'utf8').catch(() => '');
      for (const { start, length } of textMappings(maps, process.execPath)) madvise(start, length, MADV_DONTNEED);
    },
  };
}
