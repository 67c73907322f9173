/** keepalived, the fast peer: VRRP between the nodes, all addresses in one instance. */
import { createLab, type Lab } from '../../test/lab/lab.js';
import type { LabProcess } from '../../test/lab/lab-process.js';
import type { LabNode } from '../../test/lab/node.js';
import { fetchPackages } from '../../test/lab/packages.js';
import { until } from '../../test/lab/run.js';
import type { Contest, Contestant, ContestOptions } from '../contestant.js';

const networks = ['eth0', 'eth1'];

export const keepalived: Contestant = {
  name: 'keepalived',
  missing: async () => {
    const packages = await fetchPackages('keepalived', ['keepalived']);
    return 'missing' in packages ? packages.missing : null;
  },
  start: async (options) => {
    const packages = await fetchPackages('keepalived', ['keepalived']);
    if ('missing' in packages) throw new Error(packages.missing);
    const lab = await createLab({ nodes: ['a', 'b'], networks, packages: [packages.folder] });
    try {
      return await startBoth(lab, options);
    } catch (error) {
      await lab.close();
      throw error;
    }
  },
};

async function startBoth(lab: Lab, options: ContestOptions): Promise<Contest> {
  const [owner, other] = [lab.node('a'), lab.node('b')];
  const daemons: LabProcess[] = [];
  for (const [node, priority] of [
    [owner, 150],
    [other, 100],
  ] as const) {
    node.writeFile('/etc/keepalived/keepalived.conf', configuration(node, priority, options));
    daemons.push(await node.spawn(['keepalived', '--dont-fork', '--log-console', '--no-syslog']));
  }
  await until('keepalived is master on a', () => daemons[0]?.lines.some((line) => /Entering MASTER STATE/.test(line)));
  let hasLeft = false;
  return {
    lab,
    owner,
    other,
    stopOwner: () => {
      hasLeft = true;
      daemons[0]?.signal('SIGTERM');
    },
    move: null,
    events: () => ({
      // It knows no dead nodes: the other one's becoming master means it thought so, unless the first one said goodbye.
      deaths: hasLeft
        ? []
        : (daemons[1]?.lines ?? []).filter((line) => /Entering MASTER STATE/.test(line)).map(() => owner.name),
      lateHeartbeats: 0,
    }),
  };
}

/** Its dead time is three adverts and a fraction; one instance a group, every address beyond the first 20 "excluded" from the advert. */
function configuration(node: LabNode, priority: number, { timing, addresses, groups }: ContestOptions): string {
  const size = Math.ceil(addresses.length / groups);
  const instances = Array.from({ length: groups }, (_, index) => {
    const own = addresses.slice(index * size, (index + 1) * size).map((address) => `    ${address}/16 dev eth0`);
    return [
      `vrrp_instance group${index} {`,
      '  state BACKUP',
      '  interface eth0',
      `  virtual_router_id ${index + 1}`,
      `  priority ${priority}`,
      `  advert_int ${timing.keepaliveMs / 1000}`,
      `  virtual_ipaddress {\n${own.slice(0, 20).join('\n')}\n  }`,
      ...(own.length > 20 ? [`  virtual_ipaddress_excluded {\n${own.slice(20).join('\n')}\n  }`] : []),
      '}',
    ].join('\n');
  });
  return `global_defs {\n  router_id ${node.name}\n  vrrp_version 3\n}\n${instances.join('\n')}\n`;
}
