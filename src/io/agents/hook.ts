/** Runs the commands around a group's transitions. */
import type { HookCall, ResourceOutcome } from '../../events.js';
import type { ScriptContext } from './agent-class.js';
import { judge } from './outcome.js';

/** `before-start` and the like: as they are called in resources.ini. */
const names: Readonly<Record<HookCall['hook'], string>> = {
  beforeStart: 'before-start',
  afterStart: 'after-start',
  beforeStop: 'before-stop',
  afterStop: 'after-stop',
};

/**
 * Runs one through a shell, with the environment of agents and HA_GROUP, HA_HOOK and HA_REASON. Never rejects. It waits
 * for no slot: a transition waits for it.
 */
export async function runHook(context: ScriptContext, call: HookCall): Promise<ResourceOutcome> {
  const { group, hook, command, timeoutMs, reason } = call;
  const name = names[hook];
  const environment = { ...context.environment(), HA_GROUP: group, HA_HOOK: name, HA_REASON: reason };
  const ended = await context.scripts.run({ path: '/bin/sh', args: ['-c', command], environment, timeoutMs });
  const meanings = { words: { 126: 'not executable', 127: 'not found' }, status: () => 'unknown' as const };
  const judged = judge('start', ended, timeoutMs, meanings);
  const { text } = judged;
  return { resource: name, ...judged, text: judged.outcome === 'succeeded' ? text : `${name}: ${text}` };
}
