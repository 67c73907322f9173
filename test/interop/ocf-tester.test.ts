/** Every agent of resource.d under ocf-tester of Debian's resource-agents package, on a node of its own. */
import t from 'tap';
import { agents } from '../../src/agents/table.js';
import { heartbeatPackages } from '../lab/heartbeat.js';
import { createLab } from '../lab/lab.js';
import { projectRoot } from '../support/paths.js';
import { needHeartbeat } from './need.js';

t.setTimeout(600_000);

/** Parameters each agent is tested with; an agent that is not here fails the test. */
const parameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Delay: { startdelay: '0', stopdelay: '0', mondelay: '0' },
  Dummy: {},
  IPaddr: { ip: '10.77.100.1', cidr_netmask: '255.255.0.0', nic: 'eth0:one' },
  IPaddr2: { ip: '10.77.100.2', cidr_netmask: '16', nic: 'eth0', iflabel: 'two', broadcast: '10.77.255.255' },
  IPv6addr: { ipv6addr: 'fd77::100', cidr_netmask: '64', nic: 'eth0' },
  SendArp: { ip: '10.77.100.3', nic: 'eth0' },
};

t.test('ocf-tester passes', async (t) => {
  if (!(await needHeartbeat(t))) return;
  const packages = await heartbeatPackages();
  if ('missing' in packages) throw new Error(packages.missing);
  const lab = await createLab({ nodes: ['a'], networks: ['eth0'], packages: [packages.folder] });
  t.teardown(() => lab.close());
  const node = lab.node('a');
  const folder = `${projectRoot}resource.d`;
  for (const name of Object.keys(agents)) {
    const given = Object.entries(parameters[name] ?? {}).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    t.ok(parameters[name], `${name} has parameters here`);
    const argv = ['ocf-tester', '-n', `${name}-test`, ...given, `${folder}/${name}`];
    const { code, stdout, stderr } = await node.exec(argv, { timeoutMs: 120_000 });
    t.equal(code, 0, `${name}: ${stderr.trim()}`);
    t.match(stdout, `${folder}/${name} passed all tests`);
  }
});
