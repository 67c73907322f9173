/** Plays scenarios in a cell, one after the other on the same pair; after a failure on a new one, so that it spoils no other. */
import { type Cell, names } from './cell.js';
import { InteropPair } from './interop-pair.js';
import { home, sameOwners } from './member.js';
import { type Played, playStep } from './play-step.js';
import type { Scenario, Step } from './scenarios.js';

export interface Result extends Played {
  readonly cell: Cell;
  readonly scenario: string;
}

export interface PlayOptions {
  /** Called after every step. */
  readonly onResult?: (result: Result) => void;
}

/** Gives one result for every step that was played. Rejects only when no lab can be made. */
export async function playCell(
  cell: Cell,
  scenarios: readonly Scenario[],
  { onResult }: PlayOptions = {},
): Promise<Result[]> {
  const results: Result[] = [];
  const take = (scenario: string, played: Played) => {
    const result = { ...played, cell, scenario };
    results.push(result);
    onResult?.(result);
    return played.error === null;
  };
  let pair: InteropPair | null = null;
  try {
    for (const scenario of scenarios) {
      pair ??= await InteropPair.create(cell);
      const isWell = await playScenario(pair, scenario, (played) => take(scenario.name, played));
      if (isWell) continue;
      await pair.close();
      pair = null;
    }
  } finally {
    await pair?.close();
  }
  return results;
}

/** False when a step, or the way to its beginning, went wrong. */
async function playScenario(
  pair: InteropPair,
  scenario: Scenario,
  take: (played: Played) => boolean,
): Promise<boolean> {
  const prepared = scenario.from === 'off' ? await switchOff(pair) : await goHome(pair);
  if (prepared?.error != null) return take(prepared);
  for (const step of scenario.steps(pair.cell)) if (!take(await playStep(pair, step))) return false;
  return true;
}

/** Cuts the power of nodes that run and boots them again: quicker than stopping, and nothing of the last scenario stays. */
async function switchOff(pair: InteropPair): Promise<null> {
  for (const name of pair.running) pair.powerOff(name);
  for (const name of names) if (!pair.lab.node(name).isOn) await pair.lab.node(name).boot();
  return null;
}

/** Brings the pair to where a scenario begins: both up, every group on its preferred node. Null when it is there already. */
async function goHome(pair: InteropPair): Promise<Played | null> {
  if (pair.running.size === 0) return playStep(pair, startBoth);
  let played: Played | null = null;
  for (const name of names) {
    const owners = pair.ownersNow();
    if (owners === null || sameOwners(owners, home) || owners[name] === name) continue;
    played = await playStep(pair, {
      what: `(go home: hb_takeover local on ${name})`,
      act: () => pair.members[name].order('takeover', 'local'),
      owners: { ...owners, [name]: name },
    });
    if (played.error !== null) return played;
  }
  return played;
}

const startBoth: Step = {
  what: '(start a and b)',
  act: async (pair) => {
    await Promise.all(names.map((name) => pair.start(name)));
  },
  owners: home,
};
