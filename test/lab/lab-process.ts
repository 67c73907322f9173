/** A long-running command inside a node. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { childOf, type Namespace } from './namespace.js';
import { until } from './run.js';

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
}

export interface LabProcess {
  /** The process itself, as the host numbers it: for /proc and signals. */
  readonly pid: number;
  /** Everything it printed so far, both outputs, line by line. */
  readonly lines: readonly string[];
  /** Sends a signal; nothing happens when it is gone. */
  signal(name: NodeJS.Signals): void;
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly isRunning: () => boolean;
}

/** Starts `argv` in the namespace. Rejects when it ends before it could be seen. */
export async function spawnInside(
  namespace: Namespace,
  argv: readonly string[],
  { env, onLine }: SpawnOptions = {},
): Promise<LabProcess> {
  const [command = '', ...args] = namespace.enter(argv);
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, ...namespace.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  collect(child.stdout, lines, onLine);
  collect(child.stderr, lines, onLine);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const pid = await until(`${argv.join(' ')} runs`, () => childOf(child.pid ?? 0) ?? (!isRunning() && -1), {
    everyMs: 2,
  });
  if (pid === -1) throw new Error(`${argv.join(' ')} ended at once: ${lines.join('; ')}`);
  return { pid, lines, isRunning, ended, signal: (name) => isRunning() && signal(pid, name) };
}

function collect(stream: Readable, lines: string[], onLine?: (line: string) => void): void {
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    onLine?.(line);
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
