/** One open serial line: locked, set up as Heartbeat does (8N1, raw), read as bytes come. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { SerialPort } from 'serialport';
import { flushOutput, unsentBytes, writeSome } from '../../kernel/tty.js';
import { lockTty } from './lock-file.js';
import type { Output } from './paced-writer.js';

const readBytes = 4096;
/**
 * Bytes come a few at a time, and each time to read them wakes the process thrice: so they are read this seldom (ms) while they come.
 * At the highest speed a third of what the kernel has room for comes meanwhile.
 */
const readPauseMs = 30;

export interface LineOptions {
  /** The tty's path. */
  readonly device: string;
  readonly baud: number;
  /** Whether the other side says by RTS/CTS when to send. */
  readonly flowControl: boolean;
  readonly onBytes: (bytes: Buffer) => void;
  /** The line is gone (an adapter was pulled out). Called once at most, and not after `close`. */
  readonly onGone: (text: string) => void;
}

export interface Line extends Output {
  /** Whether the tty's path still leads to it. */
  isThere(): Promise<boolean>;
  /** Forgets what is not sent, and unlocks. Never rejects. */
  close(): Promise<void>;
}

/** Opens a line. Rejects with a plain sentence: it is missing, no serial line, or in use. */
export async function openLine(options: LineOptions): Promise<Line> {
  const { device } = options;
  const identity = identityOf(await lookAt(device));
  const unlock = await lockTty(device);
  try {
    const port = await openPort(options);
    return lineOf(port, unlock, { ...options, identity });
  } catch (error) {
    await unlock();
    throw new Error(`serial line ${device} cannot be opened: ${reasonOf(error as Error)}`);
  }
}

async function lookAt(device: string): Promise<Stats> {
  const info = await stat(device).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be looked at (${error.code})`;
    throw new Error(`serial line ${device} ${why}`);
  });
  if (!info.isCharacterDevice()) throw new Error(`${device} is no serial line`);
  return info;
}

const identityOf = ({ dev, ino, rdev }: Stats): string => `${dev} ${ino} ${rdev}`;

/** Of what the library says, the part that the system said. */
function reasonOf({ message }: Error): string {
  if (message.includes('Cannot lock port')) return 'another process uses it';
  return /^Error:? (.*?)(,| setting custom| Cannot)/.exec(message)?.[1] ?? message;
}

const require = createRequire(import.meta.url);

/**
 * Loaded only where there is a serial line: the library is not small. By require: as an import it came without its class once in
 * some hundred starts on a busy machine, and stayed so.
 */
async function openPort({ device, baud, flowControl }: LineOptions): Promise<SerialPort> {
  const { SerialPort } = require('serialport') as typeof import('serialport');
  const port = new SerialPort({
    path: device,
    baudRate: baud,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    rtscts: flowControl,
    // To hang up at the end would look like a fault to some adapters.
    hupcl: false,
    lock: true,
    autoOpen: false,
    highWaterMark: readBytes,
  });
  await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
  return port;
}

type Opened = LineOptions & { readonly identity: string };

function lineOf(port: SerialPort, unlock: () => Promise<void>, { device, identity, onBytes, onGone }: Opened): Line {
  let closed = false;
  const gone = (error: Error | null) => {
    if (closed) return;
    closed = true;
    void unlock();
    onGone(`serial line ${device} is gone: ${error?.message ?? 'it was closed'}`);
  };
  port.on('error', gone);
  port.on('close', gone);
  readOn(port, onBytes).catch((error: Error & { canceled?: boolean }) => {
    if (closed || error.canceled === true) return;
    gone(error);
    void closePort(port);
  });
  return {
    // The library's own writing keeps it from reading for as long as there is no room.
    write: (bytes) => writeSome(descriptorOf(port), bytes),
    unsent: () => unsentBytes(descriptorOf(port)),
    flush: () => flushOutput(descriptorOf(port)),
    isThere: async () => {
      const info = await stat(device).catch(() => null);
      return info !== null && identityOf(info) === identity;
    },
    async close() {
      if (!closed) {
        closed = true;
        // To close a tty waits for what is not sent.
        flushOutput(descriptorOf(port));
        await closePort(port);
      }
      await unlock();
    },
  };
}

/** Reads as long as the port is open; rejects when it is not any more, or gone. The library's own reading makes no pauses. */
async function readOn({ port: binding }: SerialPort, onBytes: (bytes: Buffer) => void): Promise<void> {
  if (binding === undefined) return;
  const buffer = Buffer.alloc(readBytes);
  for (;;) {
    const { bytesRead } = await binding.read(buffer, 0, readBytes);
    onBytes(Buffer.from(buffer.subarray(0, bytesRead)));
    await new Promise<void>((resolve) => {
      setTimeout(resolve, readPauseMs).unref();
    });
  }
}

function closePort(port: SerialPort): Promise<void> {
  // It may be closed already, which is as well; any other trouble in closing changes nothing: the descriptor is gone.
  return new Promise((resolve) => port.close(() => resolve()));
}

/** -1 once the port is closed: no call does anything with that. */
function descriptorOf({ port }: SerialPort): number {
  return port !== undefined && 'fd' in port && typeof port.fd === 'number' ? port.fd : -1;
}
