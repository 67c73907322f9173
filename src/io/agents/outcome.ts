/** From the end of a script to the outcome of an action. */
import type { Operation, ResourceOutcome } from '../../events.js';
import { lastLine } from './output.js';
import type { ScriptEnd } from './script.js';
import { statusAnswer } from './status-words.js';

type Judged = Omit<ResourceOutcome, 'resource'>;

/** What an exit code of start or stop means, when the agent itself says nothing. */
export type ExitWords = Readonly<Record<number, string>>;

function judgeExit(operation: Operation, exitCode: number, output: string, words: ExitWords): Judged {
  const said = lastLine(output);
  if (operation === 'status') {
    const answer = statusAnswer(exitCode, output);
    if (answer !== 'unknown') return { outcome: answer, exitCode, text: said };
    const text = `status answered with exit code ${exitCode}, which tells neither running nor stopped`;
    return { outcome: 'failed', exitCode, text: said === '' ? text : `${text}: ${said}` };
  }
  if (exitCode === 0) return { outcome: 'succeeded', exitCode, text: said };
  const meaning = words[exitCode];
  const text = `${operation} ended with exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
  return { outcome: 'failed', exitCode, text: said === '' ? text : `${text}: ${said}` };
}

/** Judges how `operation` went. `words` are the meanings of exit codes in the agent's standard. */
export function judge(operation: Operation, ended: ScriptEnd, timeoutMs: number, words: ExitWords): Judged {
  switch (ended.end) {
    case 'exited':
      return judgeExit(operation, ended.exitCode, ended.output, words);
    case 'killed': {
      const said = lastLine(ended.output);
      const text = `${operation} was killed by ${ended.signal}${said === '' ? '' : `: ${said}`}`;
      return { outcome: 'failed', exitCode: null, text };
    }
    case 'timedOut': {
      const said = lastLine(ended.output);
      const rest = ended.allGone ? '' : ', and not all of its processes could be ended';
      const text = `${operation} took longer than ${timeoutMs / 1000} s and was ended${rest}${said === '' ? '' : `: ${said}`}`;
      return { outcome: 'timedOut', exitCode: null, text };
    }
    case 'notRun':
      return { outcome: 'failed', exitCode: null, text: ended.text };
  }
}
