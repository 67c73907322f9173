/** Two nodes with a real RabbitMQ on a disk that both can reach, and a client that publishes to it without pause. */
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../support/paths.js';
import { cutPower, mountedOn } from './disk-mounts.js';
import { fetchPackages } from './packages.js';
import { createPair, type Pair } from './pair.js';
import { must, until } from './run.js';
import { createSharedDisk, type SharedDisk } from './shared-disk.js';

export type Name = 'a' | 'b';

export const brokerAddress = '10.77.100.1';
const directory = '/srv/rabbit';
const queue = 'work';
const publisher = fileURLToPath(new URL('publisher-process.js', import.meta.url));

/** For a shell: the user that the package's scripts would have made. */
export const addBrokerUser = `
echo 'rabbitmq:x:990:990::/var/lib/rabbitmq:/bin/false' >> /etc/passwd
echo 'rabbitmq:x:990:' >> /etc/group
chown rabbitmq:rabbitmq /var/lib/rabbitmq
`;

const install = `${addBrokerUser}
mkdir -p /etc/rabbitmq /etc/ha.d/resource.d
echo 'loopback_users = none' > /etc/rabbitmq/rabbitmq.conf
ln -s ${projectRoot}resource.d/rabbitmq /etc/ha.d/resource.d/rabbitmq
`;

/** A busy machine starts a broker slowly. */
const resourcesIni = `[rabbitmq::${directory}/mnesia]
start-timeout = 3m
stop-timeout = 2m
`;

export interface Published {
  readonly number: number;
  readonly atNs: bigint;
}

/** Folders with everything that the nodes need, or what is missing. */
export async function brokerPackages(): Promise<{ readonly folders: string[] } | { readonly missing: string }> {
  const folders: string[] = [];
  // kmod: the agent Filesystem wants modprobe.
  for (const [name, word] of [
    ['rabbitmq', 'rabbitmq-server'],
    ['resource-agents', 'resource-agents'],
    ['kmod', 'kmod'],
  ] as const) {
    const packages = await fetchPackages(name, [word]);
    if ('missing' in packages) return packages;
    folders.push(packages.folder);
  }
  return { folders };
}

export async function createBrokerPair(packages: readonly string[]): Promise<BrokerPair> {
  const disk = await createSharedDisk(512);
  try {
    const haresources = `a Filesystem::${disk.device}::${directory}::ext4 rabbitmq::${directory}/mnesia IPaddr2::${brokerAddress}/16/eth0\n`;
    const timing = { keepaliveMs: 200, deadtimeMs: 2000 };
    const pair = await createPair({ timing, addresses: [], haresources, failback: false, packages });
    for (const node of pair.nodes) {
      await must(node.namespace.enter(['sh', '-ec', install]));
      node.writeFile('/etc/ha.d/resources.ini', resourcesIni);
    }
    return new BrokerPair(pair, disk);
  } catch (error) {
    disk.close();
    throw error;
  }
}

export class BrokerPair {
  readonly pair: Pair;
  readonly disk: SharedDisk;
  readonly confirmed: Published[] = [];
  /** Moments at which two nodes had the disk, or two brokers ran. */
  readonly doubles: string[] = [];
  #watching: NodeJS.Timeout | null = null;

  constructor(pair: Pair, disk: SharedDisk) {
    this.pair = pair;
    this.disk = disk;
  }

  /** Starts both nodes, and then the client; resolves when messages are confirmed. */
  async start(): Promise<Client> {
    this.#watching = setInterval(() => this.#look(), 100);
    await Promise.all([this.pair.start('a'), this.pair.start('b')]);
    await this.pair.settled('a', 240_000);
    const client = this.#client();
    await this.confirmedAfter(process.hrtime.bigint());
    return client;
  }

  /** Waits until a message is confirmed that was not yet at this time. */
  async confirmedAfter(atNs: bigint): Promise<void> {
    await until('messages are confirmed', () => (this.confirmed.at(-1)?.atNs ?? 0n) > atNs, { limitMs: 120_000 });
  }

  /** Power-off of the owner, with the loss of what is not on the disk, and its return. */
  async powerOff(owner: Name): Promise<void> {
    const node = this.pair.lab.node(owner);
    await cutPower(this.disk.device, node);
    await this.confirmedAfter(process.hrtime.bigint());
    await node.boot();
    await this.pair.start(owner);
    await this.pair.settled(other(owner), 60_000);
  }

  async move(owner: Name): Promise<void> {
    const [group] = (await this.pair.status(owner)).groups;
    const { code, stderr } = await this.pair.lab
      .node(owner)
      .exec([`${projectRoot}dist/src/systole.js`, 'resource', 'move', group?.name ?? '', other(owner)], {
        timeoutMs: 240_000,
      });
    if (code !== 0) throw new Error(`the move failed: ${stderr}`);
    await this.pair.settled(other(owner), 240_000);
    await this.confirmedAfter(process.hrtime.bigint());
  }

  async close(): Promise<void> {
    if (this.#watching !== null) clearInterval(this.#watching);
    await this.pair.close();
    this.disk.close();
  }

  #look(): void {
    const owners = mountedOn(this.disk.device, this.pair.nodes).map(({ name }) => name);
    if (owners.length > 1) this.doubles.push(`the disk is mounted on ${owners.join(' and ')}`);
    const brokers = brokersOf(this.pair.lab.id);
    if (brokers.length > 1) this.doubles.push(`brokers run as ${brokers.join(' and ')}`);
  }

  #client(): Client {
    const child = this.pair.lab.helper(publisher, brokerAddress, '5672', queue);
    let arrived: number[] | null = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word, rest = '', at = ''] = line.split(' ');
      if (word === 'confirmed') this.confirmed.push({ number: Number(rest), atNs: BigInt(at) });
      else if (word === 'arrived') arrived = JSON.parse(rest);
    });
    return {
      collect: () => {
        child.stdin.write('\n');
        return until('the queue was read', () => arrived ?? undefined, { limitMs: 120_000 });
      },
    };
  }
}

export interface Client {
  /** Ends the publishing; gives the numbers of all messages that were in the queue. */
  collect(): Promise<number[]>;
}

export const other = (name: Name): Name => (name === 'a' ? 'b' : 'a');

/** The longest time between two confirmations since a moment, in milliseconds. */
export function longestGapMs(confirmed: readonly Published[], sinceNs: bigint): number {
  const times = confirmed.map(({ atNs }) => Number(atNs - sinceNs) / 1e6);
  const gaps = times.slice(1).map((ms, index) => (ms > 0 ? ms - (times[index] ?? 0) : 0));
  return Math.max(...gaps);
}

/** The brokers that run in a lab. */
function brokersOf(lab: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('rabbit\0boot')) return false;
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`SYSTOLE_LAB=${lab}`);
    } catch {
      // It ended while it was looked at.
      return false;
    }
  });
}
