/** Runs programs for agents: with a limit, without a shell, and never waiting for what they leave behind. */
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Ended, ProgramOptions } from './world.js';

const defaultLimitMs = 10_000;
const killAfterMs = 1000;
const largestOutput = 1024 * 1024;

/**
 * Standard output and error are files without a name, not pipes: a daemon that the program leaves behind would keep a pipe
 * open for ever. The program stays in this process's group, so that a cluster manager that ends the agent ends it, too.
 */
export async function runProgram(argv: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  const { limitMs = defaultLimitMs, input, environment = {} } = options;
  const [command = '', ...args] = argv;
  const [stdout, stderr] = await Promise.all([namelessFile('out'), namelessFile('err')]);
  try {
    // Loaded here: most calls of an agent run no program.
    const { execa } = await import('execa');
    const result = await execa(command, args, {
      env: { LC_ALL: 'C', ...environment },
      // execa takes any descriptor; its types only know those up to 9.
      stdout: stdout.fd as 3,
      stderr: stderr.fd as 3,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      buffer: false,
      reject: false,
      timeout: limitMs,
      forceKillAfterDelay: killAfterMs,
    });
    const [out, err] = await Promise.all([textOf(stdout), textOf(stderr)]);
    const isMissing = result.code === 'ENOENT';
    const code = result.timedOut ? null : (result.exitCode ?? null);
    const why = code === null ? reason(command, result, limitMs) : '';
    return { code, stdout: out, stderr: err, why, isMissing };
  } finally {
    await Promise.all([stdout.close(), stderr.close()]);
  }
}

interface Failure {
  readonly timedOut: boolean;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly shortMessage?: string | undefined;
}

function reason(command: string, { timedOut, signal, code, shortMessage }: Failure, limitMs: number): string {
  if (timedOut) return `${command} did not end within ${limitMs / 1000} s`;
  if (code === 'ENOENT') return `there is no program ${command}`;
  if (code === 'EACCES') return `${command} may not be run`;
  return signal === undefined ? `${command} cannot be run: ${shortMessage ?? ''}` : `${command} was ended by ${signal}`;
}

type File = Awaited<ReturnType<typeof open>>;

async function namelessFile(name: string): Promise<File> {
  const path = `${tmpdir()}/systole-${process.pid}-${process.hrtime.bigint()}-${name}`;
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

async function textOf(file: File): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(largestOutput), 0, largestOutput, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

/** What a program said, for a sentence: the last line of its error output, else of its output, else why it did not end. */
export function saidBy({ code, stdout, stderr, why }: Ended): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  return why || (lines.at(-1) ?? '').trim().slice(0, 300) || `exit code ${code}`;
}
