/** One machine of a lab: its own network, hostname, processes and files. Its disk survives a power-off; /run and its processes do not. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type LabProcess, type SpawnOptions, spawnInside } from './lab-process.js';
import { type Namespace, startNamespace } from './namespace.js';
import { type Finished, must, type RunOptions, run } from './run.js';
import type { Cable, Switch } from './switch.js';

export interface NodeOptions {
  readonly name: string;
  /** The lab's name. */
  readonly lab: string;
  /** From 1 to 254; the last part of its addresses. */
  readonly number: number;
  readonly networks: readonly string[];
  readonly switchboard: Switch;
  /** Folders with usr/, etc/ and var/ to lay over the host's: unpacked packages. */
  readonly packages: readonly string[];
}

export class LabNode {
  readonly name: string;
  /** The IP TTL of everything its kernel sends: tells a client which node answered. */
  readonly ttl: number;
  readonly cables: readonly Cable[];
  readonly #options: NodeOptions;
  #namespace: Namespace | null = null;
  #isOn = false;
  #pinnedNetwork: number | null = null;

  constructor(options: NodeOptions) {
    const { name, number, networks } = options;
    this.name = name;
    this.ttl = 100 + (number % 100);
    this.#options = options;
    this.cables = networks.map((network, index) => ({ node: name, network, mac: mac(index, number) }));
  }

  get isOn(): boolean {
    return this.#isOn && this.namespace.alive();
  }

  /** Its own address on a network, without the prefix, which is 16 everywhere. */
  address(network: string): string {
    return `${subnet(this.#options.networks.indexOf(network))}.0.${this.#options.number}`;
  }

  /** The namespaces it runs in; after a power-off, those it ran in. */
  get namespace(): Namespace {
    if (this.#namespace === null) throw new Error(`node ${this.name} was never booted`);
    return this.#namespace;
  }

  /** Runs a command inside to its end; an exit code is a result, not an error. */
  exec(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const { enter, env } = this.namespace;
    return run(enter(argv), { ...options, env: { ...env, ...options.env } });
  }

  /** Starts a long-running command inside. It ends with the node at the latest. */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess> {
    return spawnInside(this.namespace, argv, options);
  }

  /** Writes a file inside; its folder is made. */
  writeFile(path: string, text: string, mode = 0o644): void {
    const outside = this.namespace.path(path);
    mkdirSync(dirname(outside), { recursive: true });
    writeFileSync(outside, text, { mode });
  }

  readFile(path: string): string {
    return readFileSync(this.namespace.path(path), 'utf8');
  }

  /**
   * Cuts the power. From the returned moment on (process.hrtime.bigint()) nothing it sends arrives anywhere; every process is
   * killed. Its network is taken apart only at the next `boot` or the lab's end: that work of the kernel, which the power-off of
   * a real machine does not cause to others, would hold the network lock that the survivor's takeover needs.
   */
  powerOff(): bigint {
    if (!this.#isOn) throw new Error(`node ${this.name} is off already`);
    this.#options.switchboard.open(this.cables, false);
    const silentAt = process.hrtime.bigint();
    this.namespace.kill();
    this.#isOn = false;
    return silentAt;
  }

  /** Power on: the same disk, the same hardware addresses, an empty /run. */
  async boot(): Promise<void> {
    if (this.#isOn) throw new Error(`node ${this.name} is on already`);
    const { switchboard, lab } = this.#options;
    await this.#namespace?.gone;
    await switchboard.disconnect(this.cables);
    this.#unpin();
    this.#namespace = await startNamespace({
      lab,
      filesOf: switchboard.namespace,
      setup: setup(this.#options, this.ttl),
    });
    this.#pinnedNetwork = openSync(`/proc/${this.#namespace.pid}/ns/net`, 'r');
    await switchboard.connect(this.cables, this.#namespace);
    await must(this.#namespace.enterNetwork(['ip', '-batch', '-']), { input: this.#interfaces() });
    this.#isOn = true;
  }

  /** Ends everything of this node; settles when its last process is gone. */
  async close(): Promise<void> {
    this.#isOn = false;
    this.#namespace?.kill();
    await this.#namespace?.gone;
    this.#unpin();
  }

  #interfaces(): string {
    const lines = this.cables.flatMap(({ network }) => [
      `addr add ${this.address(network)}/16 brd + dev ${network}`,
      `link set ${network} up`,
    ]);
    return `link set lo up\n${lines.join('\n')}\n`;
  }

  #unpin(): void {
    if (this.#pinnedNetwork !== null) closeSync(this.#pinnedNetwork);
    this.#pinnedNetwork = null;
  }
}

/** What a cluster on the host itself may have, and a node of a lab must not see. */
const hostState =
  '/etc/ha.d/ha.cf /etc/ha.d/authkeys /etc/ha.d/haresources /etc/ha.d/resources.ini /var/lib/systole /var/lib/heartbeat/hb_*';

/** Folders with files of the node's own: the host's below, the node's disk above. */
const ownFolders = ['etc', 'var'];

function setup({ name, packages }: NodeOptions, ttl: number): string {
  const disk = `/run/disk/${name}`;
  const overlays = ownFolders.map((folder) => {
    const below = [...packages.map((path) => `${path}/${folder}`), `/${folder}`].join(':');
    const own = `${disk}/${folder}`;
    return `mkdir -p ${own} ${own}.work; mount -t overlay lab-${folder} -o lowerdir=${below},upperdir=${own},workdir=${own}.work /${folder}`;
  });
  const programs = packages.map((path) => `${path}/usr`).join(':');
  return [
    `hostname ${name}`,
    ...overlays,
    ...(programs === '' ? [] : [`mount -t overlay lab-usr -o lowerdir=${programs}:/usr /usr`]),
    `test -e ${disk}/made || rm -rf ${hostState}`,
    `touch ${disk}/made`,
    'mkdir -p /etc/ha.d /var/lib/systole /var/log',
    'mount -t tmpfs -o mode=755 lab-run /run',
    'mount -t sysfs lab-sys /sys',
    'mkdir /run/systole',
    `echo ${ttl} > /proc/sys/net/ipv4/ip_default_ttl`,
    // Addresses of IPv6 are usable at once, as on a network whose duplicate check is over.
    'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad',
  ].join('\n');
}

function subnet(networkIndex: number): string {
  return `10.${77 + networkIndex}`;
}

function mac(networkIndex: number, number: number): string {
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return `02:77:00:00:${hex(networkIndex)}:${hex(number)}`;
}
