/** How simulated agents behave: how long an operation takes and how it ends. */
import type { ResourceConfig } from '../config/types.js';
import type { Milliseconds, Operation } from '../events.js';
import type { Dice } from './dice.js';

/** What one operation of one agent will do. */
export interface Deed {
  /** Infinity for an agent that hangs: its time limit ends it. */
  readonly durationMs: Milliseconds;
  readonly succeeds: boolean;
  /** Whether the resource is really up afterwards. A failing agent may leave it either way. */
  readonly upAfter: boolean;
}

/** Asked at the start of every operation. `up` is the resource's real state before it. */
export type AgentModel = (
  node: string,
  group: string,
  resource: ResourceConfig,
  operation: Operation,
  up: boolean,
) => Deed;

/** Agents that always do what they are told: addresses in 1 ms, scripts in 100 ms to start and 50 ms to stop. */
export const steadyAgents: AgentModel = (_node, _group, resource, operation, up) => ({
  durationMs: resource.class === 'builtin' ? 1 : operation === 'start' ? 100 : 50,
  succeeds: true,
  upAfter: operation === 'status' ? up : operation === 'start',
});

/** How bad the agents of a random run are. Probabilities for each operation of a script; built-in addresses never fail. */
export interface AgentFaults {
  readonly failStart: number;
  readonly hangStart: number;
  readonly failStop: number;
  readonly hangStop: number;
  /** Longest time of a normal operation. */
  readonly slowestMs: Milliseconds;
}

/** Agents as in real life. `faults` is asked each time, so that faults can end. */
export function fallibleAgents(dice: Dice, faults: () => AgentFaults): AgentModel {
  return (_node, _group, resource, operation, up) => {
    const now = faults();
    if (resource.class === 'builtin') return { ...ending(operation, up), durationMs: dice.between(0.5, 3) };
    const durationMs = dice.between(0.1, 1) * now.slowestMs;
    const [fail, hang] = risks(operation, now);
    if (dice.chance(hang)) return { durationMs: Number.POSITIVE_INFINITY, ...failure(operation, up, dice) };
    if (dice.chance(fail)) return { durationMs, ...failure(operation, up, dice) };
    return { durationMs, ...ending(operation, up) };
  };
}

function ending(operation: Operation, up: boolean): { succeeds: boolean; upAfter: boolean } {
  return { succeeds: true, upAfter: operation === 'status' ? up : operation === 'start' };
}

/** A failed start may have half succeeded; a failed stop mostly leaves the resource up. */
function failure(operation: Operation, up: boolean, dice: Dice): { succeeds: boolean; upAfter: boolean } {
  if (operation === 'status') return { succeeds: false, upAfter: up };
  return { succeeds: false, upAfter: operation === 'start' ? dice.chance(0.3) : up && dice.chance(0.8) };
}

function risks(operation: Operation, faults: AgentFaults): readonly [fail: number, hang: number] {
  if (operation === 'start') return [faults.failStart, faults.hangStart];
  if (operation === 'stop') return [faults.failStop, faults.hangStop];
  return [0, 0];
}
