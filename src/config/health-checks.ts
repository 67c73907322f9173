/** Sections `[health NAME]` of resources.ini: commands that say how well a node is. */
import type { IniEntry, IniSection } from './ini-text.js';
import { checked, readCommand } from './ini-values.js';
import { hint } from './nearest.js';
import type { Place, Report } from './problems.js';
import type { HealthCheck } from './types.js';
import { good, parseInteger, parseTime, type Result } from './values.js';
import { quote } from './words.js';

type Draft = { -readonly [Key in keyof HealthCheck]: HealthCheck[Key] };

/** Two in a row either way: one slip moves nothing, and what moved does not come back at the first good run. */
const defaults: Omit<HealthCheck, 'name'> = {
  command: '',
  intervalMs: 10_000,
  timeoutMs: 10_000,
  rise: 2,
  fall: 2,
  weight: 1,
};

const most = 1_000_000;
const keys = ['command', 'interval', 'timeout', 'rise', 'fall', 'weight'];

/** Whether the section is one of these: no resource's name has a blank. */
export const isHealthSection = ({ name }: IniSection): boolean => /^health(\s|$)/.test(name.text);

/** Reads the sections in order. */
export function readHealthChecks(sections: readonly IniSection[], report: Report): HealthCheck[] {
  const names = new Map<string, Place>();
  return sections.flatMap((section) => {
    const name = readName(section, names, report);
    const draft = readEntries(section, name ?? '', report);
    if (name === null) return [];
    if (section.entries.every(({ key }) => key.text !== 'command')) {
      report.error(section.name, `health check ${quote(name)} has no command`);
    }
    return [draft];
  });
}

function readName({ name }: IniSection, names: Map<string, Place>, report: Report): string | null {
  const [, text] = /^health\s+([\w.-]+)$/.exec(name.text) ?? [];
  if (text === undefined) {
    report.error(
      name,
      `${quote(name.text)}: a health check is written [health NAME], NAME of letters, digits and _ . -`,
    );
    return null;
  }
  const same = names.get(text);
  if (same) report.error(name, `health check ${quote(text)} begins in line ${same.line} already`);
  else names.set(text, name);
  return same ? null : text;
}

function readEntries({ entries }: IniSection, name: string, report: Report): HealthCheck {
  const draft: Draft = { name, ...defaults };
  const seen = new Map<string, Place>();
  for (const entry of entries) {
    const { key, value } = entry;
    const same = seen.get(key.text);
    seen.set(key.text, key);
    if (!keys.includes(key.text)) {
      report.error(key, `unknown key ${quote(key.text)} of a health check${hint(key.text, keys, 'the keys')}`);
    } else if (value.text === '') report.error(value, `key "${key.text}" has no value`);
    else if (same) report.error(key, `key "${key.text}" stands in line ${same.line} already`);
    else readKey(entry, draft, report);
  }
  return draft;
}

function readKey(entry: IniEntry, draft: Draft, report: Report): void {
  const { key, value } = entry;
  const number = (parse: (text: string) => Result<number>): number | null => checked(value, parse(value.text), report);
  const count = (text: string) => parseInteger(text, 1, most);
  switch (key.text) {
    case 'command':
      draft.command = readCommand(entry, report);
      break;
    case 'interval':
      draft.intervalMs = number(parseTime) ?? draft.intervalMs;
      break;
    case 'timeout':
      draft.timeoutMs = number(parseTime) ?? draft.timeoutMs;
      break;
    case 'rise':
      draft.rise = number(count) ?? draft.rise;
      break;
    case 'fall':
      draft.fall = number(count) ?? draft.fall;
      break;
    default:
      draft.weight = checked(value, parseWeight(value.text), report);
  }
}

function parseWeight(text: string): Result<number | null> {
  if (text.toLowerCase() === 'never') return good(null);
  const weight = parseInteger(text, 1, most);
  return weight.ok ? weight : { ok: false, reason: `${weight.reason}; or "never": the node can hold nothing then` };
}
