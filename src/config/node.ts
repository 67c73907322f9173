/** The directives `node` and `env`. */
import type { Reading, Statement } from './statement.js';
import { quote } from './words.js';

/** As many as Heartbeat takes. */
export const mostNodes = 100;
/** As long as uname -n can be. */
const longestName = 64;

/** What is wrong with a lower-case node name, or null. */
export function nodeNameProblem(name: string): string | null {
  if (name.length > longestName) return `node name ${quote(name)} is longer than ${longestName} characters`;
  return /^[\x21-\x7e]+$/.test(name) ? null : `node name ${quote(name)} is not plain ASCII`;
}

/** `node NAME [NAME...]`: members of the cluster, by the names their uname -n says. */
export function readNode({ words }: Statement, { draft, report }: Reading): void {
  for (const word of words) {
    const text = word.text.toLowerCase();
    const same = draft.nodes.find((node) => node.text === text);
    if (same) report.error(word, `node ${quote(text)} stands in line ${same.line} already`);
    else if (nodeNameProblem(text) !== null) report.error(word, nodeNameProblem(text) ?? '');
    else if (draft.nodes.length === mostNodes) report.error(word, `more than ${mostNodes} nodes`);
    else draft.nodes.push({ ...word, text });
  }
}

/** `env NAME=VALUE`: agents get it as HA_NAME. */
export function readEnv({ words }: Statement, { draft, report }: Reading): void {
  for (const word of words) {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(word.text) ?? [];
    if (name === undefined || value === undefined) {
      report.error(word, `${quote(word.text)} is not NAME=VALUE with a name of letters, digits and _`);
      continue;
    }
    if (draft.environment.has(name)) report.warning(word, `env sets ${name} again; this value counts`);
    draft.environment.set(name, value);
  }
}
