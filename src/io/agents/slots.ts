/** A limit on how much is under way at a time. */
import { createTurns } from '../turns.js';

/** Runs work when a slot is free; gives what the work gives. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `limit` pieces of work at a time, in order, and one start a turn of the event loop: a fork takes milliseconds. */
export function createSlots(limit: number): Slots {
  const turns = createTurns();
  const waiting: (() => void)[] = [];
  let busy = 0;
  const next = (): void => {
    if (busy >= limit) return;
    const start = waiting.shift();
    if (start === undefined) return;
    busy += 1;
    turns(start);
  };
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push(() => {
        work()
          .then(resolve, reject)
          .finally(() => {
            busy -= 1;
            next();
          });
      });
      next();
    });
}
