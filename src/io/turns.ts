/** Spreads work over turns of the event loop. */

/** Takes work, and does one piece of it a turn, in order: no number of pieces delays anything else by more than one of them. */
export function createTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let armed = false;
  const arm = (): void => {
    if (armed || waiting.length === 0) return;
    armed = true;
    setImmediate(() => {
      armed = false;
      const work = waiting.shift();
      arm();
      work?.();
    });
  };
  return (work) => {
    waiting.push(work);
    arm();
  };
}
