/**
 * Standard error without waiting. Node writes to pipes and terminals synchronously, so a reader that has stopped would
 * stop the heartbeat. A pipe or terminal is therefore opened a second time, non-blocking, a socket gets non-blocking
 * sends, and a regular file goes through node's thread pool.
 */
import { constants, fstatSync, openSync, type Stats, write } from 'node:fs';
import type { UnixDatagrams } from '../kernel/unix-datagram.js';
import { type ByteTarget, createLineQueue } from './line-queue.js';
import { fileLine, type LineOrigin } from './lines.js';
import type { LogSink } from './sink.js';

export interface StderrSinkOptions {
  readonly origin: LineOrigin;
  /** Gives libc's send; called only when standard error is a socket (as systemd makes it). */
  readonly datagrams: () => UnixDatagrams;
  /** Descriptor to write to (default 2). */
  readonly descriptor?: number;
  /** Pause after a failed write (default 200 ms). */
  readonly retryMs?: number;
}

function secondDescriptor(descriptor: number, stats: Stats): number {
  if (!stats.isFIFO() && !stats.isCharacterDevice()) return descriptor;
  try {
    // A new open file description: O_NONBLOCK on the one we were given would change it for our parent, too.
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    // A terminal of another user cannot be opened again; then the thread pool does the waiting.
    return descriptor;
  }
}

function stderrTarget(options: StderrSinkOptions): ByteTarget {
  const given = options.descriptor ?? 2;
  const stats = fstatSync(given);
  if (stats.isSocket()) {
    const datagrams = options.datagrams();
    return {
      write(bytes) {
        const result = datagrams.sendOn(given, bytes);
        return 'sent' in result ? Promise.resolve(result.sent) : Promise.reject(new Error(result.error));
      },
    };
  }
  const descriptor = secondDescriptor(given, stats);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        write(descriptor, bytes, (error, count) => (error === null ? resolve(count) : reject(error)));
      }),
  };
}

/** A sink for standard error. It looks at the descriptor once, synchronously: make it at start-up. */
export function createStderrSink(options: StderrSinkOptions): LogSink {
  const lostLine = (count: number): string => {
    const text = `${count} log lines were lost because standard error took none.`;
    return fileLine({ level: 'warn', text, at: new Date() }, options.origin, false);
  };
  const queue = createLineQueue({
    target: stderrTarget(options),
    maxQueuedCharacters: 262_144,
    retryMs: options.retryMs ?? 200,
    lostLine,
    // There is nowhere left to tell it.
    onTrouble: () => undefined,
  });
  return {
    write: (entry) => queue.push(fileLine(entry, options.origin, false)),
    reopen: () => undefined,
    drained: () => queue.drained(),
    close: () => queue.close(),
    get lost() {
      return queue.lost;
    },
  };
}
