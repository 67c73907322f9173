/** The whole status as text, readable at three in the morning: what is wrong comes first and in capitals. */
import type { Status } from '../../status.js';
import { groupLines } from './groups.js';
import { nodeRow } from './nodes.js';
import { table } from './table.js';
import { duration, localTime } from './times.js';

/** Whether every group runs somewhere and every node and link is up. */
export function isHealthy(status: Status): boolean {
  const nodes = status.nodes.every(
    ({ links, state }) => state === 'active' && links.every((link) => link.state === 'up'),
  );
  const pings = status.pingNodes.every(({ state }) => state === 'up');
  return nodes && pings && status.groups.every(({ owner, state }) => state === 'started' && owner !== null);
}

function viewLine({ now, view }: Status): string {
  const agreed = view.agreed ? 'agreed' : 'NOT AGREED';
  const quorate = view.quorate ? 'quorum' : 'NO QUORUM';
  const since = `since ${localTime(view.since)} (${duration(Date.parse(now) - Date.parse(view.since))})`;
  return `  ${view.members.length === 0 ? 'nobody' : view.members.join(', ')}: ${agreed}, ${quorate}, ${since}`;
}

function section(title: string, lines: readonly string[], none: string): string[] {
  return ['', title, ...(lines.length === 0 ? [`  ${none}`] : lines)];
}

function health(status: Status): string {
  if (!isHealthy(status)) return 'NOT WELL';
  return status.problems.length === 0 ? 'all is well' : 'everything runs, with problems';
}

/** The lines of `systole status`. */
export function statusLines(status: Status): string[] {
  const pings = status.pingNodes.map(({ name, state }) => [name, state === 'dead' ? 'DEAD' : state, 'ping node']);
  const groups = status.groups.flatMap(groupLines).map((line) => `  ${line}`);
  return [
    `${status.node}, ${localTime(status.now)}: ${health(status)} (systole ${status.version})`,
    ...section(
      'Problems',
      status.problems.map((problem) => `  ${problem}`),
      'none',
    ),
    ...section('View', [viewLine(status)], 'none'),
    ...section('Nodes', table([...status.nodes.map(nodeRow), ...pings], '  '), 'none'),
    ...section('Groups', groups, 'none'),
  ];
}
