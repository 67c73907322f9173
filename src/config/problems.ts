/** Collects what is wrong in the files: nothing throws, nothing stops at the first problem. */
import type { Problem } from './types.js';

/** A position in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a problem of the whole file is shown. */
export const fileStart: Place = { line: 1, column: 1 };

/** Takes the problems of one file. */
export interface Report {
  readonly file: string;
  error(place: Place, text: string): void;
  warning(place: Place, text: string): void;
}

/** A report for `file` that appends to `problems`. */
export function reportTo(problems: Problem[], file: string): Report {
  const add =
    (severity: Problem['severity']) =>
    ({ line, column }: Place, text: string): void => {
      problems.push({ file, line, column, severity, text });
    };
  return { file, error: add('error'), warning: add('warning') };
}

/** The problems in reading order: file, line, column; at the same place in the order found. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...problems].sort((a, b) => order(a.file, b.file) || a.line - b.line || a.column - b.column);
}

/** One line for people and for editors that jump to it: `FILE:LINE:COLUMN: error: text`. */
export function describeProblem({ file, line, column, severity, text }: Problem): string {
  return `${file}:${line}:${column}: ${severity}: ${text}`;
}

/** Where a directive stands that ha.cf has: its first line, and in that the word of this number (1 = the directive itself). */
export function placeOf(directive: string, text: string, word = 1): { line: number; column: number } {
  const lines = text.split('\n');
  const found = lines.findIndex((line) => line.trimStart().split(/[ \t,]/)[0] === directive);
  const words = [...(lines[found] ?? '').matchAll(/[^ \t,]+/g)];
  return { line: found + 1, column: (words[word - 1]?.index ?? 0) + 1 };
}
