/**
 * An agent of resource.d for the laboratory: `NAME start|stop|status` runs a real process in the background, which holds a
 * lock on a file that all nodes of the lab share, as it would a disk. Files are its switches, and it keeps a record of its
 * calls. So a test sees what ran when, and that never two ran at once.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from './lab.js';

/** What can be made to go wrong. */
export type Trouble = 'fail-start' | 'fail-stop' | 'hang-stop' | 'hang-status';

export interface ServiceCall {
  readonly verb: string;
  /** On the wall clock, in milliseconds. */
  readonly atMs: number;
}

const record = (name: string): string => `/var/log/service-${name}`;
const pidFile = (name: string): string => `/run/service-${name}.pid`;
const switchFile = (trouble: Trouble, name: string): string => `/var/lib/service-${name}-${trouble}`;

/** The script. `lock`: a file that is the same on all nodes. */
function script(name: string, lock: string): string {
  return `#!/bin/sh
pid=$(cat ${pidFile(name)} 2>/dev/null)
echo "$1 $(date +%s%3N)" >>${record(name)}
trouble() { test -e /var/lib/service-${name}-$1; }
# Nobody reaps orphans in a lab: a zombie is dead.
runs() { test -n "$pid" && grep -q '^State:[[:space:]]*[^ZX]' /proc/$pid/status 2>/dev/null; }
case $1 in
  start)
    trouble fail-start && { echo "the switch says that it fails"; exit 1; }
    runs && exit 0
    setsid sh -c 'echo $$ >${pidFile(name)}
      exec 9>>${lock}
      flock -n 9 || { hostname >>${lock}.twice; exit 1; }
      echo held >${pidFile(name)}.held
      exec sleep 1000000' </dev/null >/dev/null 2>&1 &
    for try in 1 2 3 4 5 6 7 8 9 10; do
      test -e ${pidFile(name)}.held && exit 0
      sleep 0.05
    done
    echo "it does not come up"
    exit 1 ;;
  stop)
    trouble fail-stop && { echo "the switch says that it does not stop"; exit 1; }
    trouble hang-stop && sleep 100000
    test -n "$pid" && kill -9 "$pid" 2>/dev/null
    while runs; do sleep 0.01; done
    rm -f ${pidFile(name)} ${pidFile(name)}.held
    exit 0 ;;
  status)
    trouble hang-status && sleep 100000
    runs && { echo running; exit 0; }
    echo stopped
    exit 3 ;;
esac
exit 2
`;
}

/** The service on all nodes of a lab. */
export class Service {
  readonly name: string;
  private readonly lab: Lab;
  private readonly shared = mkdtempSync(join(tmpdir(), 'systole-service-'));

  /** `shared: false`: each node has a lock of its own, so that it could run on both. */
  constructor(lab: Lab, nodes: readonly string[], { name = 'Service', shared = true } = {}) {
    this.lab = lab;
    this.name = name;
    for (const node of nodes) {
      const lock = join(this.shared, shared ? `${name}.lock` : `${name}.${node}.lock`);
      lab.node(node).writeFile(`/etc/ha.d/resource.d/${name}`, script(name, lock), 0o755);
      lab.node(node).writeFile(record(name), '');
    }
  }

  /** Makes it go wrong on a node from now on, or well again. */
  async turn(node: string, trouble: Trouble, on: boolean): Promise<void> {
    const file = switchFile(trouble, this.name);
    if (on) this.lab.node(node).writeFile(file, '');
    else await this.lab.node(node).exec(['rm', '-f', file]);
  }

  /** The process on a node, as the node numbers it; null when none runs. */
  async pid(node: string): Promise<number | null> {
    const look = `pid=$(cat ${pidFile(this.name)}) && grep -q '^State:[[:space:]]*[^ZX]' /proc/$pid/status && echo $pid`;
    const { stdout } = await this.lab.node(node).exec(['sh', '-c', look]);
    return stdout === '' ? null : Number(stdout);
  }

  /** Kills the process, as a crash does. */
  async kill(node: string): Promise<void> {
    const pid = await this.pid(node);
    if (pid === null) throw new Error(`${this.name} does not run on ${node}`);
    await this.lab.node(node).exec(['kill', '-KILL', String(pid)]);
  }

  /** The calls of the agent on a node since a moment (wall clock, ms), in order. */
  calls(node: string, sinceMs = 0): ServiceCall[] {
    const lines = this.lab.node(node).readFile(record(this.name)).split('\n');
    return lines.flatMap((line) => {
      const [verb = '', at = ''] = line.split(' ');
      return verb === '' || Number(at) < sinceMs ? [] : [{ verb, atMs: Number(at) }];
    });
  }

  /** How often the agent was called to start on a node, or to stop. */
  count(node: string, verb: string, sinceMs = 0): number {
    return this.calls(node, sinceMs).filter((call) => call.verb === verb).length;
  }

  /** How often it was asked for its status after the last start. */
  looksSinceStart(node: string): number {
    const verbs = this.calls(node).map(({ verb }) => verb);
    return verbs.slice(verbs.lastIndexOf('start')).filter((verb) => verb === 'status').length;
  }

  /** Whether it was ever started while it ran on another node. */
  ranTwice(): boolean {
    return existsSync(this.twice);
  }

  /** The names of the nodes on which it was started while it ran elsewhere, for a test's comment. */
  whoRanTwice(): string {
    return this.ranTwice() ? readFileSync(this.twice, 'utf8') : '';
  }

  close(): void {
    rmSync(this.shared, { recursive: true, force: true });
  }

  private get twice(): string {
    return join(this.shared, `${this.name}.lock.twice`);
  }
}
