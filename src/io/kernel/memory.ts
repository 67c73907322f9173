/** Keeps the process small: what the C library holds on to for speed is worth more to the machine's services. */
import koffi from 'koffi';

/** glibc's mallopt parameter: how many heaps threads may have of their own. */
const M_ARENA_MAX = -8;

export interface MemoryKeeper {
  /** Gives memory that is free but still held back to the system. Takes well below a millisecond. */
  giveBack(): void;
}

/** Call it early: threads that have begun to allocate keep their heaps. */
export function keepMemorySmall(): MemoryKeeper {
  const libc = koffi.load(null);
  const mallopt = libc.func('int mallopt(int parameter, int value)');
  const mallocTrim = libc.func('int malloc_trim(size_t pad)');
  mallopt(M_ARENA_MAX, 1);
  return { giveBack: () => mallocTrim(0) };
}
