/** Files of shell assignments, read without a shell: `NAME=value`, quoted as a shell would have it, and nothing else. */
import type { Report } from './problems.js';
import { quote, splitLines, type Word } from './words.js';

export interface Assignment {
  readonly name: Word;
  readonly value: string;
}

/** What a shell would not take as it stands, outside quotes. */
const special = /[$`;&|<>(){}*?[\]!~\\]/;

interface Line {
  readonly text: string;
  readonly line: number;
  readonly report: Report;
}

/** The assignments in order; `export` is allowed and changes nothing. What a shell would have to work out is an error. */
export function readAssignments(text: string, report: Report): Assignment[] {
  return splitLines(text).flatMap((line, index) => readLine({ text: line, line: index + 1, report }));
}

function readLine(source: Line): Assignment[] {
  const { text, line, report } = source;
  const found: Assignment[] = [];
  let exporting = false;
  for (let at = skip(text, 0); at < text.length && text[at] !== '#'; at = skip(text, at)) {
    const [, name = '', assigned] = /^([A-Za-z_]\w*)(=?)/.exec(text.slice(at)) ?? [];
    const end = at + name.length;
    if (assigned === '=') {
      const value = readValue(source, end + 1);
      if (value === null) return found;
      found.push({ name: { text: name, line, column: at + 1 }, value: value.text });
      at = value.end;
    } else if (name !== '' && (name === 'export' || exporting) && /^([\s;]|$)/.test(text.slice(end))) {
      exporting = true;
      at = end;
    } else {
      report.error(
        { line, column: at + 1 },
        `${quote(text.slice(at).trim())} is not NAME=VALUE; no shell reads this file`,
      );
      return found;
    }
  }
  return found;
}

/** Behind blanks and semicolons. */
function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s;]/.test(text[at] ?? '')) at += 1;
  return at;
}

/** A value from `start` to the next blank or semicolon outside quotes; null after an error. */
function readValue({ text, line, report }: Line, start: number): { text: string; end: number } | null {
  let value = '';
  let at = start;
  while (at < text.length && !/[\s;]/.test(text[at] ?? '')) {
    const part = readPart(text, at);
    if (typeof part === 'string') {
      report.error({ line, column: at + 1 }, part);
      return null;
    }
    value += part.text;
    at = part.end;
  }
  return { text: value, end: at };
}

/** One character, or what stands in a pair of quotes; or what is wrong. */
function readPart(text: string, at: number): { text: string; end: number } | string {
  const sign = text[at] ?? '';
  if (sign === "'") {
    const end = text.indexOf("'", at + 1);
    return end < 0 ? 'the quote is not closed in this line' : { text: text.slice(at + 1, end), end: end + 1 };
  }
  if (sign === '"') return readDouble(text, at + 1);
  if (sign === '\\' && at + 1 < text.length) return { text: text[at + 1] ?? '', end: at + 2 };
  if (special.test(sign))
    return `${quote(sign)} is for a shell, and no shell reads this file; write it in single quotes`;
  return { text: sign, end: at + 1 };
}

/** Within double quotes a backslash is one but before these four. */
function readDouble(text: string, start: number): { text: string; end: number } | string {
  let value = '';
  for (let at = start; at < text.length; at++) {
    const sign = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (sign === '"') return { text: value, end: at + 1 };
    if (sign === '$' || sign === '`')
      return `${quote(sign)} is for a shell, and no shell reads this file; write it in single quotes`;
    if (sign === '\\' && '"\\$`'.includes(next) && next !== '') {
      value += next;
      at += 1;
    } else value += sign;
  }
  return 'the quote is not closed in this line';
}
