/** Joins our sinks, which never wait, to winston, which sorts lines by level. */
import winston from 'winston';
import type { LogLevel } from '../../events.js';
import type { LogEntry } from './lines.js';
import type { LogSink } from './sink.js';

/** winston's order of levels: a transport of level L takes everything up to L's number. */
export const logLevels: Readonly<Record<LogLevel, number>> = {
  crit: 0,
  error: 1,
  warn: 2,
  notice: 3,
  info: 4,
  debug: 5,
};

/** What a line is while it goes through winston. */
interface Info {
  readonly level: LogLevel;
  readonly message: string;
  readonly at: Date;
}

interface TransportOptions {
  readonly level: LogLevel;
  log(info: Info, next: () => void): void;
}

/** winston exports its base class as `Transport`; its type declarations know it as `transport` only, and not to construct. */
const { Transport } = winston as unknown as { Transport: new (options: TransportOptions) => winston.transport };

/** Lines pass as they are: each sink has its own form. (winston's default would turn each into JSON first.) */
export const unformatted = winston.format((info) => info)();

/** A winston transport that hands each line of `level` and more serious to `sink`, at once. */
export function sinkTransport(sink: LogSink, level: LogLevel): winston.transport {
  return new Transport({
    level,
    log(info: Info, next: () => void) {
      const entry: LogEntry = { level: info.level, text: info.message, at: info.at };
      sink.write(entry);
      next();
    },
  });
}
