/** Tests that need interfaces of their own run in a child process with a network namespace, which vanishes with it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const mark = 'SYSTOLE_TEST_NETWORK';

/** Why this machine can make no network namespace, or null. */
function obstacle(): string | null {
  if (process.getuid?.() !== 0) return 'needs root for a network namespace';
  const { status, stderr } = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' });
  return status === 0 ? null : `cannot make a network namespace: ${stderr ?? 'no unshare'}`.trim();
}

/**
 * True in the child that has a network of its own (with `lo` up): the caller defines its tests. In the first process
 * it runs the test file again in such a child, as a subtest, and gives false. Without the means the test is skipped,
 * or fails under CI=true.
 */
export function ownNetwork(t: Test, url: string): boolean {
  if (process.env[mark] !== undefined) return true;
  const reason = obstacle();
  if (reason === null) {
    const env = { ...process.env, [mark]: '1', LC_ALL: 'C' };
    const inside = ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath, fileURLToPath(url)];
    t.spawn('unshare', inside, { env }, 'in a network of its own');
  } else if (process.env.CI === 'true') {
    t.fail(reason);
  } else {
    t.pass('not run', { skip: reason });
  }
  return false;
}

/** Runs `ip` with words separated by blanks; gives what it wrote. Throws with what it said when it fails. */
export function ip(words: string): string {
  return execFileSync('ip', words.split(' '), { encoding: 'utf8' });
}

/** Waits until `condition` gives something true, looking every few milliseconds. Rejects after `limitMs`. */
export async function until<T>(what: string, condition: () => T, limitMs = 20_000): Promise<Truthy<T>> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = condition();
    if (value) return value as Truthy<T>;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;
