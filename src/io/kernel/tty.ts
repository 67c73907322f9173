/** The output of a serial line (tty_ioctl(4), termios(3)) that was opened so that nothing waits. */
import { writeSync } from 'node:fs';
import koffi from 'koffi';
import { ioctl } from './libc.js';

const TIOCOUTQ = 0x5411;
const TCOFLUSH = 1;

const tcflush = koffi.load(null).func('int tcflush(int fd, int queue)');

/** Bytes that were written to a tty and not sent yet; 0 where the driver does not tell. */
export function unsentBytes(fd: number): number {
  const count = Buffer.alloc(4);
  return ioctl(fd, TIOCOUTQ, count) === 0 ? count.readInt32LE() : 0;
}

/** Writes as many bytes as there is room for, without waiting; gives how many. Throws node's errors (EIO: the line is gone). */
export function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** Makes the kernel forget bytes that were written to a tty and not sent yet. What came in stays. */
export function flushOutput(fd: number): void {
  // It fails only for a line that is gone, and with it its bytes.
  tcflush(fd, TCOFLUSH);
}
