/** haresources' lines: comments cut, lines that end in a backslash joined, and every word still at its place in the file. */
import type { Place, Report } from './problems.js';
import { splitLines, type Word } from './words.js';

/** One stretch of a physical line. */
interface Piece extends Place {
  readonly text: string;
}

/**
 * The words of each logical line that has any. As in Heartbeat's scripts, # begins a comment anywhere, a backslash
 * at the end of a line joins the next one with nothing between, and there is no quoting. There is no limit of length.
 */
export function readLogicalLines(text: string, report: Report): Word[][] {
  const lines: Word[][] = [];
  let pieces: Piece[] = [];
  const physical = splitLines(text);
  for (const [index, whole] of physical.entries()) {
    const { line, continued } = cutLine(whole, index + 1, report);
    pieces.push({ text: line, line: index + 1, column: 1 });
    if (continued && index < physical.length - 1) continue;
    if (continued) warnAtEnd(index + 1, whole, report);
    const words = wordsOf(pieces);
    if (words.length > 0) lines.push(words);
    pieces = [];
  }
  return lines;
}

function cutLine(whole: string, line: number, report: Report): { line: string; continued: boolean } {
  const hash = whole.indexOf('#');
  const text = hash < 0 ? whole : whole.slice(0, hash);
  if (hash > 0 && /[^ \t\\]/.test(whole[hash - 1] ?? '')) {
    report.warning(
      { line, column: hash + 1 },
      '"#" begins a comment even inside a word: the rest of the line is ignored',
    );
  }
  const [, body, blanks] = /^(.*)\\([ \t]*)$/.exec(text) ?? [];
  if (body === undefined || blanks === undefined) return { line: text, continued: false };
  if (blanks !== '') {
    const column = body.length + 1;
    report.warning(
      { line, column },
      'blanks after the backslash: the line goes on here, but not for Heartbeat; remove them',
    );
  }
  return { line: body, continued: true };
}

function warnAtEnd(line: number, whole: string, report: Report): void {
  report.warning(
    { line, column: whole.lastIndexOf('\\') + 1 },
    'the last line ends in a backslash, but no line follows',
  );
}

/** Words of the joined pieces. Only a word that goes over an end of line has pieces of its own. */
function wordsOf(pieces: readonly Piece[]): Word[] {
  const words: Word[] = [];
  let open = false;
  for (const piece of pieces) {
    for (const match of piece.text.matchAll(/[^ \t]+/g)) {
      const place = { line: piece.line, column: piece.column + match.index };
      const before = words.at(-1);
      if (open && match.index === 0 && before) words[words.length - 1] = prolong(before, match[0], place);
      else words.push({ text: match[0], ...place });
    }
    if (piece.text !== '') open = /[^ \t]$/.test(piece.text);
  }
  return words;
}

function prolong(word: Word, more: string, place: Place): Word {
  const pieces = [...(word.pieces ?? []), { offset: word.text.length, ...place }];
  return { text: word.text + more, line: word.line, column: word.column, pieces };
}
