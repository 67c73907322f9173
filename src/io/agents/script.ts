/** Runs one agent script as a child process of its own process group, with a time limit that holds. */
import type { MemoryFiles } from '../kernel/memory-file.js';
import { asAnyOther } from '../kernel/oom-score.js';
import { chrtRefusal, createPromptStart } from '../kernel/scheduler.js';
import { endProcessGroup } from './process-group.js';

export interface ScriptCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/** How a script ended. `output` is the last 64 KiB of standard output and error together; `text` a plain sentence. */
export type ScriptEnd =
  | { readonly end: 'exited'; readonly exitCode: number; readonly output: string }
  | { readonly end: 'killed'; readonly signal: string; readonly output: string }
  | { readonly end: 'timedOut'; readonly output: string; readonly allGone: boolean }
  | { readonly end: 'notRun'; readonly text: string };

export interface ScriptRunner {
  /** Never rejects. Resolves once the script itself is gone; daemons it left behind are not waited for. */
  run(call: ScriptCall): Promise<ScriptEnd>;
}

/** What a child may write at most; further writes fail in the child. */
const maxOutputBytes = 4 * 1024 * 1024;
const tailBytes = 64 * 1024;
const graceMs = 2000;
const reapMs = 1000;
/** Longer times would overflow node's timers, which then fire at once. */
const longestTimerMs = 2 ** 31 - 1;

function notRun(path: string, error: NodeJS.ErrnoException): ScriptEnd {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file, or its interpreter (first line) is missing',
    EACCES: 'permission denied (is it executable?)',
    EAGAIN: 'the system has too many processes',
    ENOMEM: 'the system is out of memory',
  };
  return { end: 'notRun', text: `cannot run ${path}: ${reasons[error.code ?? ''] ?? error.message}` };
}

/** chrt ran instead of the script, and could not become it; null when it could. */
function refused(path: string, ended: ScriptEnd, output: string): ScriptEnd | null {
  if (ended.end !== 'exited' || (ended.exitCode !== 126 && ended.exitCode !== 127)) return null;
  const why = chrtRefusal.exec(output)?.[1];
  if (why === undefined) return null;
  const codes: Record<string, string> = { 'No such file or directory': 'ENOENT', 'Permission denied': 'EACCES' };
  return notRun(path, { name: '', message: why, code: codes[why] ?? '' });
}

/**
 * A runner on execa, which takes about 10 MB: it is loaded when the first script runs, or earlier by `load`, and not at
 * all on a node that has built-in agents only.
 */
export function createScriptRunner(memoryFiles: () => MemoryFiles): ScriptRunner & { load(): Promise<void> } {
  let library: Promise<typeof import('execa')> | null = null;
  const load = (): Promise<typeof import('execa')> => {
    library ??= import('execa');
    return library;
  };

  const startPromptly = createPromptStart();

  const start = async (call: ScriptCall, descriptor: number | null): Promise<ScriptEnd | { timedOut: number }> => {
    const { execa } = await load();
    // execa takes any descriptor; its types only know those up to 9.
    const output = descriptor === null ? 'ignore' : (descriptor as 3);
    const options = {
      cwd: '/',
      env: call.environment,
      extendEnv: false,
      stdin: 'ignore',
      // Descriptors, not pipes: the result must not wait for a daemon that the script leaves behind.
      stdout: output,
      stderr: output,
      buffer: false,
      reject: false,
      detached: true,
      cleanup: false,
    } as const;
    const child = asAnyOther(() => startPromptly(call, ({ path, args }) => execa(path, args, options)));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), Math.min(call.timeoutMs, longestTimerMs));
      if (call.signal?.aborted) resolve(null);
      call.signal?.addEventListener('abort', () => resolve(null), { once: true });
    });
    const result = await Promise.race([child, limit]);
    clearTimeout(timer);
    if (result === null) return { timedOut: child.pid ?? 0 };
    if (result.exitCode !== undefined) return { end: 'exited', exitCode: result.exitCode, output: '' };
    if (result.signal !== undefined) return { end: 'killed', signal: result.signal, output: '' };
    return notRun(call.path, { name: '', message: result.shortMessage ?? '', code: result.code ?? '' });
  };

  const run = async (call: ScriptCall): Promise<ScriptEnd> => {
    if (call.signal?.aborted) return { end: 'notRun', text: 'nobody waits for it any more' };
    const file = await memoryFiles().create(maxOutputBytes);
    try {
      const ended = await start(call, file?.descriptor ?? null);
      const allGone = 'timedOut' in ended && (await endProcessGroup(ended.timedOut, graceMs, reapMs));
      const output = file === null ? '' : (await file.tail(tailBytes)).toString('utf8');
      if ('timedOut' in ended) return { end: 'timedOut', output, allGone };
      return ended.end === 'notRun' ? ended : (refused(call.path, ended, output) ?? { ...ended, output });
    } finally {
      await file?.close();
    }
  };

  return {
    load: async () => {
      await load();
    },
    run: (call) => run(call).catch((error: NodeJS.ErrnoException) => notRun(call.path, error)),
  };
}
