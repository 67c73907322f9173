/** A machine for agents under test: files in a map, programs as functions, time that passes when something sleeps. */
import type { Ended, ProgramOptions, World } from '../../../src/agents/frame/world.js';

/** Answers a program's call; what is left out is exit code 0 and no output. */
export type FakeProgram = (args: readonly string[], options: ProgramOptions) => Partial<Ended>;

export interface FakeWorld extends World {
  readonly files: Map<string, string>;
  /** Every program that was run, as one line. */
  readonly ran: string[];
  /** Every program that was left running, as one line. */
  readonly left: string[];
  readonly said: string[];
  readonly sleptMs: number;
}

export interface FakeOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, FakeProgram>>;
  /** Why writing into a file fails. */
  readonly refuse?: (path: string, text: string) => string | null;
  /** What a signal does. */
  readonly signal?: (pid: number, name: string) => boolean;
}

/** The number of the first process that is left running is one more. */
const firstLeft = 4000;

/** There are folders only where files are. */
function namesIn(files: ReadonlyMap<string, string>, folder: string): string[] | null {
  const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  const names = new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''));
  return names.size === 0 ? null : [...names];
}

export function fakeWorld(options: FakeOptions = {}): FakeWorld {
  const { environment = {}, programs = {}, refuse = () => null } = options;
  const files = new Map(Object.entries(options.files ?? {}));
  const ran: string[] = [];
  const left: string[] = [];
  const said: string[] = [];
  let sleptMs = 0;
  const write = async (path: string, text: string, must: boolean) => {
    const why = must && !files.has(path) ? 'there is no such file' : refuse(path, text);
    if (why !== null) throw new Error(`cannot write ${path}: ${why}`);
    files.set(path, text);
  };
  return {
    environment,
    stateDir: '/state',
    files,
    ran,
    left,
    said,
    get sleptMs() {
      return sleptMs;
    },
    run: async (argv, runOptions = {}) => {
      const [name, ...args] = argv;
      ran.push(argv.join(' '));
      const program = programs[name];
      const ended = { code: 0, stdout: '', stderr: '', why: '', isMissing: false };
      if (program === undefined) return { ...ended, code: null, why: `there is no program ${name}`, isMissing: true };
      return { ...ended, ...program(args, runOptions) };
    },
    leaveRunning: async (argv) => {
      left.push(argv.join(' '));
      return firstLeft + left.length;
    },
    hasProgram: async (name) => name in programs,
    signal: (pid, name) => options.signal?.(pid, name) ?? true,
    read: async (path) => files.get(path) ?? null,
    list: async (folder) => namesIn(files, folder),
    write: (path, text) => write(path, text, true),
    replace: (path, text) => write(path, text, false),
    remove: async (path) => {
      files.delete(path);
    },
    sleep: async (ms) => {
      sleptMs += ms;
    },
    now: () => sleptMs,
    say: (level, text) => void said.push(`${level}: ${text}`),
  };
}
