/** ha.cf: text to statements to settings, by the table of directives. */

import { type Directive, directives } from './directives.js';
import { checkAll } from './ha-cf-checks.js';
import { resolveLogging } from './logging.js';
import { hint } from './nearest.js';
import { parametersOf } from './parameters.js';
import { resolvePingNodes } from './ping.js';
import type { Report } from './problems.js';
import { emptyDraft, type HaCfDraft, type Reading, type Statement } from './statement.js';
import { resolveTiming } from './timing.js';
import type { Autojoin, ClusterConfig, HostFacts } from './types.js';
import { bad, good, parseBoolean, parseChoice, parseInteger, parseTime, type Result } from './values.js';
import { quote, splitLines, splitWords, type Word } from './words.js';

/** What ha.cf alone says. */
export type HaCf = Omit<ClusterConfig, 'groups' | 'healthChecks' | 'digest'>;

const table = new Map(directives.map((directive) => [directive.name, directive]));
/** Port of heartbeats when neither ha.cf nor /etc/services says one. */
const defaultPort = 694;
const defaultBaud = 19_200;

/** Reads the whole file; every problem goes to `report`. What is wrong has its default in the result. */
export function parseHaCf(text: string, host: HostFacts, report: Report): HaCf {
  const reading: Reading = { report, host, draft: emptyDraft() };
  for (const [index, line] of splitLines(text).entries()) readLine(line, index + 1, reading);
  checkAll(reading);
  return resolve(reading);
}

function readLine(line: string, number: number, reading: Reading): void {
  const [first] = splitWords(withoutComment(line), number, true);
  if (!first) return;
  const directive = table.get(first.text);
  if (!directive) {
    reading.report.error(first, `unknown directive ${quote(first.text)}${hint(first.text, table.keys())}`);
    return;
  }
  const end = first.column - 1 + first.text.length;
  const rest = ' '.repeat(end) + withoutComment(line).slice(end);
  const words = splitWords(rest, number, directive.kind === 'list');
  warnCutWord(line, number, reading.report);
  read(directive, { directive: first, words }, reading);
}

const withoutComment = (line: string): string => line.replace(/#.*$/, '');

/** A # in the middle of a word is seldom meant as a comment: a password, say. There is no way to quote it. */
function warnCutWord(line: string, number: number, report: Report): void {
  const at = line.indexOf('#');
  if (at > 0 && /[^ \t]/.test(line[at - 1] ?? '')) {
    report.warning(
      { line: number, column: at + 1 },
      '"#" begins a comment even inside a word: the rest of the line is ignored',
    );
  }
}

function read(directive: Directive, statement: Statement, reading: Reading): void {
  const { name, state, note, rule } = directive;
  const { report } = reading;
  const place = statement.directive;
  if (state === 'rejected') {
    report.error(place, `directive "${name}" is refused: ${note}`);
    return;
  }
  if (state === 'notBuilt') report.warning(place, `directive "${name}" is understood but not built yet: ${note}`);
  if (directive.kind === 'list' && statement.words.length === 0) {
    report.warning(place, `directive "${name}" has no value and does nothing`);
  } else if (rule.type === 'statement') rule.read(statement, reading);
  else readSetting(directive, statement, reading);
}

/** A directive with one value. Given again, the last one counts, as in Heartbeat. */
function readSetting(directive: Directive, statement: Statement, { report, draft }: Reading): void {
  const { name } = directive;
  const words = directive.rule.type === 'time' ? joinUnits(statement.words) : statement.words;
  const last = words.at(-1);
  if (!last) return;
  if (words.length > 1)
    report.warning(last, `directive "${name}" takes one value; the last one, ${quote(last.text)}, counts`);
  const earlier = draft.settings.get(name);
  if (earlier) report.warning(last, `directive "${name}" stands in line ${earlier.line} already; this value counts`);
  for (const word of words) applyValue(directive, word, { report, draft });
}

/** `500 ms` is one value here; Heartbeat would take 500 seconds and stumble over the unit. */
function joinUnits(words: readonly Word[]): Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before && /^[\d.]+$/.test(before.text) && /^[a-zµ]+$/i.test(word.text)) {
      joined[joined.length - 1] = { ...before, text: before.text + word.text };
    } else joined.push(word);
  }
  return joined;
}

