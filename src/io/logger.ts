/** The daemon's log: standard error, logfile, debugfile and syslog, as ha.cf says. Nothing in it waits or throws. */
import { hostname } from 'node:os';
import winston from 'winston';
import type { LoggingConfig } from '../config/types.js';
import type { LogLevel } from '../events.js';
import { loadUnixDatagrams, type UnixDatagrams } from './kernel/unix-datagram.js';
import { facilityCodes } from './log/facilities.js';
import { createFileSink } from './log/file-sink.js';
import type { LineOrigin } from './log/lines.js';
import type { LogSink } from './log/sink.js';
import { createStderrSink } from './log/stderr-sink.js';
import { createSyslogSink } from './log/syslog-sink.js';
import { createThrottle } from './log/throttle.js';
import { logLevels, sinkTransport, unformatted } from './log/winston-transport.js';
import type { Logger } from './seams.js';

export interface LoggerOptions {
  readonly config: LoggingConfig;
  /** Socket of the syslog daemon (default /dev/log). */
  readonly syslogSocket?: string;
  /** Descriptor of standard error (default 2); null for none. */
  readonly stderr?: number | null;
  /** How long repeats of a throttled line are counted (default 10 s). */
  readonly throttleMs?: number;
  /** Pause of a log file after a failed write (default 1 s). */
  readonly retryMs?: number;
  /** Most characters that wait for a log file (default 1 Mi). */
  readonly maxQueuedCharacters?: number;
}

export interface DaemonLogger extends Logger {
  /** Opens the log files and the syslog socket anew before the next line (SIGHUP). */
  reopen(): void;
  /** Lines thrown away since the start, by sink: stderr, logfile, debugfile, syslog. */
  readonly lost: Readonly<Record<string, number>>;
}

interface Route {
  readonly name: string;
  readonly sink: LogSink;
  readonly level: LogLevel;
}

/** Heartbeat takes /dev/null for "no such file". */
const fileOf = (path: string | null): string | null => (path === '/dev/null' ? null : path);

/**
 * Which sink gets what: debugfile everything, the others info and up. `debug` above 0 sends debug lines to
 * standard error and syslog as well, and to logfile when there is no debugfile (Heartbeat's behaviour).
 */
function routes(options: LoggerOptions, onTrouble: (text: string) => void): Route[] {
  const { config } = options;
  const origin: LineOrigin = { host: hostname(), pid: process.pid };
  const logfile = fileOf(config.logfile);
  const debugfile = fileOf(config.debugfile);
  const chatty: LogLevel = config.debug > 0 ? 'debug' : 'info';
  let loaded: UnixDatagrams | null = null;
  const datagrams = (): UnixDatagrams => {
    loaded ??= loadUnixDatagrams();
    return loaded;
  };
  const file = (path: string): LogSink =>
    createFileSink({
      path,
      syslogmsgfmt: config.syslogmsgfmt,
      origin,
      onTrouble,
      ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
      ...(options.maxQueuedCharacters === undefined ? {} : { maxQueuedCharacters: options.maxQueuedCharacters }),
    });

  const list: Route[] = [];
  if (options.stderr !== null) {
    const sink = createStderrSink({ origin, datagrams, descriptor: options.stderr ?? 2 });
    list.push({ name: 'stderr', sink, level: chatty });
  }
  if (debugfile !== null) list.push({ name: 'debugfile', sink: file(debugfile), level: 'debug' });
  if (logfile !== null && logfile !== debugfile) {
    list.push({ name: 'logfile', sink: file(logfile), level: debugfile === null ? chatty : 'info' });
  }
  const facilityCode = config.facility === null ? undefined : facilityCodes[config.facility];
  if (facilityCode !== undefined) {
    const socket = options.syslogSocket ?? '/dev/log';
    const retryMs = options.retryMs ?? 1000;
    const sink = createSyslogSink({ socket, facilityCode, origin, datagrams: datagrams(), onTrouble, retryMs });
    list.push({ name: 'syslog', sink, level: chatty });
  }
  return list;
}

async function withLimit(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

/** Makes the daemon's logger. Looks at standard error and loads libc synchronously: call it at start-up only. */
export function createLogger(options: LoggerOptions): DaemonLogger {
  // Trouble of one sink is told on standard error alone, where it cannot cause more of the same.
  const list = routes(options, (text) => {
    if (throttle.admit(`log trouble: ${text}`, 'warn', text)) toStderr('warn', text);
  });
  const stderr = list.find((route) => route.name === 'stderr')?.sink;
  const toStderr = (level: LogLevel, text: string): void => stderr?.write({ level, text, at: new Date() });
  const transports = list.map((route) => sinkTransport(route.sink, route.level));
  const logger = winston.createLogger({ levels: { ...logLevels }, level: 'debug', format: unformatted, transports });
  // Without a transport winston complains on the console about every line.
  logger.silent = transports.length === 0;
  const write = (level: LogLevel, text: string): void => {
    logger.write({ level, message: text, at: new Date() });
  };
  const throttle = createThrottle({ windowMs: options.throttleMs ?? 10_000, tell: write });

  return {
    log(level, text, key) {
      if (key === undefined || throttle.admit(key, level, text)) write(level, text);
    },
    reopen() {
      for (const { sink } of list) sink.reopen();
    },
    async close(limitMs) {
      throttle.flush();
      // winston hands its first lines on in the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      await withLimit(Promise.all(list.map(({ sink }) => sink.drained())), limitMs);
      for (const { sink } of list) sink.close();
    },
    get lost() {
      return Object.fromEntries(list.map(({ name, sink }) => [name, sink.lost]));
    },
  };
}
