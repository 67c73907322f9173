/** A made-up machine for tests of the parsers. */

import { type Report, reportTo } from '../../src/config/problems.js';
import type { HostFacts, Problem } from '../../src/config/types.js';

const agents = new Map<string, { path: string; class: 'heartbeat' | 'lsb' }>([
  ['apache2', { path: '/etc/init.d/apache2', class: 'lsb' }],
  ['mariadb', { path: '/etc/init.d/mariadb', class: 'lsb' }],
  ['Filesystem', { path: '/etc/ha.d/resource.d/Filesystem', class: 'heartbeat' }],
  ['MailTo', { path: '/etc/ha.d/resource.d/MailTo', class: 'heartbeat' }],
]);

/** Node alpha with lo, eth0 and eth1, and a few agents. */
export const alpha: HostFacts = {
  nodeName: 'alpha',
  interfaces: ['lo', 'eth0', 'eth1'],
  agentNames: [...agents.keys()],
  findAgent: (name) => agents.get(name) ?? null,
  haClusterPort: null,
};

/** A report, and its problems as `LINE:COLUMN severity: text`. */
export function listen(): { report: Report; lines: () => string[] } {
  const problems: Problem[] = [];
  return {
    report: reportTo(problems, 'file'),
    lines: () => problems.map(({ line, column, severity, text }) => `${line}:${column} ${severity}: ${text}`),
  };
}
