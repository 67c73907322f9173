/** A made-up machine for tests of the parsers. */

import { type Report, reportTo } from '../../src/config/problems.js';
import type { HostFacts, OcfAgent, Problem } from '../../src/config/types.js';

const agents = new Map<string, { path: string; class: 'heartbeat' | 'lsb' }>([
  ['apache2', { path: '/etc/init.d/apache2', class: 'lsb' }],
  ['mariadb', { path: '/etc/init.d/mariadb', class: 'lsb' }],
  ['Filesystem', { path: '/etc/ha.d/resource.d/Filesystem', class: 'heartbeat' }],
  ['MailTo', { path: '/etc/ha.d/resource.d/MailTo', class: 'heartbeat' }],
]);

const ocfAgents: readonly OcfAgent[] = [
  ...['AudibleAlarm', 'Dummy', 'IPaddr2', 'IPsrcaddr', 'SendArp', 'WAS', 'ids', 'mysql', 'portblock'].map(
    (type) => ['heartbeat', type] as const,
  ),
  ['acme', 'mysql'] as const,
  ['acme', 'shop'] as const,
  ['linbit', 'drbd'] as const,
].map(([provider, type]) => ({
  ...{ provider, type, executable: type !== 'shop' },
  path: `/usr/lib/ocf/resource.d/${provider}/${type}`,
}));

/** An instance as Heartbeat's own OCF class has them. */
const instance = String.raw`# the shop's database
OCF_RESKEY_datadir=/srv/db   # shared
export OCF_RESKEY_options="a \"b\" c"; OCF_RESKEY_user='db user'
`;

/** Node alpha with lo, eth0 and eth1, and a few agents. */
export const alpha: HostFacts = {
  nodeName: 'alpha',
  interfaces: ['lo', 'eth0', 'eth1'],
  agentNames: [...agents.keys()],
  findAgent: (name, only) => {
    const found = agents.get(name) ?? null;
    return only === undefined || found?.class === only ? found : null;
  },
  ocfAgents,
  ocfInstances: new Map([
    ['mysql/shop', { path: 'conf/OCF/mysql/shop', text: instance, mode: 0o644, regular: true }],
    [
      'mysql/shell',
      { path: 'conf/OCF/mysql/shell', text: 'DEPTH=3\nOCF_RESKEY_x=$(id)\n', mode: 0o644, regular: true },
    ],
  ]),
  units: new Set(['nginx.service', 'db@.service', 'backup.timer']),
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
