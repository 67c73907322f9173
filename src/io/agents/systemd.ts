/** Units of systemd: `systemctl start|stop|is-active UNIT`. Its path is the unit's name. */
import type { ResourceConfig } from '../../config/types.js';
import type { Operation, ResourceOutcome } from '../../events.js';
import { type AgentClass, inOrder, type ScriptContext, type ScriptTerms } from './agent-class.js';
import { judge, type Meanings } from './outcome.js';
import type { StatusAnswer } from './status-words.js';

const systemctl = '/usr/bin/systemctl';

const meanings: Meanings = {
  words: { 1: 'failed', 4: 'there is no such unit', 5: 'the unit is not loaded' },
  status: (exitCode, output): StatusAnswer => {
    const state = output.trim().split(/\s+/)[0] ?? '';
    if (exitCode === 0 && (state === 'active' || state === 'reloading')) return 'running';
    // What is on its way up or down may run; only these two surely do not. What has failed is down.
    return state === 'inactive' || state === 'failed' || state === 'unknown' ? 'stopped' : 'failed';
  },
};

function argumentsOf({ path }: ResourceConfig, operation: Operation): string[] {
  const unit = path ?? '';
  return operation === 'start' || operation === 'stop'
    ? ['--no-ask-password', operation, unit]
    : ['is-active', '--', unit];
}

export function systemdClass(context: ScriptContext): AgentClass {
  const runOne = async (resource: ResourceConfig, { operation, timeoutMs, signal }: ScriptTerms) => {
    const call = { path: systemctl, args: argumentsOf(resource, operation), timeoutMs, signal };
    const ended = await context.slots(() => context.scripts.run({ ...call, environment: context.environment() }));
    return { resource: resource.name, ...judge(operation, ended, timeoutMs, meanings) };
  };
  return async (operation, resources, timeoutMs, signal) => {
    const outcomes: ResourceOutcome[] = [];
    for (const resource of inOrder(operation, resources)) {
      outcomes.push(await runOne(resource, { operation, timeoutMs, signal }));
    }
    return operation === 'stop' ? outcomes.reverse() : outcomes;
  };
}
