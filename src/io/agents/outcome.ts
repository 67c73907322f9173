/** From the end of a script to the outcome of an action. */
import type { Operation, ResourceOutcome } from '../../events.js';
import { lastLine } from './output.js';
import type { ScriptEnd } from './script.js';
import type { StatusAnswer } from './status-words.js';

type Judged = Omit<ResourceOutcome, 'resource'>;

/** What an exit code of start or stop means, when the agent itself says nothing. */
export type ExitWords = Readonly<Record<number, string>>;

/** What the exit code and the output of status or monitor tell of the resource. */
export type StatusJudge = (exitCode: number, output: string) => StatusAnswer;

/** What the exit codes of a class of agents mean. */
export interface Meanings {
  readonly words: ExitWords;
  readonly status: StatusJudge;
}

function judgeExit(operation: Operation, exitCode: number, output: string, { words, status }: Meanings): Judged {
  const said = lastLine(output);
  if (operation === 'status' || operation === 'monitor') {
    const answer = status(exitCode, output);
    if (answer === 'running' || answer === 'stopped') return { outcome: answer, exitCode, text: said };
    const meaning = words[exitCode];
    if (answer === 'failed') {
      const text = `${operation} ended with exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
      return { outcome: 'failed', exitCode, text: said === '' ? text : `${text}: ${said}` };
    }
    const text = `${operation} answered with exit code ${exitCode}, which tells neither running nor stopped`;
    return { outcome: 'failed', exitCode, text: said === '' ? text : `${text}: ${said}` };
  }
  if (exitCode === 0) return { outcome: 'succeeded', exitCode, text: said };
  const meaning = words[exitCode];
  const text = `${operation} ended with exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
  return { outcome: 'failed', exitCode, text: said === '' ? text : `${text}: ${said}` };
}

/** Judges how `operation` went. `meanings` are those of exit codes in the agent's standard. */
export function judge(operation: Operation, ended: ScriptEnd, timeoutMs: number, meanings: Meanings): Judged {
  switch (ended.end) {
    case 'exited':
      return judgeExit(operation, ended.exitCode, ended.output, meanings);
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
