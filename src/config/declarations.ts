/** Resources that resources.ini declares: an agent and parameters for a word of haresources. Read before haresources is. */
import { readIni } from './ini-text.js';
import { type Report, reportTo } from './problems.js';
import type { Word } from './words.js';

/** What a section says of what its resource is. */
export interface Declaration {
  /** The value of `agent`, such as `ocf:heartbeat:mysql`; null when haresources says it. */
  readonly agent: Word | null;
  /** The value of `arguments`. */
  readonly arguments: Word | null;
  /** The values of `param.NAME` by name; `key` is the place of NAME. */
  readonly parameters: ReadonlyMap<string, { readonly key: Word; readonly value: string }>;
  /** Of resources.ini. */
  readonly report: Report;
}

export type Declarations = ReadonlyMap<string, Declaration>;

/** What keys of parameters begin with. */
export const parameterPrefix = 'param.';

/** Whether a key is read here. */
export const isDeclarationKey = (key: string): boolean =>
  key === 'agent' || key === 'arguments' || key.startsWith(parameterPrefix);

/** By the name of the section. What is wrong with the text itself, and keys written twice, the reader of all keys reports. */
export function readDeclarations(text: string, report: Report): Declarations {
  const declarations = new Map<string, Declaration>();
  for (const { name, entries } of readIni(text, reportTo([], ''))) {
    if (declarations.has(name.text)) continue;
    const textOf = (key: string): Word | null => entries.find((one) => one.key.text === key)?.value ?? null;
    const parameters = new Map<string, { key: Word; value: string }>();
    for (const { key, value } of entries) {
      if (!key.text.startsWith(parameterPrefix)) continue;
      const parameter = key.text.slice(parameterPrefix.length);
      const place = { text: parameter, line: key.line, column: key.column + parameterPrefix.length };
      if (!parameters.has(parameter)) parameters.set(parameter, { key: place, value: value.text });
    }
    if (entries.some(({ key }) => isDeclarationKey(key.text))) {
      declarations.set(name.text, { agent: textOf('agent'), arguments: textOf('arguments'), parameters, report });
    }
  }
  return declarations;
}
