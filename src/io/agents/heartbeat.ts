/**
 * Heartbeat's own agents: `/etc/ha.d/resource.d/NAME ARG... start|stop|status`, the arguments before the verb. Most are
 * wrappers around OCF agents and end with an OCF exit code.
 */
import { type AgentClass, type ScriptContext, scriptClass } from './agent-class.js';
import { ocfExitWords } from './ocf-words.js';
import { statusAnswer } from './status-words.js';

export const heartbeatClass = (context: ScriptContext): AgentClass =>
  scriptClass(context, {
    args: ({ args }, operation) => [...args, operation === 'monitor' ? 'status' : operation],
    words: ocfExitWords,
    status: statusAnswer,
    missing: ({ agent }) => `cannot run ${agent}: there is no such script in resource.d or /etc/init.d`,
  });
