/**
 * Heartbeat's own agents: `/etc/ha.d/resource.d/NAME ARG... start|stop|status`, the arguments before the verb. Most are
 * wrappers around OCF agents and end with an OCF exit code.
 */
import { type AgentClass, type ScriptContext, scriptClass } from './agent-class.js';
import type { ExitWords } from './outcome.js';

/** Exit codes of the OCF resource agent API. */
const ocfExitWords: ExitWords = {
  1: 'generic error',
  2: 'wrong arguments',
  3: 'not implemented',
  4: 'insufficient privileges',
  5: 'a program it needs is not installed',
  6: 'not configured',
  7: 'not running',
};

export const heartbeatClass = (context: ScriptContext): AgentClass => scriptClass(context, ocfExitWords);
