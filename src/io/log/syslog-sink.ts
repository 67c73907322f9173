/**
 * syslog over /dev/log. libc's syslog() can block for seconds when that socket is missing or full, which would make the
 * peers miss heartbeats; so each line is one non-blocking send, and what is not taken is dropped and counted.
 */
import type { DatagramSender, UnixDatagrams } from '../kernel/unix-datagram.js';
import { type LineOrigin, type LogEntry, syslogLine } from './lines.js';
import type { LogSink, TroubleReport } from './sink.js';

export interface SyslogSinkOptions {
  /** Path of the socket, usually /dev/log. */
  readonly socket: string;
  /** Number of the facility (facilities.ts). */
  readonly facilityCode: number;
  readonly origin: LineOrigin;
  readonly datagrams: UnixDatagrams;
  readonly onTrouble: TroubleReport;
  /** Least time between two attempts to connect (default 1 s). */
  readonly retryMs?: number;
}

/** A sink that sends to the syslog daemon of this machine. */
export function createSyslogSink(options: SyslogSinkOptions): LogSink {
  let sender: DatagramSender | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failing = false;
  let lostNow = 0;
  let lostInAll = 0;

  const connected = (): string | null => {
    if (sender !== null) return null;
    if (performance.now() - triedAtMs < (options.retryMs ?? 1000)) return 'not connected';
    triedAtMs = performance.now();
    const opened = options.datagrams.connect(options.socket);
    if ('error' in opened) return opened.error;
    sender = opened.sender;
    return null;
  };

  const sendEntry = (entry: LogEntry): string | null => {
    const trouble = connected();
    if (trouble !== null || sender === null) return trouble;
    const error = sender.send(Buffer.from(syslogLine(entry, options.origin, options.facilityCode)));
    if (error !== null && error !== 'EAGAIN' && error !== 'ENOBUFS' && error !== 'EMSGSIZE') {
      // The daemon behind the socket is gone: a new one listens on a new socket of the same name.
      sender.close();
      sender = null;
    }
    return error;
  };

  const lose = (error: string): void => {
    lostNow += 1;
    lostInAll += 1;
    if (failing) return;
    failing = true;
    options.onTrouble(`syslog (${options.socket}) takes no lines: ${error === 'EAGAIN' ? 'it is full' : error}.`);
  };

  const tellLost = (): boolean => {
    if (lostNow === 0) return true;
    const text = `${lostNow} log lines were lost while syslog took none.`;
    if (sendEntry({ level: 'warn', text, at: new Date() }) !== null) return false;
    lostNow = 0;
    failing = false;
    options.onTrouble(`syslog (${options.socket}) takes lines again.`);
    return true;
  };

  return {
    write(entry) {
      const error = tellLost() ? sendEntry(entry) : 'still not writable';
      if (error !== null) lose(error);
    },
    reopen() {
      sender?.close();
      sender = null;
      triedAtMs = Number.NEGATIVE_INFINITY;
    },
    drained: () => Promise.resolve(),
    close() {
      sender?.close();
      sender = null;
    },
    get lost() {
      return lostInAll;
    },
  };
}
