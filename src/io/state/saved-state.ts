/** The text of the saved state file. */
import type { SavedNodes, SavedState } from '../../events.js';

/** What a node starts with that has nothing saved. */
export const emptyState: SavedState = { directives: '', generations: {}, held: {} };

/** All but the hosts, which have files of their own. */
export function formatState({ hosts: _, ...saved }: SavedState): string {
  return `${JSON.stringify({ version: 1, ...saved }, null, 2)}\n`;
}

function generationsOf(value: unknown): Record<string, number> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const good = entries.every(([, generation]) => Number.isSafeInteger(generation) && generation >= 0);
  return good ? Object.fromEntries(entries) : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function nodesOf(value: unknown): SavedNodes | null {
  if (!isObject(value) || typeof value.change !== 'string' || !isObject(value.told)) return null;
  const told: Record<string, { nodes: string; known: string }> = {};
  for (const [name, one] of Object.entries(value.told)) {
    if (!isObject(one) || typeof one.nodes !== 'string' || typeof one.known !== 'string') return null;
    told[name] = { nodes: one.nodes, known: one.known };
  }
  return { change: value.change, told };
}

/** Reads what formatState wrote; gives a reason instead when it is something else. */
export function parseState(text: string): { readonly saved: SavedState } | { readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null) return { reason: 'it is not a JSON object' };
  const { version, directives, generations, held = {}, nodes } = value as Record<string, unknown>;
  if (version !== 1) return { reason: `its version is ${JSON.stringify(version) ?? 'missing'}, not 1` };
  if (typeof directives !== 'string') return { reason: 'its directives are no text' };
  const numbers = generationsOf(generations);
  if (numbers === null) return { reason: 'its generations are no numbers by node' };
  // Files of the first version had none.
  const terms = generationsOf(held);
  if (terms === null) return { reason: 'what was held is no terms by group' };
  const saved = { directives, generations: numbers, held: terms };
  if (nodes === undefined) return { saved };
  const known = nodesOf(nodes);
  if (known === null) return { reason: 'what it says of the nodes cannot be read' };
  return { saved: { ...saved, nodes: known } };
}
