/** A cluster of two in a lab, running the daemon under test. */
import { fileURLToPath } from 'node:url';
import { ask } from '../../src/io/control-client.js';
import type { Status } from '../../src/status.js';
import { addressLine, type ClusterFiles, type ClusterTiming, writeClusterFiles } from './cluster-files.js';
import { createLab, type Lab } from './lab.js';
import type { LabProcess } from './lab-process.js';
import type { LabNode } from './node.js';
import { type Finished, until } from './run.js';

export interface PairOptions {
  readonly timing: ClusterTiming;
  /** In one line of haresources, preferred on a. */
  readonly addresses: readonly string[];
  /** Default: `addresses` in one line. */
  readonly haresources?: string;
  readonly failback?: boolean;
  /** The media lines of a node's ha.cf; default: ucast on the first network, bcast on the second. */
  readonly media?: (node: LabNode) => readonly string[];
  /** More lines of ha.cf. */
  readonly more?: readonly string[];
  readonly onLine?: (node: string, line: string) => void;
  /** Folders of unpacked packages that the nodes see. */
  readonly packages?: readonly string[];
}

/** Started as an operator does, by its first line, which has Node's options in it. */
const program = fileURLToPath(new URL('../../src/systole.js', import.meta.url));
const networks = ['eth0', 'eth1'];

/** Makes a lab with nodes a and b and writes their files. No daemon runs yet. */
export async function createPair(options: PairOptions): Promise<Pair> {
  const lab = await createLab({ nodes: ['a', 'b'], networks, packages: options.packages ?? [] });
  const pair = new Pair(lab, options);
  pair.writeFiles();
  return pair;
}

export class Pair {
  readonly lab: Lab;
  readonly a: LabNode;
  readonly b: LabNode;
  readonly #options: PairOptions;
  readonly #daemons = new Map<string, LabProcess>();

  constructor(lab: Lab, options: PairOptions) {
    this.lab = lab;
    this.a = lab.node('a');
    this.b = lab.node('b');
    this.#options = options;
  }

  get nodes(): readonly LabNode[] {
    return [this.a, this.b];
  }

  /** Writes the files again, with changes. */
  writeFiles(changes: Partial<ClusterFiles> = {}): void {
    const { timing, addresses, failback = true, more = [], media } = this.#options;
    const haresources = this.#options.haresources ?? addressLine('a', addresses, 'eth0');
    const own = media === undefined ? {} : { media };
    writeClusterFiles({ timing, nodes: this.nodes, networks, haresources, failback, more, ...own, ...changes });
  }

  /** Starts the daemon of a node. */
  async start(name: string): Promise<LabProcess> {
    const { onLine } = this.#options;
    const daemon = await this.lab.node(name).spawn([program, 'daemon'], {
      ...(onLine === undefined ? {} : { onLine: (line: string) => onLine(name, line) }),
    });
    this.#daemons.set(name, daemon);
    return daemon;
  }

  /** The daemon that was started last on a node. */
  daemon(name: string): LabProcess {
    const daemon = this.#daemons.get(name);
    if (daemon === undefined) throw new Error(`no daemon was started on ${name}`);
    return daemon;
  }

  /** Runs a verb of the command line on a node. */
  systole(name: string, ...argv: string[]): Promise<Finished> {
    return this.lab.node(name).exec([program, ...argv]);
  }

  /** The daemon's status, without a process for the asking. Rejects when there is no daemon. */
  async status(name: string): Promise<Status> {
    const runFolder = this.lab.node(name).namespace.path('/run/systole');
    const response = await ask(runFolder, { id: 1, ask: 'status' }, 5000);
    if (!response.ok || !('status' in response)) throw new Error(`status of ${name}: ${JSON.stringify(response)}`);
    return response.status;
  }

  /** Waits until a node's status is as wanted; the error tells what it was last. */
  async statusUntil(
    name: string,
    what: string,
    wanted: (status: Status) => boolean,
    limitMs = 20_000,
  ): Promise<Status> {
    let last = 'no status';
    const look = async () => {
      try {
        const status = await this.status(name);
        last = JSON.stringify(status);
        return wanted(status) ? status : undefined;
      } catch (error) {
        last = String(error);
        return undefined;
      }
    };
    return until(`${name}: ${what}`, look, { limitMs }).catch((error) => {
      throw new Error(
        `${(error as Error).message}; last: ${last}; its log: ${this.daemon(name).lines.slice(-15).join('\n')}`,
      );
    });
  }

  /** Waits until both nodes see both as active in an agreed view and every group is started on `owner`. */
  async settled(owner: string, limitMs = 30_000): Promise<void> {
    for (const { name } of this.nodes) {
      await this.statusUntil(
        name,
        `both active, everything on ${owner}`,
        ({ nodes, groups, view }) =>
          view.agreed &&
          nodes.every((node) => node.state === 'active') &&
          groups.every((group) => group.owner === owner && (name !== owner || group.state === 'started')),
        limitMs,
      );
    }
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
