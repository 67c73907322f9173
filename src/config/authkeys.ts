/** authkeys: the keys that sign and check packets. No problem ever quotes a word of this file, lest a secret get into a log. */
import { nearest } from './nearest.js';
import { fileStart, type Place, type Report } from './problems.js';
import type { AuthKey, AuthKeys, AuthMethod } from './types.js';
import { splitLines, splitWords, type Word } from './words.js';

const methods: readonly AuthMethod[] = ['crc', 'md5', 'sha1', 'sha256'];
const lineForms = 'a line is "auth NUMBER" or "NUMBER METHOD [KEY]"';

/** What ha.d/authkeys has in the place of a secret: whoever has the package knows it. */
const sampleSecret = 'change-this-secret';

interface Draft {
  readonly keys: Map<number, AuthKey & Place>;
  /** Numbers of the lines with an error, which are reported there and not once more at the auth line. */
  readonly broken: Set<number>;
  active: (Place & { number: number }) | null;
}

/** Reads the file. `mode` are its permission bits. Null when no key can sign. */
export function parseAuthkeys(file: { readonly text: string; readonly mode: number }, report: Report): AuthKeys | null {
  checkMode(file.mode, report);
  const draft: Draft = { keys: new Map(), broken: new Set(), active: null };
  for (const [index, line] of splitLines(file.text).entries()) {
    const words = splitWords(line, index + 1);
    const first = words[0];
    if (!first || first.text.startsWith('#')) continue;
    // Heartbeat looks at the first letter only.
    if (first.text.startsWith('a')) readAuth(words, draft, report);
    else readKey(first, words, draft, report);
  }
  return resolve(draft, report);
}

function checkMode(mode: number, report: Report): void {
  if ((mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  report.error(
    fileStart,
    `the keys can be read or changed by others than the owner (mode ${octal}); run chmod 600 on it`,
  );
}

/** `auth NUMBER`, before or after the line of the key. */
function readAuth([first, numberWord, extra]: readonly Word[], draft: Draft, report: Report): void {
  if (!first) return;
  const number = numberWord ? numberOf(numberWord) : null;
  if (first.text !== 'auth' || !numberWord || number === null) {
    report.error(
      numberWord && first.text === 'auth' ? numberWord : first,
      'this is not "auth NUMBER" with a number from 0 to 15',
    );
    return;
  }
  warnExtra(extra, report);
  if (draft.active) report.error(first, `a second "auth" line; the first one is line ${draft.active.line}`);
  draft.active = { number, line: numberWord.line, column: numberWord.column };
}

/** `NUMBER METHOD [KEY]` */
function readKey(first: Word, [, methodWord, keyWord, extra]: readonly Word[], draft: Draft, report: Report): void {
  const number = numberOf(first);
  const same = number === null ? undefined : draft.keys.get(number);
  if (!/^\d+$/.test(first.text)) report.error(first, lineForms);
  else if (number === null) report.error(first, 'the number of a key is 0 to 15');
  else if (same) report.error(first, `key ${number} stands in line ${same.line} already`);
  else {
    const key = methodWord ? readMethod(methodWord, keyWord, report) : null;
    if (!methodWord) report.error(first, `key ${number} has no method; ${lineForms}`);
    if (!key) draft.broken.add(number);
    else draft.keys.set(number, { ...key, line: first.line, column: first.column });
    if (key?.secret) warnExtra(extra, report);
    if (key?.secret === sampleSecret)
      report.warning(keyWord ?? first, 'this is the word of the sample file, which everybody knows; choose a secret');
  }
}

function readMethod(methodWord: Word, keyWord: Word | undefined, report: Report): AuthKey | null {
  const method = methods.find((name) => name === methodWord.text);
  if (!method) {
    report.error(methodWord, unknownMethod(methodWord.text));
    return null;
  }
  const secret = keyWord && !isComment(keyWord, method) ? keyWord.text : null;
  if (method === 'crc') warnCrc(methodWord, report);
  if (method === 'crc' && secret !== null)
    report.error(keyWord ?? methodWord, 'method crc takes no key; remove the word');
  else if (method !== 'crc' && secret === null)
    report.error(methodWord, `method ${method} needs a key: one word after it`);
  else return { method, secret };
  return null;
}

/** To Heartbeat a # after the method is the key; a lone one, or one after crc, is surely meant as a comment. */
const isComment = ({ text }: Word, method: AuthMethod): boolean =>
  text === '#' || (method === 'crc' && text.startsWith('#'));

function numberOf({ text }: Word): number | null {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 16;
  return number <= 15 ? number : null;
}

function unknownMethod(text: string): string {
  const near = nearest(text, methods);
  const known = `unknown method; the methods are ${methods.join(', ')}`;
  return near ? `${known}; did you mean ${near}?` : known;
}

function warnExtra(extra: Word | undefined, report: Report): void {
  if (!extra || extra.text.startsWith('#')) return;
  report.warning(extra, 'the rest of the line is ignored, as in Heartbeat; a key is one word');
}

/** Every key is accepted on input, so one crc line is enough to let anybody in. */
function warnCrc(place: Place, report: Report): void {
  report.warning(
    place,
    'method crc protects against damage only: whoever can send packets here can forge them; use sha1 or sha256',
  );
}

function resolve({ keys, broken, active }: Draft, report: Report): AuthKeys | null {
  if (!active) report.error(fileStart, 'no "auth NUMBER" line: no key is chosen to sign with');
  else if (!keys.has(active.number) && !broken.has(active.number)) {
    const known = keys.size > 0 ? `; the keys are ${[...keys.keys()].join(', ')}` : '';
    report.error(active, `there is no key ${active.number}${known}`);
  }
  if (!active || !keys.has(active.number)) return null;
  const plain = [...keys].map(([number, { method, secret }]) => [number, { method, secret }] as const);
  return { active: active.number, keys: new Map(plain) };
}
