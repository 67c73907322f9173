/** A real Heartbeat 3.0.6, with the very files that ours reads. */
import { logFile, writeClusterFiles } from '../../test/lab/cluster-files.js';
import { heartbeatPackages, heartbeatProgram, heartbeatScripts, startHeartbeat } from '../../test/lab/heartbeat.js';
import { createLab, type Lab } from '../../test/lab/lab.js';
import type { LabNode } from '../../test/lab/node.js';
import { must, until } from '../../test/lab/run.js';
import type { Contest, Contestant, ContestOptions } from '../contestant.js';
import { eventsIn, haresources } from '../systole.js';

const networks = ['eth0', 'eth1'];
/** With more the benches would take hours. */
const mostAddresses = 200;
export const heartbeat: Contestant = {
  name: 'heartbeat',
  missing: async () => {
    const packages = await heartbeatPackages();
    return 'missing' in packages ? packages.missing : null;
  },
  start: async (options) => {
    if (options.addresses.length > mostAddresses) {
      throw new Error(`it starts addresses one by one, ${options.addresses.length} of them take minutes`);
    }
    const packages = await heartbeatPackages();
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
  const nodes = [owner, other];
  const { timing } = options;
  writeClusterFiles({ timing, nodes, networks, haresources: haresources(options), failback: false });
  for (const node of nodes) await startHeartbeat(node);
  const last = options.addresses.at(-1) ?? '';
  await until(`heartbeat has ${last} on a`, async () => (await addressesOf(owner)).includes(`${last}/`), {
    // It brings addresses up one by one.
    limitMs: 60_000 + options.addresses.length * 300,
    everyMs: 500,
  });
  return {
    lab,
    owner,
    other,
    stopOwner: () => void owner.exec([heartbeatProgram, '-k'], { timeoutMs: 120_000 }),
    move: async () => {
      await must(owner.namespace.enter([`${heartbeatScripts}/hb_standby`, 'all']));
    },
    events: () => eventsIn(nodes.flatMap((node) => logOf(node))),
  };
}

async function addressesOf(node: LabNode): Promise<string> {
  return (await node.exec(['ip', '-4', '-o', 'addr', 'show', 'dev', 'eth0'])).stdout;
}

function logOf(node: LabNode): string[] {
  // A powered-off node's files cannot be read; what it logged before is of no interest either.
  return node.isOn ? node.readFile(logFile).split('\n') : [];
}
