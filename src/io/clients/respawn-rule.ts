/** When a program is started again (heartbeat-behaviour, 11). */

/** How a program ended: by itself, by a signal, or not even begun. */
export type ClientEnd =
  | { readonly end: 'exited'; readonly exitCode: number }
  | { readonly end: 'killed'; readonly signal: string }
  | { readonly end: 'notStarted'; readonly text: string };

export type Next =
  | { readonly next: 'restart'; readonly afterMs: number }
  /** It asked not to be started again. */
  | { readonly next: 'stay' }
  /** It never lives for long. */
  | { readonly next: 'giveUp' };

/** The exit code by which a program says that it does not want to be started again. */
export const stayDownCode = 100;
/** Who lives shorter is short-lived, */
const shortLifeMs = 30_000;
/** is started again after a pause, */
const standardPauseMs = 1000;
/** and not for ever. */
const shortLivesMax = 10;

/** The memory of one program's lives. */
export class RespawnRule {
  private shortLives = 0;
  private readonly pauseMs: number;

  constructor(pauseMs = standardPauseMs) {
    this.pauseMs = pauseMs;
  }

  judge(end: ClientEnd, livedMs: number): Next {
    if (end.end === 'exited' && end.exitCode === stayDownCode) return { next: 'stay' };
    if (livedMs >= shortLifeMs) {
      this.shortLives = 0;
      return { next: 'restart', afterMs: 0 };
    }
    this.shortLives += 1;
    return this.shortLives > shortLivesMax ? { next: 'giveUp' } : { next: 'restart', afterMs: this.pauseMs };
  }
}

/** Whether a `failfast` program has failed by ending so. */
export function isFailure(end: ClientEnd): boolean {
  return end.end !== 'exited' || (end.exitCode !== 0 && end.exitCode !== stayDownCode);
}
