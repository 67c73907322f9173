/** The process's standing with the kernel: real-time priority. */
import { existsSync } from 'node:fs';
import { describeErrno, getScheduler, setScheduler } from './libc.js';

const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x40000000;
/** Heartbeat's own. */
const usualPriority = 1;
/** Of util-linux, which Debian cannot be without. */
const chrt = '/usr/bin/chrt';

/** Done, or why not in one plain sentence. */
export type Standing = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Gives the main thread real-time round-robin priority, so that a busy machine cannot starve its heartbeat. Children,
 * and threads made later, start with ordinary priority (SCHED_RESET_ON_FORK). `priority` is 1 (lowest, Heartbeat's
 * own) to 99.
 */
export function becomeRealtime(priority = usualPriority): Standing {
  const errno = setScheduler(SCHED_RR | SCHED_RESET_ON_FORK, priority);
  if (errno === 0) return { ok: true };
  const { name, text } = describeErrno(errno);
  return { ok: false, reason: `cannot get real-time priority: ${text} (${name})` };
}

/** What is to be started. */
export interface Launch {
  readonly path: string;
  readonly args: readonly string[];
}

/** What `chrt` prints, and nothing else does, when it cannot become the program. */
export const chrtRefusal = /^chrt: failed to execute .*: (.*)$/m;

/**
 * Gives what starts programs without holding this process up. A start lasts until the child has become the program: an
 * ordinary child gets there late on a busy machine (40 ms and more), and with it the heartbeat of a parent that has
 * real-time priority. So the child keeps that priority for as long as that takes, and `chrt` lays it down before it
 * becomes the program. Without real-time priority, or `chrt`, nothing is done.
 */
export function createPromptStart(): <T>(launch: Launch, start: (launch: Launch) => T) => T {
  const hasChrt = existsSync(chrt);
  return ({ path, args }, start) => {
    if (!hasChrt || getScheduler() !== (SCHED_RR | SCHED_RESET_ON_FORK)) return start({ path, args });
    if (setScheduler(SCHED_RR, usualPriority) !== 0) return start({ path, args });
    try {
      return start({ path: chrt, args: ['--other', '0', path, ...args] });
    } finally {
      setScheduler(SCHED_RR | SCHED_RESET_ON_FORK, usualPriority);
    }
  };
}
