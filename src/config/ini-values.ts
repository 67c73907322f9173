/** Values of resources.ini: each reads one entry; null after an error, which stands at the value. */
import type { IniEntry } from './ini-text.js';
import type { Report } from './problems.js';
import { good, parseTime, type Result } from './values.js';
import type { Word } from './words.js';

/** The value, or null and a problem. */
export function checked<T>(word: Word, result: Result<T>, report: Report): T | null {
  if (!result.ok) report.error(word, result.reason);
  else if (result.remark) report.warning(word, result.remark);
  return result.ok ? result.value : null;
}

/** A time, or one of the words that mean none. */
export function parseTimeOr(text: string, words: readonly string[]): Result<number | null> {
  if (words.includes(text.toLowerCase())) return good(null);
  const time = parseTime(text);
  return time.ok ? time : { ok: false, reason: `${time.reason}; or "${words[0] ?? ''}"` };
}

/** A command for a shell. What a comment cuts off was most likely meant to be part of it. */
export function readCommand({ value, comment }: IniEntry, report: Report): string {
  if (comment) report.warning(comment, 'the command ends here, where a comment begins; put it in quotes as a whole');
  return value.text;
}
