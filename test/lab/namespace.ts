/**
 * A set of namespaces (network, mounts, hostname, processes) that lives as long as its first process, and no longer than
 * the process that made it: the parent's death kills it (PR_SET_PDEATHSIG), so that nothing is left behind even after kill -9.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './run.js';

export interface Namespace {
  /** The first process, as the host numbers it. */
  readonly pid: number;
  /** The argv that runs `argv` inside all four namespaces. */
  enter(argv: readonly string[]): string[];
  /** The argv that runs `argv` in this network only, with the host's files and process numbers. */
  enterNetwork(argv: readonly string[]): string[];
  /** A path inside, as seen from the host. */
  path(inside: string): string;
  /** Kills every process inside, at once. Returns before they are gone. */
  kill(): void;
  /** Settles when the last process is gone. */
  readonly gone: Promise<void>;
  readonly alive: () => boolean;
  /** Environment of every process of the lab: what `markedProcesses` looks for. */
  readonly env: Readonly<Record<string, string>>;
}

export interface NamespaceOptions {
  /** Shell commands to run first inside; a failing one fails `startNamespace`. */
  readonly setup: string;
  /** Whose files it starts from; the host's if not given. */
  readonly filesOf?: Namespace;
  /** The lab's name, unique on this machine. */
  readonly lab: string;
}

const markName = 'SYSTOLE_LAB';

const unshare = 'unshare --net --mount --uts --pid --fork --mount-proc --kill-child=KILL --propagation private'.split(
  ' ',
);

/** Starts a namespace and runs its set-up. Rejects with what the set-up said when that fails. */
export async function startNamespace({ setup, filesOf, lab }: NamespaceOptions): Promise<Namespace> {
  // The first process ignores SIGCHLD, so that orphans it inherits are reaped by the kernel (trap '' of a shell is not passed on).
  const script = `set -e\n${setup}\necho ready\nexec env --ignore-signal=CHLD sleep infinity\n`;
  const base = filesOf === undefined ? [] : ['nsenter', '--target', String(filesOf.pid), '--mount'];
  const argv = ['--pdeathsig', 'KILL', ...base, ...unshare, 'sh', '-c', script];
  const env = { [markName]: lab };
  const child = spawn('setpriv', argv, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await readyLine(child);
  const pid = await until('the namespace has a first process', () => childOf(child.pid ?? 0));
  return namespaceOf(child, { pid, gone, env });
}

function namespaceOf(child: ChildProcess, known: Pick<Namespace, 'pid' | 'gone' | 'env'>): Namespace {
  const { pid } = known;
  const target = ['nsenter', '--target', String(pid)];
  const alive = () => child.exitCode === null && child.signalCode === null;
  return {
    ...known,
    alive,
    enter: (argv) => [...target, '--net', '--mount', '--uts', '--pid', ...argv],
    enterNetwork: (argv) => [...target, '--net', ...argv],
    path: (inside) => `/proc/${pid}/root${inside}`,
    kill: () => {
      // While `unshare` has not been reaped the number cannot belong to anybody else.
      if (alive()) kill(pid);
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (data: Buffer) => {
      errors += String(data);
    });
    child.stdout?.on('data', (data: Buffer) => {
      if (String(data).includes('ready')) resolve();
    });
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`the namespace ended with ${code}: ${errors.trim()}`)));
  });
}

/** The only child of a process, or undefined while there is none. */
export function childOf(pid: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first ? Number(first) : undefined;
  } catch {
    // The process is gone: it has no child either.
    return undefined;
  }
}

/** Processes of the lab of this name that still exist, anywhere on this machine, as "PID command". */
export function markedProcesses(lab: string): string[] {
  return processesWith(`${markName}=${lab}`);
}

/** Processes that have this "NAME=value" in their environment. */
export function processesWith(variable: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && text(`/proc/${name}/environ`).split('\0').includes(variable))
    .map((pid) => `${pid} ${text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended while it was looked at.
    return '';
  }
}
