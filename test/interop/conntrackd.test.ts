/** The agent conntrackd with the real daemons of two nodes: a connection that one node knew is in the kernel of the other once it has taken over. */
import t from 'tap';
import { createLab } from '../lab/lab.js';
import { needLab } from '../lab/need.js';
import type { LabNode } from '../lab/node.js';
import { fetchPackages } from '../lab/packages.js';
import { must, until } from '../lab/run.js';
import { projectRoot } from '../support/paths.js';

t.setTimeout(180_000);

const network = 'eth1';
const agent = `${projectRoot}resource.d/conntrackd`;

/** Kills the daemon of a node, by its number: the processes of a node are in its own /proc, and no others. */
const killDaemon = `
for process in /proc/[0-9]*; do
  read -r name < $process/comm && [ "$name" = conntrackd ] && exec kill -KILL "\${process#/proc/}"
done
exit 1`;

function configuration(own: LabNode, peer: LabNode): string {
  return `
Sync {
  Mode FTFW {
  }
  UDP {
    IPv4_address ${own.address(network)}
    IPv4_Destination_Address ${peer.address(network)}
    Port 3780
    Interface ${network}
  }
}
General {
  HashSize 8192
  HashLimit 65535
  LockFile /run/conntrackd.lock
  UNIX {
    Path /run/conntrackd.ctl
  }
  NetlinkBufferSize 2097152
  NetlinkBufferSizeMaxGrowth 8388608
  Filter From Userspace {
    Protocol Accept {
      TCP
    }
  }
}
`;
}

t.test('a connection is taken over', async (t) => {
  if (!(await needLab(t))) return;
  const packages = await fetchPackages('conntrackd', ['conntrackd', 'conntrack']);
  if ('missing' in packages) {
    if (process.env.CI === 'true') t.fail(packages.missing);
    else t.pass('no conntrackd on this machine', { skip: packages.missing });
    return;
  }
  const lab = await createLab({ nodes: ['a', 'b'], networks: ['eth0', network], packages: [packages.folder] });
  t.teardown(() => lab.close());
  const [a, b] = [lab.node('a'), lab.node('b')];
  const possible = await a.exec(['conntrack', '-L']);
  if (possible.code !== 0) return t.pass('no connection tracking', { skip: possible.stderr.trim() });
  a.writeFile('/etc/conntrackd/conntrackd.conf', configuration(a, b));
  b.writeFile('/etc/conntrackd/conntrackd.conf', configuration(b, a));
  const call = async (node: LabNode, verb: string) => {
    const { code, stdout, stderr } = await node.exec([agent, verb], { timeoutMs: 60_000 });
    return `${code} ${stdout}${stderr}`.trim();
  };
  const kernel = async (node: LabNode) =>
    (await must(node.namespace.enter(['conntrack', '-L']))).includes('sport=4711');

  t.equal(await call(a, 'status'), '3 stopped');
  t.equal(await call(a, 'start'), '0', 'the daemon is started');
  await must(b.namespace.enter(['conntrackd', '-d']));
  const tuple = '-p tcp -s 10.77.0.99 -d 10.77.0.1 --sport 4711 --dport 80 --state ESTABLISHED -t 600'.split(' ');
  await must(a.namespace.enter(['conntrack', '-I', ...tuple]));
  await until('b has been told', async () => (await b.exec(['conntrackd', '-e'])).stdout.includes('sport=4711'));
  t.equal(await kernel(b), false, 'b knows of it, its kernel does not');

  t.equal(await call(b, 'status'), '3 stopped');
  t.equal(await call(a, 'stop'), '0');
  t.equal(await call(b, 'start'), '0');
  t.equal(await kernel(b), true, 'and now it does');
  t.equal(await call(b, 'monitor'), '0');

  t.comment('the daemon of the active node is killed');
  await must(b.namespace.enter(['sh', '-c', killDaemon]));
  await until('the monitor sees it', async () => (await call(b, 'monitor')).startsWith('1 '));
  t.equal(await call(b, 'stop'), '0');
  t.equal(await call(b, 'start'), '0', 'past the lock that was left');
  t.equal(await call(b, 'monitor'), '0');
});
