/** Words after a verb: `node standby`, `resource move`. */
import { nearest } from '../config/nearest.js';
import { type Arguments, UsageError } from './arguments.js';
import { printError } from './terminal.js';

/** Does what a word says with the arguments behind it; gives the exit code. */
export type SubVerb = (args: Arguments) => Promise<number>;

/** The one that `word` names. Throws UsageError. */
export function subVerb(verb: string, all: Readonly<Record<string, SubVerb>>, word: string): SubVerb {
  const found = Object.hasOwn(all, word) ? all[word] : undefined;
  if (found !== undefined) return found;
  const near = nearest(word, Object.keys(all));
  const rest = near === null ? `; there are: ${Object.keys(all).join(', ')}` : `; did you mean ${near}?`;
  throw new UsageError(`${verb} does not know "${word}"${rest}`);
}

/** Refuses what interface and documentation promise for later. */
export function notBuilt(what: string): SubVerb {
  return async () => {
    printError(`systole: "${what}" is not built yet`);
    return 2;
  };
}
