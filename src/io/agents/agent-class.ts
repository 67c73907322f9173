/** What runs the agents of one class, and what the classes of scripts have in common. */
import type { ResourceConfig } from '../../config/types.js';
import type { Operation, ResourceOutcome } from '../../events.js';
import { type ExitWords, judge, type StatusJudge } from './outcome.js';
import type { ScriptRunner } from './script.js';
import type { Slots } from './slots.js';

/** Does one operation for resources of one class, in the order that is right for it; gives one outcome each, in the order given. */
export type AgentClass = (
  operation: Operation,
  resources: readonly ResourceConfig[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<readonly ResourceOutcome[]>;

/** What scripts are run with. */
export interface ScriptContext {
  readonly scripts: ScriptRunner;
  readonly slots: Slots;
  /** Variables of the next script. */
  readonly environment: () => Readonly<Record<string, string>>;
}

/** How the scripts of a class are called, and what their answers mean. */
export interface Dialect {
  /** Arguments of a call. */
  readonly args: (resource: ResourceConfig, operation: Operation) => readonly string[];
  /** Variables beside those of all agents. */
  readonly environment?: (resource: ResourceConfig, call: ScriptTerms) => Readonly<Record<string, string>>;
  /** Meanings of exit codes. */
  readonly words: ExitWords;
  /** What an answer to status or monitor means. */
  readonly status: StatusJudge;
  /** The sentence for a script that is not there. */
  readonly missing: (resource: ResourceConfig) => string;
}

export interface ScriptTerms {
  readonly operation: Operation;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Left to right, but stopping right to left. */
export const inOrder = (operation: Operation, resources: readonly ResourceConfig[]): readonly ResourceConfig[] =>
  operation === 'stop' ? [...resources].reverse() : resources;

async function runOne(
  context: ScriptContext,
  dialect: Dialect,
  { resource, ...terms }: ScriptTerms & { resource: ResourceConfig },
): Promise<ResourceOutcome> {
  const { path } = resource;
  const { operation, timeoutMs, signal } = terms;
  if (path === null) {
    // What is not installed does not run here.
    const outcome = operation === 'status' ? 'stopped' : 'failed';
    return { resource: resource.name, outcome, exitCode: null, text: dialect.missing(resource) };
  }
  const args = dialect.args(resource, operation);
  const environment = { ...context.environment(), ...dialect.environment?.(resource, terms) };
  const ended = await context.slots(() => context.scripts.run({ path, args, environment, timeoutMs, signal }));
  return { resource: resource.name, ...judge(operation, ended, timeoutMs, dialect) };
}

/** A class of scripts that speak a dialect. The time limit is for each script by itself. */
export function scriptClass(context: ScriptContext, dialect: Dialect): AgentClass {
  return async (operation, resources, timeoutMs, signal) => {
    const outcomes: ResourceOutcome[] = [];
    for (const resource of inOrder(operation, resources)) {
      outcomes.push(await runOne(context, dialect, { operation, resource, timeoutMs, signal }));
    }
    return operation === 'stop' ? outcomes.reverse() : outcomes;
  };
}
