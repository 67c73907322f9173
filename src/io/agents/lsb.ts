/** Init scripts: `/etc/init.d/NAME [ARG...] start|stop|status`, as the Linux Standard Base describes them. */
import { type AgentClass, type ScriptContext, scriptClass } from './agent-class.js';
import type { ExitWords } from './outcome.js';
import { statusAnswer } from './status-words.js';

/** Exit codes of the LSB for everything but status (LSB Core, "Init Script Actions"). */
const lsbExitWords: ExitWords = {
  1: 'generic error',
  2: 'wrong arguments',
  3: 'not implemented',
  4: 'insufficient privileges',
  5: 'the program is not installed',
  6: 'not configured',
  7: 'not running',
};

export const lsbClass = (context: ScriptContext): AgentClass =>
  scriptClass(context, {
    args: ({ args }, operation) => [...args, operation === 'monitor' ? 'status' : operation],
    words: lsbExitWords,
    status: statusAnswer,
    missing: ({ agent }) => `cannot run ${agent}: there is no such script in /etc/init.d`,
  });
