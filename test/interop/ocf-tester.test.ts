/** Every agent of resource.d under ocf-tester of Debian's resource-agents package, on a node of its own. */
import t from 'tap';
import { agents } from '../../src/agents/table.js';
import { addBrokerUser } from '../lab/broker-pair.js';
import { heartbeatPackages } from '../lab/heartbeat.js';
import { createLab } from '../lab/lab.js';
import { makeDatabase, mariadbPackages, prepareMariadb } from '../lab/mariadb.js';
import { fetchPackages } from '../lab/packages.js';
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
  conntrackd: { config: '/run/conntrackd.conf' },
  'ipvs-sync': { interface: 'eth0', syncid: '7' },
  rabbitmq: {},
  sysctl: { settings: 'net.ipv4.tcp_max_tw_buckets=10001 net.ipv4.ip_forward=1' },
  mysql: {},
  SendArp: { ip: '10.77.100.3', nic: 'eth0' },
};

/**
 * Stands in for ipvsadm: this kernel need not have ip_vs. It keeps which daemons run in files, and shows them as the real one
 * does; what the kernel does with connections is not tested here.
 */
const ipvsadm = `#!/bin/sh
cd /run/ipvs || exit 255
case $1 in
  -l) cat master backup 2> /dev/null; exit 0 ;;
  --start-daemon) [ ! -e $2 ] && echo "$2 sync daemon (mcast=$4, syncid=$6)" > $2 ;;
  --stop-daemon) rm $2 ;;
  *) exit 2 ;;
esac
`;

const conntrackdConfiguration = `
Sync {
  Mode FTFW {
  }
  UDP {
    IPv4_address 10.77.0.1
    IPv4_Destination_Address 10.77.0.2
    Port 3780
    Interface eth0
  }
}
General {
  LockFile /run/conntrackd.lock
  UNIX {
    Path /run/conntrackd.ctl
  }
}
`;

const database = { datadir: '/var/lib/mysql' };

t.test('ocf-tester passes', async (t) => {
  if (!(await needHeartbeat(t))) return;
  const packages = await heartbeatPackages();
  if ('missing' in packages) throw new Error(packages.missing);
  const conntrackd = await fetchPackages('conntrackd', ['conntrackd', 'conntrack']);
  if ('missing' in conntrackd) throw new Error(conntrackd.missing);
  const broker = await fetchPackages('rabbitmq', ['rabbitmq-server']);
  if ('missing' in broker) throw new Error(broker.missing);
  const mariadb = await mariadbPackages();
  if ('missing' in mariadb) throw new Error(mariadb.missing);
  const folders = [packages.folder, conntrackd.folder, broker.folder, mariadb.folder];
  const lab = await createLab({ nodes: ['a'], networks: ['eth0'], packages: folders });
  t.teardown(() => lab.close());
  const node = lab.node('a');
  node.writeFile('/run/conntrackd.conf', conntrackdConfiguration);
  node.writeFile('/run/ipvs/ipvsadm', ipvsadm, 0o755);
  t.equal((await node.exec(['sh', '-ec', addBrokerUser])).code, 0);
  await prepareMariadb(node, database);
  await makeDatabase(node, database);
  const env = { PATH: `/run/ipvs:${process.env.PATH ?? ''}` };
  const folder = `${projectRoot}resource.d`;
  for (const name of Object.keys(agents)) {
    const given = Object.entries(parameters[name] ?? {}).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    t.ok(parameters[name], `${name} has parameters here`);
    const argv = ['ocf-tester', '-n', `${name}-test`, ...given, `${folder}/${name}`];
    const { code, stdout, stderr } = await node.exec(argv, { timeoutMs: 300_000, env });
    t.equal(code, 0, `${name}: ${stderr.trim()}`);
    t.match(stdout, `${folder}/${name} passed all tests`);
  }
});
