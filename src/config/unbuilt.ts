/** Directives that are understood but not built yet: their syntax is checked all the same, so that a file is ready for the day they are. */
import { looksLikeIPv4, parseIPv6 } from './ip.js';
import { checkHost, checkInterface, integerAt } from './media.js';
import type { Report } from './problems.js';
import { type StatementReader, takeWords } from './statement.js';
import { quote, type Word } from './words.js';

/** `serial TTY [TTY...]` */
export const readSerial: StatementReader = ({ words }, { report }) => {
  for (const word of words) checkAbsolute(word, 'a serial device', report);
};

/** `watchdog DEVICE` */
export const readWatchdog: StatementReader = (statement, { report }) => {
  const [device] = takeWords(statement, ['DEVICE'], report) ?? [];
  if (device) checkAbsolute(device, 'a watchdog device', report);
};

/** `ucast6 DEV HOST` */
export const readUcast6: StatementReader = (statement, reading) => {
  const [dev, host] = takeWords(statement, ['DEV', 'HOST'], reading.report) ?? [];
  if (dev) checkInterface(dev, reading);
  if (host) checkIPv6Host(host, reading.report);
};

/** `mcast6 DEV GROUP PORT HOPS LOOP` */
export const readMcast6: StatementReader = (statement, reading) => {
  const { report } = reading;
  const words = takeWords(statement, ['DEV', 'GROUP', 'PORT', 'HOPS', 'LOOP'], report);
  const [dev, group, port, hops, loop] = words ?? [];
  if (!dev || !group || !port || !hops || !loop) return;
  checkInterface(dev, reading);
  const address = parseIPv6(group.text);
  if (!address.ok) report.error(group, address.reason);
  else if (!address.value.startsWith('ff')) report.error(group, `${group.text} is not a multicast group (ff00::/8)`);
  integerAt(port, 'the port', 1, 65535, report);
  integerAt(hops, 'the hop limit', 0, 255, report);
  integerAt(loop, 'loop', 0, 1, report);
};

/** `stonith TYPE CONFIGFILE` */
export const readStonith: StatementReader = (statement, { report }) => {
  const [, file] = takeWords(statement, ['TYPE', 'CONFIGFILE'], report) ?? [];
  if (file) checkAbsolute(file, 'a file', report);
};

/** `stonith_host HOST|* TYPE [PARAMETER...]` */
export const readStonithHost: StatementReader = ({ directive, words }, { report }) => {
  if (words.length < 2)
    report.error(directive, 'directive "stonith_host" needs HOST TYPE [PARAMETER...]; there are too few words');
};

function checkIPv6Host(word: Word, report: Report): void {
  checkHost(word, (text) => text.includes(':') || looksLikeIPv4(text), parseIPv6, report);
}

function checkAbsolute(word: Word, what: string, report: Report): void {
  if (!word.text.startsWith('/')) report.error(word, `${quote(word.text)} is not the absolute path of ${what}`);
}
