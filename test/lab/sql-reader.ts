/** A client that asks one question again and again, each time with a new connection. */
import type { Lab } from './lab.js';
import { run } from './run.js';

export interface ReaderOptions {
  /** The client program, and where its libraries are. */
  readonly packages: string;
  readonly address: string;
  /** Account without a password. */
  readonly user: string;
  readonly query: string;
}

export interface Reader {
  /** Every answer. */
  readonly values: readonly string[];
  /** How often there was none. */
  refused(): number;
  stop(): Promise<void>;
}

export function startReading(lab: Lab, { packages, address, user, query }: ReaderOptions): Reader {
  const { enterNetwork, env } = lab.client.namespace;
  const options = ['--no-defaults', `--host=${address}`, `--user=${user}`, '--connect-timeout=1'];
  const argv = enterNetwork([`${packages}/usr/bin/mariadb`, ...options, '--batch', '--skip-column-names', '-e', query]);
  const values: string[] = [];
  let refused = 0;
  let stopped = false;
  const all = (async () => {
    while (!stopped) {
      const libraries = { LD_LIBRARY_PATH: `${packages}/usr/lib/x86_64-linux-gnu` };
      const { code, stdout } = await run(argv, { env: { ...env, ...libraries } });
      if (code === 0) values.push(stdout.trim());
      else refused++;
      await new Promise((done) => setTimeout(done, 50));
    }
  })();
  return {
    values,
    refused: () => refused,
    stop: () => {
      stopped = true;
      return all;
    },
  };
}
