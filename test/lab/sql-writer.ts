/** A client that writes rows without a pause and remembers which were acknowledged, and when. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Lab } from './lab.js';

export interface WriterOptions {
  /** The client program, and where its libraries are. */
  readonly packages: string;
  readonly address: string;
  /** Account without a password. */
  readonly user: string;
  /** `database.table`, with a column n. */
  readonly table: string;
}

export interface Acknowledged {
  readonly n: number;
  /** performance.now() */
  readonly atMs: number;
}

export interface Writer {
  readonly acknowledged: readonly Acknowledged[];
  stop(): Promise<void>;
}

/** Without an answer for so long it gives the connection up and makes another. */
const patienceMs = 1000;
const pauseMs = 20;

/** Every row has a number of its own, also when nobody knows whether it was written. */
export function startWriting(lab: Lab, options: WriterOptions): Writer {
  const acknowledged: Acknowledged[] = [];
  let n = 0;
  let stopped = false;
  const session = (): Promise<void> =>
    new Promise((resolve) => {
      const child = connect(lab, options);
      let timer = setTimeout(() => child.kill('SIGKILL'), patienceMs * 2);
      const next = () => {
        clearTimeout(timer);
        if (stopped) return child.stdin.end();
        n++;
        timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
        child.stdin.write(`INSERT INTO ${options.table} VALUES (${n}); SELECT ${n};\n`);
      };
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line !== 'ready') acknowledged.push({ n: Number(line), atMs: performance.now() });
        next();
      });
      child.on('close', () => {
        clearTimeout(timer);
        resolve();
      });
      child.stdin.write("SELECT 'ready';\n");
    });
  const all = (async () => {
    while (!stopped) {
      await session();
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  })();
  return {
    acknowledged,
    stop: () => {
      stopped = true;
      return all;
    },
  };
}

function connect(lab: Lab, { packages, address, user }: WriterOptions): ChildProcessWithoutNullStreams {
  const { enterNetwork, env } = lab.client.namespace;
  const client = `${packages}/usr/bin/mariadb`;
  const options = ['--no-defaults', `--host=${address}`, `--user=${user}`, '--connect-timeout=1', '--skip-reconnect'];
  const argv = enterNetwork([client, ...options, '--batch', '--skip-column-names', '--unbuffered']);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], {
    env: { ...process.env, ...env, LD_LIBRARY_PATH: `${packages}/usr/lib/x86_64-linux-gnu` },
  });
  // Its end is looked at; what it says of a lost connection is expected.
  child.stdin.on('error', () => {});
  child.stderr.resume();
  return child;
}

/** The longest time without an acknowledgement that begins or ends between two moments. */
export function longestPause(acknowledged: readonly Acknowledged[], fromMs: number, toMs: number): number {
  const times = acknowledged.map(({ atMs }) => atMs);
  return Math.max(
    0,
    ...times.slice(1).map((at, i) => (at >= fromMs && (times[i] ?? 0) <= toMs ? at - (times[i] ?? 0) : 0)),
  );
}
