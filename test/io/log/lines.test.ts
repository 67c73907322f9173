import t from 'tap';
import { fileLine, type LogEntry, onOneLine, syslogLine } from '../../../src/io/log/lines.js';

const origin = { host: 'a', pid: 42 };
const entry: LogEntry = { level: 'info', text: 'node b: is dead', at: new Date(2026, 0, 5, 3, 4, 9) };

t.test('a line of a log file has the two forms of syslogmsgfmt', async (t) => {
  t.equal(fileLine(entry, origin, true), 'Jan 05 03:04:09 a heartbeat: [42]: info: node b: is dead\n');
  t.equal(fileLine(entry, origin, false), 'heartbeat[42]: 2026/01/05_03:04:09 info: node b: is dead\n');
  t.match(fileLine({ ...entry, level: 'warn' }, origin, true), /: WARN: /);
  t.match(fileLine({ ...entry, level: 'error' }, origin, true), /: ERROR: /);
  t.match(fileLine({ ...entry, level: 'crit' }, origin, true), /: CRIT: /);
});

t.test('a syslog line has priority, date with a blank-padded day, and the ident heartbeat', async (t) => {
  t.equal(syslogLine(entry, origin, 3), '<30>Jan  5 03:04:09 heartbeat: [42]: info: node b: is dead');
  t.match(syslogLine({ ...entry, level: 'crit' }, origin, 16), /^<130>.*: CRIT: /);
});

t.test('no text can forge a line or move a cursor', async (t) => {
  t.equal(onOneLine('one\ntwo\r\n\tthree'), 'one two three');
  t.equal(onOneLine('a\u001b[2Jb\u0000c\u009bd\u2028e'), 'a?[2Jb?c?d?e');
  t.equal(onOneLine('x'.repeat(10_000)).length, 4003);
});
