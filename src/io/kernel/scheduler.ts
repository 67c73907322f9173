/** The process's standing with the kernel: real-time priority and the out-of-memory killer. */
import { writeFile } from 'node:fs/promises';
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

/**
 * Sets how readily the kernel's out-of-memory killer takes a process: -1000 never, 0 as any other. Children inherit
 * it, so whoever protects the daemon sets the agents it starts back to 0, or the services they start are protected
 * too.
 */
export async function setOomScore(pid: number | 'self', score: number): Promise<Standing> {
  try {
    await writeFile(`/proc/${pid}/oom_score_adj`, `${score}\n`);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: `cannot set the out-of-memory score: ${(error as Error).message}` };
  }
}
