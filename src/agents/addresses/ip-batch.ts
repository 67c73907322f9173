/** Runs many `ip` commands in one process that was started ahead of time. */
import { spawn } from 'node:child_process';
import { rootCommands } from '../../io/programs.js';
import { type Complaints, readComplaints } from './commands.js';

/**
 * After a batch, wait this long before starting the next spare: starting a process stops the event loop for
 * milliseconds.
 */
const idleMs = 250;
/** A spare that ended by itself (killed, or there is no `ip`) is replaced after this time. */
const retryMs = 5000;

/** How a batch ended. Failures name lines; `rest` is trouble that is not of one line. */
export interface BatchResult extends Complaints {
  readonly stdout: string;
  /** The process was killed by `kill`. */
  readonly killed: boolean;
}

/** A batch that runs. */
export interface RunningBatch {
  /** Never rejects. */
  readonly done: Promise<BatchResult>;
  kill(): void;
}

/**
 * The commands go to `ip -force -json -batch -`, which does them one after the other and goes on after failures. With
 * `warm`, one such process always waits for its commands, so that a takeover does not pay for starting it.
 */
export class IpBatch {
  readonly #warm: boolean;
  #spare: Helper | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(warm: boolean) {
    this.#warm = warm;
    if (warm) this.#keepSpare();
  }

  /** Runs the lines. They must be safe to repeat: if the spare turns out to be dead they are run again. */
  run(lines: readonly string[]): RunningBatch {
    const spare = this.#spare;
    this.#spare = null;
    clearTimeout(this.#timer);
    const input = `${lines.join('\n')}\n`;
    let helper = spare ?? start();
    let killed = false;
    helper.feed(input);
    const finish = async (): Promise<BatchResult> => {
      let ended = await helper.ended;
      if (spare !== null && ended.reason !== '' && !killed) {
        helper = start();
        helper.feed(input);
        ended = await helper.ended;
      }
      this.#keepSpareAfter(idleMs);
      return { stdout: ended.stdout, killed, ...complaints(ended) };
    };
    return {
      done: finish(),
      kill() {
        killed = true;
        helper.kill();
      },
    };
  }

  /** Ends the spare. Running batches end by themselves. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#spare?.feed('');
    this.#spare = null;
  }

  #keepSpareAfter(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#warm && !this.#closed && this.#spare === null) {
      this.#timer = setTimeout(() => this.#keepSpare(), ms).unref();
    }
  }

  #keepSpare(): void {
    const helper = start();
    this.#spare = helper;
    helper.ended.then(() => {
      if (this.#spare !== helper) return;
      this.#spare = null;
      this.#keepSpareAfter(retryMs);
    });
  }
}

/** One process that waits for its input. */
interface Helper {
  /** Gives the whole input. */
  feed(input: string): void;
  kill(): void;
  /** Never rejects. */
  readonly ended: Promise<Ended>;
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** Why it did not end by itself; empty when it did. */
  readonly reason: string;
}

function start(): Helper {
  // The PATH of a daemon may lack the directories of root's commands; LC_ALL because messages are read.
  const env = { PATH: `${process.env.PATH ?? ''}:${rootCommands}`, LC_ALL: 'C' };
  // Detached, so that an interrupt from the terminal, which goes to all of the daemon's session, does not end it
  // halfway.
  const child = spawn('ip', ['-force', '-json', '-batch', '-'], { stdio: 'pipe', detached: true, env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  // Where the system is out of descriptors there are no streams, only an error event.
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A process that is gone cannot be written to; how it ended says more.
  child.stdin?.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => {
    const end = (code: number | null, reason: string) =>
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code, reason });
    child.once('error', (error) => end(null, `cannot run ip: ${error.message}`));
    child.once('close', (code, signal) => end(code, signal === null ? '' : `ip was ended by ${signal}`));
  });
  return { feed: (input) => void child.stdin?.end(input), kill: () => void child.kill('SIGKILL'), ended };
}

function complaints({ stderr, reason, code }: Ended): Complaints {
  const { failures, rest } = readComplaints(stderr);
  if (reason !== '') return { failures, rest: reason };
  // Warnings of a batch that went well are no failure.
  if (code === 0 || (failures.size > 0 && rest === '')) return { failures, rest: '' };
  return { failures, rest: rest || `ip ended with code ${code}` };
}
