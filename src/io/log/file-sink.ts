/** logfile and debugfile: lines through a bounded queue into a file that may be rotated, full or missing. */
import { createFileTarget } from './file-target.js';
import { createLineQueue } from './line-queue.js';
import { fileLine, type LineOrigin } from './lines.js';
import type { LogSink, TroubleReport } from './sink.js';

export interface FileSinkOptions {
  readonly path: string;
  readonly syslogmsgfmt: boolean;
  readonly origin: LineOrigin;
  /** Told the first failure of a row, and when writing works again. */
  readonly onTrouble: TroubleReport;
  /** Most characters that wait (default 1 Mi). */
  readonly maxQueuedCharacters?: number;
  /** Pause after a failed write (default 1 s). */
  readonly retryMs?: number;
}

/** A sink for one log file. */
export function createFileSink(options: FileSinkOptions): LogSink {
  const { path, origin, syslogmsgfmt } = options;
  const target = createFileTarget(path, () => performance.now());
  const lostLine = (count: number, reason: string): string => {
    const text = `${count} log lines were lost while ${path} could not be written: ${reason}`;
    return fileLine({ level: 'warn', text, at: new Date() }, origin, syslogmsgfmt);
  };
  const queue = createLineQueue({
    target,
    maxQueuedCharacters: options.maxQueuedCharacters ?? 1_048_576,
    retryMs: options.retryMs ?? 1000,
    lostLine,
    onTrouble: (reason) =>
      options.onTrouble(
        reason === null ? `Log file ${path} can be written again.` : `Log file ${path} cannot be written: ${reason}.`,
      ),
  });
  return {
    write: (entry) => queue.push(fileLine(entry, origin, syslogmsgfmt)),
    reopen: () => target.reopen(),
    drained: () => queue.drained(),
    close() {
      queue.close();
      target.close();
    },
    get lost() {
      return queue.lost;
    },
  };
}
