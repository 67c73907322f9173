/** The text of an ini file: sections and keys at their places. The values are read by the package ini, escapes and comments included. */
import { unsafe } from 'ini';
import type { Place, Report } from './problems.js';
import { quote, splitLines, type Word } from './words.js';

export interface IniEntry {
  readonly key: Word;
  readonly value: Word;
  /** Where a comment ends a value that is not in quotes; null without one. */
  readonly comment: Place | null;
}

export interface IniSection {
  readonly name: Word;
  readonly entries: readonly IniEntry[];
}

/**
 * The sections in order. The package would take a dot in a section's name for a level of its own, and forgets
 * where things stood; so lines are told apart here, and it is asked for what stands in one.
 */
export function readIni(text: string, report: Report): IniSection[] {
  const sections: { name: Word; entries: IniEntry[] }[] = [];
  for (const [index, line] of splitLines(text).entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const place = { line: index + 1, column: line.indexOf(content) + 1 };
    if (content.startsWith('[')) {
      const name = readHeader(content, place, report);
      if (name) sections.push({ name, entries: [] });
      continue;
    }
    const entry = readEntry(line, content, place, report);
    const section = sections.at(-1);
    if (entry && !section) report.error(entry.key, `key ${quote(entry.key.text)} stands before the first [section]`);
    else if (entry) section?.entries.push(entry);
  }
  return sections;
}

function readHeader(content: string, place: Place, report: Report): Word | null {
  const [, blanks, name] = /^\[(\s*)([^\]]*?)\s*\]\s*([#;].*)?$/.exec(content) ?? [];
  if (name) return { ...place, column: place.column + 1 + (blanks ?? '').length, text: name };
  report.error(place, 'this is not a [section]: one name in brackets, nothing behind it');
  return null;
}

function readEntry(line: string, content: string, place: Place, report: Report): IniEntry | null {
  const equals = line.indexOf('=');
  if (equals < 0) {
    report.error(place, `${quote(content)} is neither a [section] nor "key = value"`);
    return null;
  }
  const key = line.slice(0, equals).trim();
  const value = line.slice(equals + 1);
  const blanks = value.length - value.trimStart().length;
  return {
    key: { ...place, text: key },
    value: { line: place.line, column: equals + 2 + blanks, text: String(unsafe(value)) },
    comment: commentOf(value, { line: place.line, column: equals + 2 }),
  };
}

/** The package takes the first ; or # without a backslash before it for the end, unless the value is in quotes as a whole. */
function commentOf(value: string, { line, column }: Place): Place | null {
  const text = value.trim();
  if (text.length > 1 && /^(".*"|'.*')$/.test(text)) return null;
  const at = /^(?:[^\\;#]|\\(?:.|$))*[;#]/.exec(value)?.[0].length;
  return at === undefined ? null : { line, column: column + at - 1 };
}
