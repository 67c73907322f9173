/** Plays scenarios of a cell as a test, for the part of the matrix that runs with all other tests. */
import type { Test } from 'tap';
import { cellsNamed } from './cell.js';
import { needHeartbeat } from './need.js';
import { playCell } from './play-cell.js';
import { scenarios } from './scenarios.js';

/** For a test file: a step that goes wrong alone takes a minute. As long as `npm test` gives a file. */
export const limitMs = 600_000;

/** Fails with the step's error and both logs' last lines. */
export async function playInTest(t: Test, cellName: string, scenarioNames: readonly string[]): Promise<void> {
  if (!(await needHeartbeat(t))) return;
  const [cell] = cellsNamed(cellName);
  if (cell === undefined) throw new Error(`no cell ${cellName}`);
  const chosen = scenarios({ lossMs: 10_000, cutMs: 5000 }).filter(({ name }) => scenarioNames.includes(name));
  t.equal(chosen.length, scenarioNames.length, 'all these scenarios exist');
  await playCell(cell, chosen, {
    onResult: ({ scenario, what, error, silenceMs, restMs, logs }) => {
      const figures = `without an answer ${silenceMs.toFixed(0)} ms, at rest after ${restMs.toFixed(0)} ms`;
      const name = `${scenario}: ${what} (${figures})`;
      if (error === null) t.pass(name);
      else t.fail(name, { error, logs });
    },
  });
}
