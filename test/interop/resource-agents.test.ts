/** Our executables of resource.d in a pair of real Heartbeats: started, moved by hb_standby and taken over after a stop. */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { configFolder, logFile, writeClusterFiles } from '../lab/cluster-files.js';
import { heartbeatPackages, heartbeatProgram, heartbeatScripts, startHeartbeat } from '../lab/heartbeat.js';
import { createLab } from '../lab/lab.js';
import type { LabNode } from '../lab/node.js';
import { must, until } from '../lab/run.js';
import { projectRoot } from '../support/paths.js';
import { needHeartbeat } from './need.js';

t.setTimeout(600_000);

const limits = { limitMs: 120_000, everyMs: 500 };
const setting = '/proc/sys/net/ipv4/tcp_max_tw_buckets';
const wanted = '10007';
const resources = [
  'Dummy::one',
  'Delay::1::0::0',
  `sysctl::net.ipv4.tcp_max_tw_buckets=${wanted}`,
  'IPaddr2::10.77.100.1/16/eth0',
  // Heartbeat cuts it in two.
  'IPv6addr::fd77::5/64/eth0',
  'SendArp::10.77.100.1::eth0',
];
const states = ['Dummy-Dummy_one', 'Delay-Delay_1_0_0', 'SendArp-SendArp_10.77.100.1_eth0'];

/** What of the group is on a node: a word for each resource. */
async function heldBy(node: LabNode): Promise<string[]> {
  const files = states.map((state) => `test -e /run/resource-agents/${state}.state && echo ${state}`);
  const script = [...files, `cat ${setting}`, 'ip -o addr show dev eth0'].join('\n');
  const { stdout } = await node.exec(['sh', '-c', script]);
  const found = [
    /^Dummy-/m,
    /^Delay-/m,
    new RegExp(`^${wanted}$`, 'm'),
    / 10\.77\.100\.1\/16 /,
    / fd77::5\/64 /,
    /^SendArp-/m,
  ];
  return resources.filter((_, i) => found[i]?.test(stdout));
}

t.test('a real Heartbeat runs them', async (t) => {
  if (!(await needHeartbeat(t))) return;
  const packages = await heartbeatPackages();
  if ('missing' in packages) throw new Error(packages.missing);
  const lab = await createLab({ nodes: ['a', 'b'], networks: ['eth0', 'eth1'], packages: [packages.folder] });
  t.teardown(() => lab.close());
  const [a, b] = [lab.node('a'), lab.node('b')];
  writeClusterFiles({
    timing: { keepaliveMs: 500, deadtimeMs: 10_000, initdeadMs: 20_000 },
    nodes: [a, b],
    networks: ['eth0', 'eth1'],
    haresources: `a ${resources.join(' ')}\n`,
    failback: false,
  });
  const folder = `${projectRoot}resource.d`;
  for (const node of [a, b]) {
    const links = readdirSync(folder).map((name) => `ln -sf ${folder}/${name} ${configFolder}/resource.d/${name}`);
    await must(node.namespace.enter(['sh', '-ec', links.join('\n')]));
  }
  const before = await must(a.namespace.enter(['cat', setting]));
  const isOn = async (holder: LabNode, other: LabNode) =>
    (await heldBy(holder)).length === resources.length && (await heldBy(other)).length === 0;

  for (const node of [a, b]) await startHeartbeat(node);
  await until('all of the group is on a', () => isOn(a, b), limits);
  t.same(await heldBy(a), resources);

  await must(a.namespace.enter([`${heartbeatScripts}/hb_standby`, 'all']));
  await until('all of the group is on b', () => isOn(b, a), limits);
  t.equal(await must(a.namespace.enter(['cat', setting])), before, 'a has its former setting again');

  await must(b.namespace.enter([heartbeatProgram, '-k']), { timeoutMs: 120_000 });
  await until('all of the group is on a again', () => isOn(a, b), limits);

  for (const node of [a, b]) {
    const complaints = node.readFile(logFile).split('\n');
    t.same(
      complaints.filter((line) => /Return code|LSB-compliant|STOP failure|Cannot locate/.test(line)),
      [],
      `no complaint on ${node.name}`,
    );
  }
});
