/** The forms of a log line: log files, syslog and standard error. Pure: the moment comes in with the entry. */
import type { LogLevel } from '../../events.js';

export interface LogEntry {
  readonly level: LogLevel;
  readonly text: string;
  /** Local wall-clock time of the line. */
  readonly at: Date;
}

/** What stands in every line beside the text. */
export interface LineOrigin {
  /** Host name as `uname -n` gives it. */
  readonly host: string;
  readonly pid: number;
}

/** Heartbeat's word for each level: the serious ones shout, the others do not (heartbeat-behaviour, logging). */
export const priorityWords: Readonly<Record<LogLevel, string>> = {
  crit: 'CRIT',
  error: 'ERROR',
  warn: 'WARN',
  notice: 'notice',
  info: 'info',
  debug: 'debug',
};

/** Severity numbers of RFC 3164, section 4.1.1. */
export const severities: Readonly<Record<LogLevel, number>> = {
  crit: 2,
  error: 3,
  warn: 4,
  notice: 5,
  info: 6,
  debug: 7,
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const maxTextCharacters = 4000;

const two = (value: number): string => String(value).padStart(2, '0');
const clock = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

/**
 * Text as it may stand in one line of a log: control characters become a question mark, so that nothing from the
 * network or from an agent can forge a line or move an operator's cursor; over-long text is cut.
 */
export function onOneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
  const clean = text.replace(/[\t\r\n]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
  return clean.length > maxTextCharacters ? `${clean.slice(0, maxTextCharacters)}...` : clean;
}

/** A line of logfile or debugfile, with its newline: `syslogmsgfmt on` has date and host first, off has the ident first. */
export function fileLine(entry: LogEntry, origin: LineOrigin, syslogmsgfmt: boolean): string {
  const { at } = entry;
  const rest = `${priorityWords[entry.level]}: ${onOneLine(entry.text)}\n`;
  if (syslogmsgfmt) {
    return `${months[at.getMonth()]} ${two(at.getDate())} ${clock(at)} ${origin.host} heartbeat: [${origin.pid}]: ${rest}`;
  }
  const date = `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())}`;
  return `heartbeat[${origin.pid}]: ${date}_${clock(at)} ${rest}`;
}

/** A datagram for /dev/log: RFC 3164's header without the host (the daemon there knows it), ident `heartbeat`. */
export function syslogLine(entry: LogEntry, origin: LineOrigin, facilityCode: number): string {
  const { at } = entry;
  const priority = facilityCode * 8 + severities[entry.level];
  const date = `${months[at.getMonth()]} ${String(at.getDate()).padStart(2, ' ')} ${clock(at)}`;
  return `<${priority}>${date} heartbeat: [${origin.pid}]: ${priorityWords[entry.level]}: ${onOneLine(entry.text)}`;
}
