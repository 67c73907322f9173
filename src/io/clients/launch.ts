/** Starts a program of `respawn` as the user it is for. */
import { spawn } from 'node:child_process';
import type { ClientConfig } from '../../config/types.js';
import { readAccounts, type User } from '../accounts.js';
import { endProcessGroup } from '../agents/process-group.js';
import { asAnyOther } from '../kernel/oom-score.js';
import type { ClientEnd } from './respawn-rule.js';

export interface LaunchedClient {
  readonly pid: number;
  readonly user: User;
  /** Settles when the program is gone; never rejects. */
  readonly ended: Promise<ClientEnd>;
  /** SIGTERM to its process group, SIGKILL after `graceMs`; settles when it is gone, or after a second more. */
  stop(graceMs: number): Promise<void>;
}

/** Starts a program; a string says in plain words why it could not be. */
export type Launch = (
  client: ClientConfig,
  environment: Readonly<Record<string, string>>,
) => Promise<LaunchedClient | string>;

/** How long the kernel has to do away with what was killed. */
const reapMs = 1000;

export const launch: Launch = async (client, environment) => {
  const user = (await readAccounts()).users.get(client.user);
  if (user === undefined) return `there is no user ${client.user} in /etc/passwd`;
  const own = process.getuid?.() ?? 0;
  if (own !== 0 && own !== user.uid) return 'the daemon does not run as root';
  const [program = '', ...args] = [
    ...(own === 0 ? changingTo(user) : []),
    '/bin/sh',
    '-c',
    withoutShell(client.command),
  ];
  const child = asAnyOther(() =>
    spawn(program, args, {
      cwd: '/',
      env: { ...environment, HOME: user.home, USER: client.user, LOGNAME: client.user },
      stdio: 'ignore',
      // A process group of its own, to be ended as a whole.
      detached: true,
    }),
  );
  const ended = new Promise<ClientEnd>((resolve) => {
    child.once('error', ({ message }) => resolve({ end: 'notStarted', text: message }));
    child.once('exit', (exitCode, signal) =>
      resolve(exitCode === null ? { end: 'killed', signal: signal ?? 'a signal' } : { end: 'exited', exitCode }),
    );
  });
  const { pid } = child;
  if (pid === undefined) {
    const end = await ended;
    return end.end === 'notStarted' ? end.text : 'it could not be started';
  }
  return {
    pid,
    user,
    ended,
    async stop(graceMs) {
      await endProcessGroup(pid, graceMs, reapMs);
    },
  };
};

/**
 * Node can change user and group, but then takes all further groups away: setpriv (util-linux) gives a user his own.
 * Should the daemon be killed, the program gets SIGTERM: the next daemon starts a new one.
 */
function changingTo({ uid, gid }: User): string[] {
  return ['setpriv', '--pdeathsig', 'TERM', '--reuid', String(uid), '--regid', String(gid), '--init-groups', '--'];
}

/**
 * One command takes the shell's place: then a signal reaches it, and its end is known as what it is. A list or a pipe
 * needs the shell.
 */
function withoutShell(command: string): string {
  return /[;|()\n]|(?<!>)&/.test(command) ? command : `exec ${command}`;
}
