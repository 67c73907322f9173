/** Runs health checks. */
import type { HealthCheck } from '../../config/types.js';
import type { CheckOutcome } from '../../events.js';
import type { ScriptContext } from './agent-class.js';
import { lastLine } from './output.js';

const words: Readonly<Record<number, string>> = { 126: ' (not executable)', 127: ' (not found)' };

/**
 * Runs one through a shell, with the environment of agents and HA_CHECK, its name. Good is exit code 0 within the limit and
 * nothing else. Never rejects. It waits for no slot: a node whose agents are all busy is to be judged all the same.
 */
export async function runCheck(context: ScriptContext, check: HealthCheck, signal: AbortSignal): Promise<CheckOutcome> {
  const { name, command, timeoutMs } = check;
  const environment = { ...context.environment(), HA_CHECK: name };
  const ended = await context.scripts.run({ path: '/bin/sh', args: ['-c', command], environment, timeoutMs, signal });
  if (ended.end === 'notRun') return { good: false, text: ended.text };
  const said = lastLine(ended.output);
  const tail = said === '' ? '' : `: ${said}`;
  switch (ended.end) {
    case 'exited': {
      const { exitCode } = ended;
      if (exitCode === 0) return { good: true, text: '' };
      return { good: false, text: `exit code ${exitCode}${words[exitCode] ?? ''}${tail}` };
    }
    case 'killed':
      return { good: false, text: `killed by ${ended.signal}${tail}` };
    case 'timedOut':
      return { good: false, text: `took longer than ${timeoutMs / 1000} s${tail}` };
  }
}
