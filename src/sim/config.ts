/** Builds cluster configurations without files: from words as haresources has them. */
import { noHooks } from '../config/hooks.js';
import type {
  AddressConfig,
  AuthKeys,
  AuthMethod,
  ClusterConfig,
  GroupConfig,
  ResourceConfig,
  Timeouts,
  Timing,
  Watch,
} from '../config/types.js';

/** A line of haresources, in words. */
export interface GroupWords {
  readonly preferred: string;
  readonly resources: readonly string[];
  readonly failback: boolean;
  /** All nodes, best first; default: the preferred one, then the others as configured. */
  readonly nodeOrder?: readonly string[];
}

export interface ConfigWords {
  readonly nodes: readonly string[];
  readonly links: readonly string[];
  readonly groups: readonly GroupWords[];
  readonly timing: Timing;
  readonly timeouts: Timeouts;
  readonly msgfmt?: 'classic' | 'netstring';
  /** Names of ping nodes. */
  readonly pings?: readonly string[];
}

/** Timing with Heartbeat's usual proportions: warntime half of deadtime, initdead given. */
export function simTiming(keepaliveMs: number, deadtimeMs: number, initdeadMs: number): Timing {
  return { keepaliveMs, deadtimeMs, initdeadMs, warntimeMs: deadtimeMs / 2, deadpingMs: deadtimeMs };
}

/** A configuration as the parser would give it; every link is a broadcast medium. */
export function simConfig(words: ConfigWords): ClusterConfig {
  const { nodes, links, timing } = words;
  return {
    nodes,
    timing,
    media: links.map((device) => ({ type: 'bcast', device, port: 694 })),
    pingNodes: (words.pings ?? []).map((name) => ({ name, plugin: 'ping', family: 4, hosts: [name] })),
    healthChecks: [],
    groups: words.groups.map((group, index) => simGroup(group, index + 1, words)),
    logging: { facility: null, logfile: null, debugfile: null, debug: 0, syslogmsgfmt: false },
    msgfmt: words.msgfmt ?? 'classic',
    autoFailback: words.groups.some(({ failback }) => failback) ? 'on' : 'off',
    hopfudge: 1,
    maxRexmitDelayMs: 250,
    realtime: true,
    hbgenmethod: 'file',
    parameters: { keepalive: `${timing.keepaliveMs}ms`, deadtime: `${timing.deadtimeMs}ms` },
    environment: {},
    clients: [],
    apiauth: {},
    scripts: [],
    digest: 'simulate',
  };
}

/** The same configuration, but that its nodes are these. */
export function withNodes(config: ClusterConfig, nodes: readonly string[]): ClusterConfig {
  const groups = config.groups.map((group) => ({
    ...group,
    nodeOrder: group.nodeOrder.filter((name) => nodes.includes(name)),
  }));
  return { ...config, nodes, groups, digest: `of ${nodes.join(' ')}` };
}

/** One key with one method. */
export function simAuth(method: AuthMethod): AuthKeys {
  return { active: 1, keys: new Map([[1, { method, secret: method === 'crc' ? null : 'simulated secret' }]]) };
}

/** A word of haresources. Addresses (IPaddr, IPaddr2, IPv6addr or bare) are built in, everything else is a script. */
export function simResource(word: string, timeouts: Timeouts): ResourceConfig {
  const [first = '', ...rest] = word.split('::');
  const bare = /^\d+\.\d+\.\d+\.\d+/.test(word);
  const agent = bare ? 'IPaddr' : first;
  const args = bare ? [word] : rest;
  const address = /^(IPaddr2?|IPv6addr)$/.test(agent) ? simAddress(args[0] ?? '') : null;
  const path = address === null ? `/etc/ha.d/resource.d/${agent}` : null;
  const kind = address === null ? 'heartbeat' : 'builtin';
  return { name: word, agent, args, parameters: {}, class: kind, path, address, timeouts, watch: unwatched };
}

/** Looked at never; what fails all the same is restarted three times. */
export const unwatched: Watch = {
  intervalMs: null,
  onFail: 'restart',
  migrationThreshold: 3,
  failureTimeoutMs: null,
};

function simAddress(text: string): AddressConfig {
  const [address = '', prefix, device] = text.split('/');
  return {
    family: address.includes(':') ? 6 : 4,
    address,
    prefix: prefix === undefined ? null : Number(prefix),
    device: device ?? null,
    label: null,
    broadcast: null,
  };
}

function simGroup(words: GroupWords, line: number, { nodes, timeouts }: ConfigWords): GroupConfig {
  const name = words.resources[0] ?? '';
  const rest = nodes.filter((node) => node !== words.preferred);
  return {
    name,
    alias: null,
    id: shortHash(name),
    preferred: words.preferred,
    nodeOrder: words.nodeOrder ?? [words.preferred, ...rest],
    failback: words.failback,
    resources: words.resources.map((word) => simResource(word, timeouts)),
    hooks: noHooks,
    line,
  };
}

/** Eight characters of base64url, as the parser's ids look: FNV-1a in two lanes of 24 bits. */
function shortHash(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const lanes = [0x811c9dc5, 0x1000193].map((start) => {
    let hash = start;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    return hash >>> 8;
  });
  return lanes.flatMap((lane) => [18, 12, 6, 0].map((shift) => alphabet[(lane >>> shift) & 63])).join('');
}
