/** Child processes with a limit: what a laboratory needs to call `ip`, `nsenter` and the program under test. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Finished {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** After this time (ms) the process group is killed and `run` rejects. Default 20,000. */
  readonly timeoutMs?: number;
  /** Given on standard input. */
  readonly input?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `argv` to its end. Rejects only when it cannot be started or exceeds its limit; an exit code is a result. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { detached: true, env: { ...process.env, ...options.env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  // A command that does not read its input closes the pipe; its exit code tells what became of it.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return ended(child, argv, options.timeoutMs ?? 20_000).then((code) => ({ code, ...output }));
}

/** Runs `argv`; gives its standard output, or rejects with what it said when its exit code is not 0. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options);
  if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}

function ended(child: ChildProcess, argv: readonly string[], limitMs: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child);
      reject(new Error(`${argv.join(' ')}: still running after ${limitMs} ms`));
    }, limitMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended between the look and the kill.
  }
}

/** Waits until `ready` gives something other than undefined or false, asking every `everyMs`; rejects with `what` after `limitMs`. */
export async function until<T>(
  what: string,
  ready: () => T | undefined | false | Promise<T | undefined | false>,
  { limitMs = 15_000, everyMs = 20 }: { limitMs?: number; everyMs?: number } = {},
): Promise<T> {
  const limit = performance.now() + limitMs;
  for (;;) {
    const value = await ready();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > limit) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}
