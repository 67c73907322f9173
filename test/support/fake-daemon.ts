/** A daemon's control socket with hand-made answers, and the command line run against it. */
import { spawn } from 'node:child_process';
import type { Command, CommandResult } from '../../src/events.js';
import { createControlServer } from '../../src/io/control-server.js';
import type { Status } from '../../src/status.js';
import { projectRoot } from './paths.js';
import { shortDir } from './short-dir.js';

export interface FakeDaemon {
  readonly runDir: string;
  /** The status that is answered from now on; a function is called for each. */
  status: Status | (() => Status);
  /** What a command does; by default it is taken. */
  onCommand: (command: Command) => CommandResult;
  /** The commands that came. */
  readonly commands: Command[];
}

/** Opens a control socket in a directory of its own; it ends with the test. */
export async function fakeDaemon(t: { teardown: (work: () => unknown) => void }, status: Status): Promise<FakeDaemon> {
  const runDir = shortDir(t);
  const fake: FakeDaemon = {
    runDir,
    status,
    onCommand: () => ({ ok: true, text: 'taken' }),
    commands: [],
  };
  const server = await createControlServer({
    runDir,
    log: { log: () => {}, close: async () => {} },
    onRequest: ({ id, ...request }, reply) => {
      if (request.ask === 'status') {
        const now = typeof fake.status === 'function' ? fake.status() : fake.status;
        reply({ id, ok: true, status: now });
      } else {
        fake.commands.push(request.command);
        reply({ id, ...fake.onCommand(request.command) });
      }
    },
  });
  t.teardown(() => server.close());
  return fake;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one of the project's commands (systole, cl_status ...) with `args`; times are shown in UTC. */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [`${projectRoot}dist/src/${command}.js`, ...args], {
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