function applyValue(directive: Directive, word: Word, { report, draft }: Pick<Reading, 'report' | 'draft'>): void {
  const { name, state, note, harmless } = directive;
  const result = parseValue(directive, word.text);
  if (!result.ok) {
    draft.broken.add(name);
    report.error(word, `directive "${name}": ${result.reason}`);
    return;
  }
  if (result.remark) report.warning(word, `directive "${name}": ${result.remark}`);
  if (state === 'withoutEffect' && !harmless.includes(String(result.value))) {
    report.warning(word, `directive "${name}" has no effect: ${note}`);
  }
  draft.settings.set(name, { line: word.line, column: word.column, text: word.text, value: result.value });
}

function parseValue({ rule }: Directive, text: string): Result<number | boolean | string> {
  switch (rule.type) {
    case 'time':
      return parseTime(text);
    case 'integer':
      return parseInteger(text, rule.min, rule.max);
    case 'choice':
      return parseChoice(text, rule.words);
    case 'boolean':
      return parseBooleanOr(text, rule.also);
    case 'path':
      return text.startsWith('/') ? good(text) : bad(`${quote(text)} is not an absolute path`);
    case 'word':
    case 'statement':
      return good(text);
    default:
      return rule satisfies never;
  }
}

function parseBooleanOr(text: string, also: readonly string[]): Result<boolean | string> {
  const result = parseBoolean(text);
  if (result.ok || also.length === 0) return result;
  return parseChoice(text, ['on', 'off', ...also]);
}

function resolve(reading: Reading): HaCf {
  const { draft, host } = reading;
  const udpport = numberOf(draft, 'udpport') ?? host.haClusterPort ?? defaultPort;
  const baud = Number(draft.settings.get('baud')?.value ?? defaultBaud);
  const timing = resolveTiming(draft);
  const autoFailback = draft.settings.get('auto_failback')?.value ?? 'legacy';
  const autojoin = autojoinOf(draft);
  const named = draft.nodes.map(({ text }) => text);
  return {
    nodes: autojoin === 'any' && !named.includes(host.nodeName) ? [...named, host.nodeName] : named,
    ...(autojoin === null ? {} : { autojoin }),
    timing,
    media: draft.media.map(({ make }) => make(udpport, baud)),
    pingNodes: resolvePingNodes(draft),
    logging: resolveLogging(reading),
    msgfmt: draft.settings.get('msgfmt')?.value === 'netstring' ? 'netstring' : 'classic',
    autoFailback: autoFailback === true ? 'on' : autoFailback === false ? 'off' : 'legacy',
    hopfudge: numberOf(draft, 'hopfudge') ?? 1,
    maxRexmitDelayMs: numberOf(draft, 'max_rexmit_delay') ?? 250,
    realtime: draft.settings.get('realtime')?.value !== false,
    hbgenmethod: draft.settings.get('hbgenmethod')?.value === 'time' ? 'time' : 'file',
    parameters: parametersOf(draft, timing, udpport),
    environment: Object.fromEntries(draft.environment),
    clients: draft.clients,
    apiauth: Object.fromEntries(draft.apiauth),
    scripts: host.scripts ?? [],
  };
}

/** Who may join without being named; null when nobody. */
export function autojoinOf({ settings }: Pick<HaCfDraft, 'settings'>): Autojoin | null {
  const value = settings.get('autojoin')?.value;
  return value === 'other' || value === 'any' ? value : null;
}

function numberOf(draft: HaCfDraft, name: string): number | undefined {
  const value = draft.settings.get(name)?.value;
  return typeof value === 'number' ? value : undefined;
}
