/** Writes the operator's files of a cluster in the lab: ha.cf, authkeys, haresources. */
import type { LabNode } from './node.js';

export interface ClusterTiming {
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** Default: half of deadtime. */
  readonly warntimeMs?: number;
  /** Default: 10 s: two nodes of a lab start together, whichever is slow. */
  readonly initdeadMs?: number;
}

export interface ClusterFiles {
  readonly timing: ClusterTiming;
  /** The members. Two of them: `ucast` on the first network and `bcast` on the second; more: `bcast` on all. */
  readonly nodes: readonly LabNode[];
  readonly networks: readonly string[];
  /** The text of haresources. */
  readonly haresources: string;
  readonly failback?: boolean | 'legacy';
  /** The one key line of authkeys. */
  readonly key?: string;
  /** The media statements of a node. Default: as `nodes` says. */
  readonly media?: (self: LabNode) => readonly string[];
  /** Lines added to ha.cf. */
  readonly more?: readonly string[];
}

export const configFolder = '/etc/ha.d';
export const logFile = '/var/log/ha-log';
export const defaultKey = 'sha1 a-secret-of-the-laboratory';

/** One line of haresources: the preferred node and its addresses, each /16 on the interface. */
export function addressLine(node: string, addresses: readonly string[], device: string): string {
  return `${node} ${addresses.map((address) => `IPaddr2::${address}/16/${device}`).join(' ')}\n`;
}

/** `count` addresses of the lab's first network that belong to nobody. */
export function serviceAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.77.${100 + Math.floor(index / 250)}.${1 + (index % 250)}`);
}

/** Writes the three files on every node. */
export function writeClusterFiles(files: ClusterFiles): void {
  for (const node of files.nodes) {
    node.writeFile(`${configFolder}/ha.cf`, haCf(files, node));
    node.writeFile(`${configFolder}/authkeys`, `auth 1\n1 ${files.key ?? defaultKey}\n`, 0o600);
    node.writeFile(`${configFolder}/haresources`, files.haresources);
  }
}

function haCf(files: ClusterFiles, self: LabNode): string {
  const { timing, nodes, networks, failback = true, more = [] } = files;
  const { keepaliveMs, deadtimeMs } = timing;
  return [
    `logfile ${logFile}`,
    'logfacility none',
    `keepalive ${keepaliveMs}ms`,
    `warntime ${timing.warntimeMs ?? deadtimeMs / 2}ms`,
    `deadtime ${deadtimeMs}ms`,
    `initdead ${timing.initdeadMs ?? Math.max(10_000, deadtimeMs)}ms`,
    'udpport 694',
    ...(files.media?.(self) ?? media(nodes, networks, self)),
    `auto_failback ${failback === 'legacy' ? failback : failback ? 'on' : 'off'}`,
    `node ${nodes.map((node) => node.name).join(' ')}`,
    ...more,
    '',
  ].join('\n');
}

function media(nodes: readonly LabNode[], networks: readonly string[], self: LabNode): string[] {
  const [first = '', ...others] = networks;
  const [peer, ...more] = nodes.filter((node) => node !== self);
  if (peer === undefined || more.length > 0) return networks.map((network) => `bcast ${network}`);
  return [`ucast ${first} ${peer.address(first)}`, ...others.map((network) => `bcast ${network}`)];
}
