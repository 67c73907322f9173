/** Runs the scripts of rc.d, one after the other, beside everything else. */
import type { ScriptCall } from '../../events.js';
import { lastLine } from '../agents/output.js';
import type { ScriptEnd, ScriptRunner } from '../agents/script.js';
import type { Logger } from '../seams.js';

export interface RcRunnerOptions {
  /** The directory of the scripts. */
  readonly dir: string;
  /** Variables of every script; none of them can be changed by a message. */
  readonly environment: Readonly<Record<string, string>>;
  readonly scripts: ScriptRunner;
  readonly log: Logger;
  /** Longest run of a script in ms (default a minute). */
  readonly timeoutMs?: number;
  /** Most scripts that wait (default 32); further ones are dropped. */
  readonly maxWaiting?: number;
}

export interface RcRunner {
  /** Has a script run when those before it are done. Returns at once. */
  run(call: ScriptCall): void;
  /** Forgets those that wait; one that runs is left to end. */
  close(): void;
}

export function createRcRunner(options: RcRunnerOptions): RcRunner {
  const { dir, environment, scripts, log, timeoutMs = 60_000, maxWaiting = 32 } = options;
  let waiting: ScriptCall[] = [];
  let busy = false;

  const perform = async ({ name, env, reason }: ScriptCall): Promise<void> => {
    const path = `${dir}/${name}`;
    log.log('info', `Running ${path} ${name} (${reason})`, `rc.d ${name}`);
    const ended = await scripts.run({ path, args: [name], environment: { ...env, ...environment }, timeoutMs });
    const trouble = troubleOf(ended, timeoutMs);
    if (trouble !== null) log.log('warn', `${path} ${trouble}`, `rc.d ${name} failed`);
  };
  const next = (): void => {
    const call = waiting.shift();
    busy = call !== undefined;
    // `perform` rejects no more than `scripts.run` does: never.
    if (call !== undefined) void perform(call).then(next);
  };

  return {
    run(call) {
      if (waiting.length >= maxWaiting) {
        const text = `rc.d/${call.name} is not run (${call.reason}): ${waiting.length} scripts wait already`;
        return log.log('warn', text, 'rc.d full');
      }
      waiting.push(call);
      if (!busy) next();
    },
    close() {
      waiting = [];
    },
  };
}

/** What is worth a line, or null when it went well. */
function troubleOf(ended: ScriptEnd, timeoutMs: number): string | null {
  switch (ended.end) {
    case 'exited':
      return ended.exitCode === 0 ? null : `ended with exit code ${ended.exitCode}${said(ended.output)}`;
    case 'killed':
      return `was killed by ${ended.signal}${said(ended.output)}`;
    case 'timedOut':
      return `took longer than ${timeoutMs / 1000} s and was ended${said(ended.output)}`;
    case 'notRun':
      return `was not run: ${ended.text}`;
    default:
      return ended satisfies never;
  }
}

function said(output: string): string {
  const line = lastLine(output);
  return line === '' ? '' : `: ${line}`;
}
