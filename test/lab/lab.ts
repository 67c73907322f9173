/**
 * A laboratory on one machine: nodes, a client and the switch between them, all in namespaces of their own. Needs root.
 * Nothing of it touches the host's network, files or mounts, and nothing outlives the process that made it.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { markedProcesses } from './namespace.js';
import { LabNode } from './node.js';
import { run, until } from './run.js';
import { type Cable, type Direction, type Switch, startSwitch } from './switch.js';

export interface LabOptions {
  /** Names of the nodes, in order: node number n has the addresses 10.77.0.n, 10.78.0.n ... and the TTL 100 + n. */
  readonly nodes: readonly string[];
  /** Names of the networks, each the interface in every node: the first is 10.77.0.0/16, the next 10.78.0.0/16. */
  readonly networks: readonly string[];
  /** Folders of unpacked packages (usr/, etc/, var/) that every node sees over the host's files. */
  readonly packages?: readonly string[];
}

/** What a lab needs and this machine lacks, in one sentence; null when nothing is missing. */
export async function missingForLab(): Promise<string | null> {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.geteuid?.() !== 0) return 'network namespaces need root';
  for (const command of ['ip', 'tc', 'unshare', 'nsenter', 'setpriv']) {
    const found = await run(['sh', '-c', `PATH=$PATH:/sbin:/usr/sbin command -v ${command}`]);
    if (found.code !== 0) return `the command ${command} is missing (Debian packages iproute2 and util-linux)`;
  }
  const possible = await run(['unshare', '--net', '--mount', '--uts', '--pid', '--fork', 'true']);
  return possible.code === 0 ? null : `namespaces cannot be made here: ${possible.stderr.trim()}`;
}

/** Makes a lab; rejects, with nothing left behind, when a part of it cannot be made. */
export async function createLab({ nodes, networks, packages = [] }: LabOptions): Promise<Lab> {
  const id = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const lab = new Lab(id, await startSwitch(id, networks));
  try {
    await lab.addNode('client', { number: 99, networks, packages: [] });
    for (const [index, name] of nodes.entries()) await lab.addNode(name, { number: index + 1, networks, packages });
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

export class Lab {
  /** Unique on this machine; every process of the lab carries it in its environment. */
  readonly id: string;
  readonly #switch: Switch;
  readonly #helpers: ChildProcessWithoutNullStreams[] = [];
  readonly #nodes = new Map<string, LabNode>();

  constructor(id: string, switchboard: Switch) {
    this.id = id;
    this.#switch = switchboard;
  }

  /** The machine of the users: no part of the cluster. */
  get client(): LabNode {
    return this.node('client');
  }

  node(name: string): LabNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`the lab has no node ${name}`);
    return node;
  }

  /** Adds and boots one more machine. */
  async addNode(
    name: string,
    options: { number: number; networks: readonly string[]; packages: readonly string[] },
  ): Promise<LabNode> {
    const node = new LabNode({ name, lab: this.id, switchboard: this.#switch, ...options });
    this.#nodes.set(name, node);
    await node.boot();
    return node;
  }

  /** Cuts one node off one network, both ways, without a sign at the interface, as behind a broken switch. */
  cut(name: string, network: string): void {
    this.#switch.open([this.#cable(name, network)], false);
  }

  /** Ends `cut`. */
  heal(name: string, network: string): void {
    this.#switch.open([this.#cable(name, network)], true);
  }

  /** Pulls (false) or plugs (true) a node's cable: the node sees the carrier go and come. */
  async carrier(name: string, network: string, on: boolean): Promise<void> {
    await this.#switch.carrier(this.#cable(name, network), on);
  }

  /** Loses this part (0 to 1) of what a node sends (`from`) or receives (`to`) on a network: 1 is a one-way cut, 0 ends it. */
  async lose(name: string, network: string, direction: Direction, part: number): Promise<void> {
    await this.#switch.lose(this.#cable(name, network), direction, part);
  }

  /**
   * Starts a program of this project in the client's network, with the host's files. Standard input, output and file descriptor 3
   * are pipes. It ends with the lab.
   */
  helper(program: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
    const { enterNetwork, env } = this.client.namespace;
    // Not among the client's processes: so it is our own child, and its death is seen at once.
    const argv = enterNetwork([process.execPath, program, ...args]);
    // Node's types know three pipes; the fourth is in `stdio`.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    }) as ChildProcessWithoutNullStreams;
    // One that has ended, or is killed, does not read its input any more; its end is what is looked at.
    child.stdin.on('error', () => {});
    this.#helpers.push(child);
    return child;
  }

  /** Ends everything and waits until it is gone; rejects with a list when something stays. May be called again. */
  async close(): Promise<void> {
    for (const helper of this.#helpers) helper.kill('SIGKILL');
    await Promise.all([...this.#nodes.values()].map((node) => node.close()));
    this.#switch.close();
    await this.#switch.namespace.gone;
    await until('all processes of the lab are gone', () => this.leftovers().length === 0, { limitMs: 10_000 }).catch(
      () => {
        throw new Error(`the lab left behind: ${this.leftovers().join(', ')}`);
      },
    );
  }

  /** Processes of this lab that still exist, as "PID command". Empty after `close`: with its processes a lab ends as a whole. */
  leftovers(): string[] {
    return markedProcesses(this.id);
  }

  #cable(name: string, network: string): Cable {
    const cable = this.node(name).cables.find((candidate) => candidate.network === network);
    if (cable === undefined) throw new Error(`node ${name} has no network ${network}`);
    return cable;
  }
}
