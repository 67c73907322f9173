/** Whoever reads what a command says: a terminal, a pipe, a pager. */
import type { Writable } from 'node:stream';

/** How often in the time of patience one looks whether anything was read. */
const looks = 10;

/**
 * Waits until everything written to a stream was taken, or its reader has gone. Gives false when nothing was taken for `patienceMs`.
 * Never rejects: what a write came to is the stream's error event.
 */
export function flushed(stream: Writable, patienceMs: number): Promise<boolean> {
  if (stream.writableLength === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    let left = stream.writableLength;
    let idle = 0;
    const timer = setInterval(() => {
      idle = stream.writableLength < left ? 0 : idle + 1;
      left = stream.writableLength;
      if (idle >= looks) end(false);
    }, patienceMs / looks);
    const end = (taken: boolean): void => {
      clearInterval(timer);
      resolve(taken);
    };
    // Written in order: when this has gone, all before it has. It is called with an error too.
    stream.write('', () => end(true));
  });
}
