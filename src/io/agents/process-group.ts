/** Ends a process group for good: asks first, then kills, each with a limit. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const firstPollMs = 10;
const longestPollMs = 160;

/** Sends a signal (0: none) to the group; false when there is no such group. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch (error) {
    // EPERM: there is one, but not ours to end (it changed its user). ESRCH: all are gone.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** State and process group of a process, from /proc/PID/stat: `PID (NAME) STATE PPID PGRP ...`, and the name may hold anything. */
async function stateOf(pid: string): Promise<{ state: string; group: number } | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  const [, state, , group] = stat?.slice(stat.lastIndexOf(')') + 1).split(' ') ?? [];
  return state === undefined ? null : { state, group: Number(group) };
}

/**
 * Whether a process of the group still runs. kill(2) counts zombies, too, and an orphan may stay one for long where
 * init reaps slowly or not at all (containers); so a second look goes to /proc.
 */
async function lives(group: number): Promise<boolean> {
  if (!signal(group, 0)) return false;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const process = await stateOf(pid);
    if (process !== null && process.group === group && process.state !== 'Z' && process.state !== 'X') return true;
  }
  return false;
}

async function gone(group: number, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  let pauseMs = firstPollMs;
  while (await lives(group)) {
    if (performance.now() >= end) return false;
    await sleep(pauseMs);
    pauseMs = Math.min(longestPollMs, pauseMs * 2);
  }
  return true;
}

/**
 * SIGTERM to the group, SIGKILL after `graceMs`, and a further `reapMs` for the kernel. Gives false when something of
 * it runs even then (it hangs in the kernel).
 */
export async function endProcessGroup(group: number, graceMs: number, reapMs: number): Promise<boolean> {
  // kill(2) takes 0 for our own group and 1 for everybody.
  if (group <= 1) return true;
  signal(group, 'SIGTERM');
  if (await gone(group, graceMs)) return true;
  signal(group, 'SIGKILL');
  return gone(group, reapMs);
}
