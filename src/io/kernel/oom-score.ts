/** The out-of-memory killer's opinion of this process (proc(5), oom_score_adj), which children inherit. */
import { readFileSync, writeFileSync } from 'node:fs';

const path = '/proc/self/oom_score_adj';

/**
 * Starts something as any other process. What the unit gives this one (`OOMScoreAdjust=`) is meant for it alone: without
 * this every service that an agent starts would be protected for ever, too. Reading and writing this file never waits.
 */
export function asAnyOther<T>(start: () => T): T {
  const score = ownScore();
  if (score === 0) return start();
  setOwnScore(0);
  try {
    return start();
  } finally {
    setOwnScore(score);
  }
}

function ownScore(): number {
  try {
    return Number(readFileSync(path, 'latin1'));
  } catch {
    // No /proc: then there is nothing to be put right either.
    return 0;
  }
}

function setOwnScore(score: number): void {
  try {
    writeFileSync(path, `${score}\n`);
  } catch {
    // The kernel refuses. The start goes on all the same: a service that is protected is better than none.
  }
}
