/** The parameters of a call: from the words before the verb, else from OCF_RESKEY_*, else the defaults. Pure. */
import { nearest } from '../../config/nearest.js';
import { parseBoolean } from '../../config/values.js';
import { quote } from '../../config/words.js';
import { exitCodes, misconfigured, Refusal } from './answer.js';
import type { AgentDescription, ParameterDescription } from './description.js';

const prefix = 'OCF_RESKEY_';

/** Parameters that are complete and of their types. Asking for one that is not described is a mistake of the agent. */
export interface Parameters {
  /** Null when not given and without a default; an empty text counts as not given. */
  text(name: string): string | null;
  /** Of a parameter that is required or has a default. */
  need(name: string): string;
  /** Of an integer that is required or has a default. */
  number(name: string): number;
  /** Of a boolean; not given is false. */
  flag(name: string): boolean;
}

export interface ParameterSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Heartbeat's words before the verb. */
  readonly words: readonly string[];
}

/** Throws a `Refusal` for what is missing or of the wrong type. */
export function readParameters(describe: AgentDescription, { environment, words }: ParameterSources): Parameters {
  const { parameters, call } = describe;
  if (words.length > call.maxWords) {
    const text = `too many words before the verb: ${describe.name} takes ${call.maxWords === 0 ? 'none' : call.usage}`;
    throw new Refusal({ code: exitCodes.wrongArguments, text });
  }
  const said = words.length === 0 ? {} : call.read(words);
  const values = new Map<string, string | null>();
  for (const parameter of parameters) {
    const value = said[parameter.name] || environment[prefix + parameter.name] || (parameter.default ?? null);
    const why = value === null ? missing(parameter) : mistake(parameter, value);
    if (why !== null) throw new Refusal(misconfigured(why));
    values.set(parameter.name, value);
  }
  return accessTo(values);
}

function missing({ name, required }: ParameterDescription): string | null {
  return required === true ? `the parameter ${name} is missing` : null;
}

function mistake({ name, type, range }: ParameterDescription, value: string): string | null {
  if (type === 'boolean') return parseBoolean(value).ok ? null : `${name}: ${quote(value)} is neither true nor false`;
  if (type !== 'integer') return null;
  const [min, max] = range ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  if (!/^-?\d{1,15}$/.test(value)) return `${name}: ${quote(value)} is not a whole number`;
  return Number(value) < min || Number(value) > max ? `${name}: ${value} is not between ${min} and ${max}` : null;
}

function accessTo(values: ReadonlyMap<string, string | null>): Parameters {
  const text = (name: string): string | null => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the agent asks for ${name}, which it does not describe`);
    return value;
  };
  const need = (name: string): string => {
    const value = text(name);
    if (value === null) throw new Error(`the agent needs ${name}, which it does not describe as required`);
    return value;
  };
  return {
    text,
    need,
    number: (name) => Number(need(name)),
    flag: (name) => {
      const value = parseBoolean(text(name) ?? 'false');
      return value.ok && value.value;
    },
  };
}

/** Parameters in the environment that the agent does not know, each with the nearest it does: a slip would be lost otherwise. */
export function unknownParameters(
  { parameters }: AgentDescription,
  environment: ParameterSources['environment'],
): string[] {
  const names = parameters.map(({ name }) => name);
  return Object.keys(environment).flatMap((variable) => {
    const name = variable.startsWith(prefix) ? variable.slice(prefix.length) : '';
    // A cluster manager's own.
    if (name === '' || /^(crm_|CRM_|OCF_CHECK_LEVEL$)/.test(name) || names.includes(name)) return [];
    const near = nearest(name, names);
    return [`there is no parameter ${quote(name)}${near === null ? '' : `; did you mean ${near}?`}`];
  });
}
