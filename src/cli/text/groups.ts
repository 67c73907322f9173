/** Groups and their resources as text. */
import type { GroupStatus, ResourceStatus } from '../../status.js';
import { table } from './table.js';

/** More resources than this, all alike, are told in one line. */
const fewResources = 10;

const attention = (state: string): string =>
  state === 'failed' || state === 'blocked' || state === 'unmanaged' ? state.toUpperCase() : state;

function headline(group: GroupStatus): string {
  const { alias, name, owner, preferred, state } = group;
  const called = alias === null ? name : `${name} (${alias})`;
  const where = owner === null ? '' : ` on ${owner}`;
  const word = state === 'stopped' && owner === null ? 'STOPPED' : attention(state);
  return `${called}: ${word}${where}${owner === preferred ? '' : `, preferred ${preferred}`}`;
}

function resourceRow({ agent, failures, healed = 0, name, state, class: kind }: ResourceStatus): string[] {
  const counts = [
    failures === 0 ? [] : `${failures} failure${failures === 1 ? '' : 's'}`,
    healed === 0 ? [] : `put back ${healed === 1 ? 'once' : `${healed} times`}`,
  ];
  return [name, `${kind} ${agent}`, attention(state), counts.flat().join(', ')];
}

function resourceLines(resources: readonly ResourceStatus[]): string[] {
  if (resources.length <= fewResources) return table(resources.map(resourceRow), '    ');
  const first = resources[0]?.state;
  const odd = resources.filter(({ failures, healed = 0, state }) => state !== first || failures + healed > 0);
  const shown = odd.slice(0, fewResources);
  const alike = `    ${resources.length - odd.length} resources ${attention(first ?? 'unknown')}`;
  const more = odd.length > shown.length ? [`    and ${odd.length - shown.length} more`] : [];
  return [alike, ...table(shown.map(resourceRow), '    '), ...more];
}

/** A group's lines: where it is, why, and its resources. */
export function groupLines(group: GroupStatus): string[] {
  const reason = group.reason === '' ? [] : [`    because ${group.reason}`];
  return [headline(group), ...reason, ...resourceLines(group.resources)];
}
