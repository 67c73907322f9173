/** Exit codes of the OCF resource agent API, version 1.1. */
import type { ExitWords } from './outcome.js';
import type { StatusAnswer } from './status-words.js';

/** What they mean, for a log line. */
export const ocfExitWords: ExitWords = {
  1: 'generic error',
  2: 'wrong arguments',
  3: 'not implemented',
  4: 'insufficient privileges',
  5: 'a program it needs is not installed',
  6: 'not configured',
  7: 'not running',
  8: 'running as promoted',
  9: 'failed as promoted',
  190: 'running, but degraded',
  191: 'running as promoted, but degraded',
};

/**
 * What monitor says: 0, 8 and the degraded 190 and 191 are running, 7 is cleanly stopped, 5 cannot run here, so it does not;
 * all others are a failure of what may well run.
 */
export function ocfStatus(exitCode: number): StatusAnswer {
  if (exitCode === 0 || exitCode === 8 || exitCode === 190 || exitCode === 191) return 'running';
  return exitCode === 7 || exitCode === 5 ? 'stopped' : 'failed';
}
