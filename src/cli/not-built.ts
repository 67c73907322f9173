/** Verbs that interface and documentation promise for later. */
import { printError } from './terminal.js';

/** A verb that refuses; its module is what verbs.ts loads. */
export function refuseVerb(verb: string): { run: () => Promise<number> } {
  return {
    run: async () => {
      printError(`systole: "${verb}" is not built yet`);
      return 2;
    },
  };
}
