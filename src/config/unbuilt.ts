/** Directives that are understood but not built yet: their syntax is checked all the same, so that a file is ready for the day they are. */
import type { Report } from './problems.js';
import { type StatementReader, takeWords } from './statement.js';
import { quote, type Word } from './words.js';

/** `watchdog DEVICE` */
export const readWatchdog: StatementReader = (statement, { report }) => {
  const [device] = takeWords(statement, ['DEVICE'], report) ?? [];
  if (device) checkAbsolute(device, 'a watchdog device', report);
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

function checkAbsolute(word: Word, what: string, report: Report): void {
  if (!word.text.startsWith('/')) report.error(word, `${quote(word.text)} is not the absolute path of ${what}`);
}
