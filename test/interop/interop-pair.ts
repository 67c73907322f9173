/** Two nodes and a client in a lab, each node with the product that its cell says. */
import { addressLine, type ClusterTiming, configFolder, logFile, writeClusterFiles } from '../lab/cluster-files.js';
import { heartbeatPackages } from '../lab/heartbeat.js';
import { createLab, type Lab } from '../lab/lab.js';
import type { LabNode } from '../lab/node.js';
import { type PingWatch, startPinging } from '../lab/ping-client.js';
import { type Cell, type Name, names, type Product } from './cell.js';
import { countedAgent, installCounted } from './counted.js';
import { heartbeatMember } from './heartbeat-member.js';
import { type HolderWatch, watchHolders } from './holders.js';
import type { Member, Owners } from './member.js';
import { systoleMember } from './systole-member.js';
import { createWiring, heartbeatNetworks, type Wiring } from './wiring.js';

/** The address of the group that prefers a node. The client asks for them on the first network. */
export const addressOf: Readonly<Record<Name, string>> = { a: '10.77.100.1', b: '10.77.100.2' };
const publicNetwork = 'eth0';

/** Long enough for a Heartbeat on a busy machine, and for a serial line that carries two kilobytes a second. */
export function timingOf({ medium }: Cell): Required<ClusterTiming> {
  return medium === 'serial'
    ? { keepaliveMs: 1000, deadtimeMs: 5000, warntimeMs: 2500, initdeadMs: 15_000 }
    : { keepaliveMs: 200, deadtimeMs: 2000, warntimeMs: 1000, initdeadMs: 6000 };
}

const secrets = { first: 'the-first-secret', second: 'the-second-secret' };

export class InteropPair {
  readonly cell: Cell;
  readonly lab: Lab;
  readonly members: Record<Name, Member>;
  readonly watch: HolderWatch;
  readonly wiring: Wiring;
  /** Nodes whose daemon should be running. */
  readonly running = new Set<Name>();
  readonly #linesRead = new Map<Name, number>();

  /** Makes the lab and writes the files, ha.cf with `more` lines; nothing runs yet. Rejects where the packages cannot be had. */
  static async create(cell: Cell, more: readonly string[] = []): Promise<InteropPair> {
    const needsHeartbeat = names.some((name) => cell[name] === 'heartbeat');
    const packages = needsHeartbeat ? await heartbeatPackages() : null;
    if (packages !== null && 'missing' in packages) throw new Error(packages.missing);
    const lab = await createLab({
      nodes: names,
      networks: [publicNetwork, ...heartbeatNetworks],
      packages: packages === null ? [] : [packages.folder],
    });
    const pair = new InteropPair(lab, cell);
    pair.writeFiles(more);
    return pair;
  }

  constructor(lab: Lab, cell: Cell) {
    this.lab = lab;
    this.cell = cell;
    this.members = { a: this.member('a', cell.a), b: this.member('b', cell.b) };
    this.wiring = createWiring(lab, cell.medium);
    const nodes = names.map((name) => lab.node(name));
    this.watch = watchHolders(nodes, Object.values(addressOf));
  }

  /** What runs on a node from its next start on. */
  replace(name: Name, product: Product): void {
    this.members[name] = this.member(name, product);
  }

  async start(name: Name): Promise<void> {
    // Where a system has it since its boot: locks of serial lines.
    this.lab.node(name).writeFile('/run/lock/made', '');
    await this.members[name].start();
    this.running.add(name);
  }

  async stop(name: Name): Promise<void> {
    this.running.delete(name);
    await this.members[name].stop();
  }

  powerOff(name: Name): void {
    this.running.delete(name);
    this.lab.node(name).powerOff();
  }

  /** Writes a node's authkeys: both keys, or the first alone, and which of them signs. */
  writeKeys(name: Name, { active, both }: { active: 1 | 2; both: boolean }): void {
    const { digest } = this.cell;
    const line = (number: number, secret: string) => `${number} ${digest}${digest === 'crc' ? '' : ` ${secret}`}\n`;
    const keys = line(1, secrets.first) + (both ? line(2, secrets.second) : '');
    this.lab.node(name).writeFile(`${configFolder}/authkeys`, `auth ${active}\n${keys}`, 0o600);
  }

  /** Pings both groups' addresses. */
  ping(roundMs = 10): Promise<PingWatch> {
    return startPinging(this.lab, { addresses: names.map((name) => addressOf[name]), roundMs });
  }

  /** Who has which group's address now; null where that is nobody or both. */
  ownersNow(): Owners | null {
    const [[ofA, ...alsoA], [ofB, ...alsoB]] = [this.watch.holders(addressOf.a), this.watch.holders(addressOf.b)];
    if (ofA === undefined || ofB === undefined || alsoA.length + alsoB.length > 0) return null;
    return { a: ofA as Name, b: ofB as Name };
  }

  /** What a node logged since this was last asked, and could be: the log of a node without power is read after its next boot. */
  newLog(name: Name): string[] {
    const lines = this.log(name);
    if (lines === null) return [];
    const from = this.#linesRead.get(name) ?? 0;
    this.#linesRead.set(name, lines.length);
    return lines.slice(from);
  }

  /** All that a node logged; null while it has no power. */
  log(name: Name): string[] | null {
    const node = this.lab.node(name);
    return node.isOn ? readLines(node) : null;
  }

  async close(): Promise<void> {
    this.watch.stop();
    await this.lab.close();
    this.wiring.close();
  }

  private member(name: Name, product: Product): Member {
    const node = this.lab.node(name);
    return product === 'systole'
      ? systoleMember(name, node)
      : heartbeatMember(name, node, this.cell.failback !== 'legacy');
  }

  private writeFiles(more: readonly string[]): void {
    const { failback } = this.cell;
    writeClusterFiles({
      timing: timingOf(this.cell),
      nodes: names.map((name) => this.lab.node(name)),
      networks: [publicNetwork, ...heartbeatNetworks],
      haresources: names.map(groupLine).join(''),
      failback: failback === 'legacy' ? failback : failback === 'on',
      media: ({ name }) => this.wiring.media(name as Name),
      more,
    });
    for (const name of names) {
      this.writeKeys(name, { active: 1, both: false });
      installCounted(this.lab.node(name), configFolder);
    }
  }
}

/** The group that prefers a node: its address, and what counts its starts and stops. */
function groupLine(name: Name): string {
  return addressLine(name, [addressOf[name]], publicNetwork).replace('\n', ` ${countedAgent}::${name}\n`);
}

function readLines(node: LabNode): string[] {
  try {
    return node.readFile(logFile).split('\n').slice(0, -1);
  } catch (error) {
    // Nothing has been logged yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
