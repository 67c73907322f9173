/** Text to words that know their place in the file. */
import type { Place } from './problems.js';

/** A word and where it begins. */
export interface Word extends Place {
  readonly text: string;
  /** Only for a word that a continuation line broke: where each later piece begins, by its offset in `text`. */
  readonly pieces?: readonly (Place & { readonly offset: number })[];
}

/** The place of the character at `offset` of a word. */
export function placeIn(word: Word, offset: number): Place {
  const piece = word.pieces?.findLast((one) => one.offset <= offset);
  return piece
    ? { line: piece.line, column: piece.column + offset - piece.offset }
    : { line: word.line, column: word.column + offset };
}

/** A part of a word, from `start` up to `end`, as a word. */
export function partOf(word: Word, start: number, end = word.text.length): Word {
  const pieces = word.pieces?.flatMap((one) =>
    one.offset > start && one.offset < end ? [{ ...one, offset: one.offset - start }] : [],
  );
  const part = { text: word.text.slice(start, end), ...placeIn(word, start) };
  return pieces && pieces.length > 0 ? { ...part, pieces } : part;
}

/** The lines of a text, without their ends. CR LF, LF and CR all end a line; a byte order mark is no text. */
export function splitLines(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
}

/** Splits a line at blanks and tabs, and at commas if asked. `line` counts from 1. */
export function splitWords(text: string, line: number, commas = false): Word[] {
  return [...text.matchAll(commas ? /[^ \t,]+/g : /[^ \t]+/g)].map((match) => ({
    text: match[0],
    line,
    column: match.index + 1,
  }));
}

/** A text as a problem quotes it: in double quotes, on one line, and never endless. */
export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  // Escaped, so that a control character in a file cannot play with the terminal that shows the problem.
  return `"${short.replace(/\p{C}/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)}"`;
}
