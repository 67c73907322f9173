/** The process's standing with the kernel: real-time priority. */
import { describeErrno, setScheduler } from './libc.js';

const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x40000000;

/** Done, or why not in one plain sentence. */
export type Standing = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Gives the main thread real-time round-robin priority, so that a busy machine cannot starve its heartbeat. Children,
 * and threads made later, start with ordinary priority (SCHED_RESET_ON_FORK). `priority` is 1 (lowest, Heartbeat's
 * own) to 99.
 */
export function becomeRealtime(priority = 1): Standing {
  const errno = setScheduler(SCHED_RR | SCHED_RESET_ON_FORK, priority);
  if (errno === 0) return { ok: true };
  const { name, text } = describeErrno(errno);
  return { ok: false, reason: `cannot get real-time priority: ${text} (${name})` };
}
