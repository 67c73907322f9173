/** A null-modem cable: two ptys, and what one side writes comes to the other as fast as a real line would carry it. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { ioctl } from '../../src/io/kernel/libc.js';

const TIOCGPTN = 0x80045430;
const TIOCSPTLCK = 0x40045431;
const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
const bitsPerByte = 10;

/** One end of the cable. */
export interface End {
  /** The tty to give to a program. */
  readonly path: string;
  /** Everything written at this end so far, as it was written. */
  readonly written: Buffer[];
  /** False: what is written here stays where it is, as on a line whose other side is not ready. */
  flows: boolean;
  /** What becomes of bytes written here on their way: noise, a cut cable. */
  onTheWay: (bytes: Buffer) => Buffer;
  /** Brings bytes to whoever reads here. */
  bring(bytes: Buffer): void;
}

export interface NullModem {
  readonly ends: readonly [End, End];
  close(): void;
}

/** The cable, at `baud` bits a second; Infinity: at once. Close it at the end. */
export function openNullModem(baud = Number.POSITIVE_INFINITY): NullModem {
  const ptys = [openPty(), openPty()] as const;
  const ends = [end(ptys[0]), end(ptys[1])] as const;
  let last = performance.now();
  const credit = [0, 0];
  const timer = setInterval(() => {
    const now = performance.now();
    for (const side of [0, 1] as const) {
      credit[side] = Math.min((credit[side] ?? 0) + ((now - last) * baud) / bitsPerByte / 1000, 64 * 1024);
      const taken = carry(ptys[side].master, ends[side], ends[1 - side] as End, Math.floor(credit[side] ?? 0));
      // A line does not save up the time in which nothing was written.
      credit[side] = taken === 0 ? Math.min(credit[side] ?? 0, baud / 100) : (credit[side] ?? 0) - taken;
    }
    last = now;
  }, 5);
  return {
    ends,
    close() {
      clearInterval(timer);
      for (const { master, slave } of ptys) {
        closeSync(master);
        closeSync(slave);
      }
    },
  };
}

/** Gives how many bytes were taken from the one end. */
function carry(master: number, from: End, to: End, bytesMax: number): number {
  if (!from.flows || bytesMax < 1) return 0;
  const buffer = Buffer.alloc(bytesMax);
  const length = nonBlocking(() => readSync(master, buffer)) ?? 0;
  const bytes = buffer.subarray(0, length);
  if (length > 0) from.written.push(bytes);
  const arrived = from.onTheWay(bytes);
  if (arrived.length > 0) to.bring(arrived);
  return length;
}

/** What the call gives, or null when it would have to wait: nothing there, or no room (a line loses then, too). */
function nonBlocking(call: () => number): number | null {
  try {
    return call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

interface Pty {
  readonly master: number;
  /** Kept open, so that the line is there while no program has it open. */
  readonly slave: number;
  readonly path: string;
}

function openPty(): Pty {
  const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK);
  const number = Buffer.alloc(4);
  if (ioctl(master, TIOCSPTLCK, Buffer.alloc(4)) !== 0 || ioctl(master, TIOCGPTN, number) !== 0) {
    throw new Error('cannot make a pty');
  }
  const path = `/dev/pts/${number.readInt32LE()}`;
  const slave = openSync(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  execFileSync('stty', ['-F', path, 'raw', '-echo']);
  return { master, slave, path };
}

function end({ master, path }: Pty): End {
  return {
    path,
    written: [],
    flows: true,
    onTheWay: (bytes) => bytes,
    bring: (bytes) => void nonBlocking(() => writeSync(master, bytes)),
  };
}
