/** What runs the agents of one class, and what the classes of scripts have in common. */
import type { ResourceConfig } from '../../config/types.js';
import type { Operation, ResourceOutcome } from '../../events.js';
import { type ExitWords, judge } from './outcome.js';
import type { ScriptRunner } from './script.js';
import type { Slots } from './slots.js';

/** Does one operation for resources of one class, in the order that is right for it; gives one outcome each, in the order given. */
export type AgentClass = (
  operation: Operation,
  resources: readonly ResourceConfig[],
  timeoutMs: number,
) => Promise<readonly ResourceOutcome[]>;

/** What scripts are run with. */
export interface ScriptContext {
  readonly scripts: ScriptRunner;
  readonly slots: Slots;
  /** Variables of the next script. */
  readonly environment: () => Readonly<Record<string, string>>;
}

/** Left to right, but stopping right to left. */
export const inOrder = (operation: Operation, resources: readonly ResourceConfig[]): readonly ResourceConfig[] =>
  operation === 'stop' ? [...resources].reverse() : resources;

async function runOne(
  context: ScriptContext,
  words: ExitWords,
  call: { operation: Operation; resource: ResourceConfig; timeoutMs: number },
): Promise<ResourceOutcome> {
  const { operation, resource, timeoutMs } = call;
  const { path } = resource;
  if (path === null) {
    const text = `cannot run ${resource.agent}: there is no such script in resource.d or /etc/init.d`;
    return { resource: resource.name, outcome: 'failed', exitCode: null, text };
  }
  const args = [...resource.args, operation];
  const environment = context.environment();
  const ended = await context.slots(() => context.scripts.run({ path, args, environment, timeoutMs }));
  return { resource: resource.name, ...judge(operation, ended, timeoutMs, words) };
}

/** A class of scripts whose exit codes mean `words`. The time limit is for each script by itself. */
export function scriptClass(context: ScriptContext, words: ExitWords): AgentClass {
  return async (operation, resources, timeoutMs) => {
    const outcomes: ResourceOutcome[] = [];
    for (const resource of inOrder(operation, resources)) {
      outcomes.push(await runOne(context, words, { operation, resource, timeoutMs }));
    }
    return operation === 'stop' ? outcomes.reverse() : outcomes;
  };
}
