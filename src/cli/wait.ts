/** Waits for the cluster to get where a command sent it, telling how it goes. */
import { sleep } from '../io/sleep.js';
import type { Status } from '../status.js';

/** What a look at the status says of the thing that is waited for. */
export type Judgement =
  /** It is there: the lines say what happened. */
  | { readonly kind: 'done'; readonly lines: readonly string[] }
  | {
      readonly kind: 'waiting';
      /** What it waits for, in one line; a change of it is progress. */
      readonly text: string;
      /** Without progress for this long (ms) it will not come: the lines say how things stand. */
      readonly hopelessAfterMs?: number;
      /** Without progress for this long (ms) it is there. */
      readonly doneAfterMs?: number;
      readonly lines: readonly string[];
    };

export interface WaitOptions {
  readonly look: () => Promise<Status>;
  readonly judge: (status: Status) => Judgement;
  readonly timeoutMs: number;
  /** Told a line of progress whenever it changes, after the first second. */
  readonly progress: (line: string) => void;
}

export interface Outcome {
  readonly reached: boolean;
  readonly lines: readonly string[];
}

const quickPollMs = 50;
const slowPollMs = 500;
const quietMs = 1000;

/** Looks until it is done, hopeless or over. Rejects when the status cannot be had. */
export async function waitFor(options: WaitOptions): Promise<Outcome> {
  const began = performance.now();
  let text = '';
  let changedAt = began;
  let told = '';
  for (;;) {
    const judgement = options.judge(await options.look());
    if (judgement.kind === 'done') return { reached: true, lines: judgement.lines };
    const now = performance.now();
    if (judgement.text !== text) changedAt = now;
    text = judgement.text;
    const still = now - changedAt;
    const { doneAfterMs = Infinity, hopelessAfterMs = Infinity, lines } = judgement;
    if (still >= doneAfterMs) return { reached: true, lines };
    if (still >= hopelessAfterMs) return { reached: false, lines };
    const elapsed = now - began;
    if (elapsed >= options.timeoutMs) {
      return { reached: false, lines: [...lines, `gave up waiting after ${Math.round(options.timeoutMs / 1000)} s`] };
    }
    // While it only has to stay as it is, there is nothing to tell.
    if (elapsed >= quietMs && told !== text && doneAfterMs === Infinity) {
      told = text;
      options.progress(text);
    }
    await sleep(Math.min(elapsed < 2000 ? quickPollMs : slowPollMs, options.timeoutMs - elapsed));
  }
}
