/** `AGENT [WORD...] VERB`: the words before the verb are Heartbeat's way to give parameters. Pure. */

const verbs = ['start', 'stop', 'status', 'monitor', 'validate-all', 'meta-data', 'usage', 'help'] as const;

export type Verb = (typeof verbs)[number];

export interface CommandLine {
  /** Null: a verb this frame does not know (promote, migrate_to, ...), or none. */
  readonly verb: Verb | null;
  readonly words: readonly string[];
}

export function readCommandLine(argv: readonly string[]): CommandLine {
  const last = argv.at(-1);
  return { verb: verbs.find((verb) => verb === last) ?? null, words: argv.slice(0, -1) };
}
