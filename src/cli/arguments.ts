/** Reads a verb's arguments: the options that all verbs have, the verb's own, and the words. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.js';

/** The command was written wrongly: exit code 2. `message` is one plain sentence. */
export class UsageError extends Error {}

/** Where things are: every path can be set, so that two daemons can live on one machine. */
export interface Places {
  readonly configDir: string;
  readonly stateDir: string;
  readonly runDir: string;
  /** Only when it is given: else nodeinfo or the host name says it. */
  readonly nodeName?: string;
}

/** A verb's own options: `switch` is there or not, `value` takes a word. */
export type OptionKinds = Readonly<Record<string, 'switch' | 'value'>>;

export interface Arguments {
  readonly places: Places;
  readonly switches: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

interface CommonOption {
  readonly variable: string;
  readonly fallback?: string;
}

/** The common options with the environment variable that stands for each. */
const commonOptions = {
  config: { variable: 'HA_DIR', fallback: '/etc/ha.d' },
  state: { variable: 'SYSTOLE_STATE', fallback: '/var/lib/systole' },
  run: { variable: 'SYSTOLE_RUN', fallback: '/run/systole' },
  node: { variable: 'SYSTOLE_NODE' },
} as const satisfies Record<string, CommonOption>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Says in our words what parseArgs found wrong. */
function usageError(error: Error & { code?: string }, known: readonly string[]): Error {
  const option = /'(-[^' ]*)/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const near = nearest(option.replace(/^-+/, ''), known);
      return new UsageError(`unknown option ${option}${near === null ? '' : `; did you mean --${near}?`}`);
    }
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const long = /--[\w-]+/.exec(error.message)?.[0] ?? option;
      const takes = !/does not take an argument/.test(error.message);
      return new UsageError(takes ? `option ${long} needs a value` : `option ${long} takes no value`);
    }
    default:
      return error;
  }
}

function placesOf(given: Readonly<Record<string, unknown>>, environment: Environment): Places {
  const one = (name: keyof typeof commonOptions): string | undefined => {
    const option: CommonOption = commonOptions[name];
    const value = given[name] ?? (environment[option.variable] || undefined) ?? option.fallback;
    if (value === '') throw new UsageError(`option --${name} needs a value`);
    return value === undefined ? undefined : String(value);
  };
  const node = one('node');
  return {
    // Agents run in another directory: paths from here would mean something else there.
    configDir: resolve(one('config') ?? ''),
    stateDir: resolve(one('state') ?? ''),
    runDir: resolve(one('run') ?? ''),
    ...(node === undefined ? {} : { nodeName: node.toLowerCase() }),
  };
}

/** Reads `args`, which may hold options and words in any order. Throws UsageError. */
export function readArguments(
  args: readonly string[],
  own: OptionKinds = {},
  environment: Environment = process.env,
): Arguments {
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const name of Object.keys(commonOptions)) options[name] = { type: 'string' };
  for (const [name, kind] of Object.entries(own)) options[name] = { type: kind === 'switch' ? 'boolean' : 'string' };
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(error as Error, Object.keys(options));
  }
  const switches = new Set(Object.keys(own).filter((name) => parsed.values[name] === true));
  const values: Record<string, string> = {};
  for (const [name, kind] of Object.entries(own)) {
    const value = parsed.values[name];
    if (kind === 'value' && typeof value === 'string') values[name] = value;
  }
  return { places: placesOf(parsed.values, environment), switches, values, words: parsed.positionals };
}

/** Checks the number of words; `names` are those the verb wants, for the sentence. Gives them. Throws UsageError. */
export function takeWords(words: readonly string[], names: readonly string[]): readonly string[] {
  const missing = names[words.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const extra = words[names.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many`);
  return words;
}
