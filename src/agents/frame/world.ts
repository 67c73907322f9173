/** The machine as agents see it: programs, files, time. The real one is `real-world.ts`; tests have their own. */

export interface ProgramOptions {
  /** It is ended after this time: TERM, a second later KILL. Default 10,000. */
  readonly limitMs?: number;
  /** Given on standard input; else there is none. */
  readonly input?: string;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a program ended. At most the first mebibyte of each output. */
export interface Ended {
  /** Null: it did not end by itself, or could not be run; `why` says so. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** In a plain sentence why there is no exit code; empty when there is one. */
  readonly why: string;
  /** There is no such program. */
  readonly isMissing: boolean;
}

export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A directory for what a start remembers for its stop; empty after a boot. It need not exist yet. */
  readonly stateDir: string;
  /** Runs a program, without a shell, to its end; what it leaves running is not waited for. Never rejects. */
  run(argv: readonly [string, ...string[]], options?: ProgramOptions): Promise<Ended>;
  /** Starts a program that goes on when this process has ended, in a session of its own, with no output. Gives its number; rejects when it cannot be started. */
  leaveRunning(argv: readonly [string, ...string[]]): Promise<number>;
  /** Sends a signal to a process; false: there is none of this number. */
  signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean;
  /** Whether a program of this name (or at this path) can be run. */
  hasProgram(name: string): Promise<boolean>;
  /** A file's text; null when it is not there. Rejects for other reasons with a plain sentence. */
  read(path: string): Promise<string | null>;
  /** The names in a folder; null when it is not there, or is no folder. Rejects for other reasons with a plain sentence. */
  list(folder: string): Promise<string[] | null>;
  /** Writes into a file as it is: for what is no real file (/proc, /sys). Rejects with a plain sentence. */
  write(path: string, text: string): Promise<void>;
  /** Puts a whole new file in the place of the old, or none: never half of one. Makes its directory. Rejects with a plain sentence. */
  replace(path: string, text: string): Promise<void>;
  /** Removes a file; one that is not there is removed. Rejects with a plain sentence. */
  remove(path: string): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Monotonic, in milliseconds. */
  now(): number;
  /** One line for the operator, on standard error. */
  say(level: 'info' | 'warn' | 'error', text: string): void;
}
