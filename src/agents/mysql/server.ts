/** Starts a server and waits for its first answer; ends it and waits until it is gone. */
import { dirname } from 'node:path';
import type { AgentContext } from '../frame/agent.js';
import { type Answer, done, failed, misconfigured, Refusal } from '../frame/answer.js';
import { saidBy } from '../frame/programs.js';
import { type StateFile, stateFile } from '../frame/state-file.js';
import { isRefused, query } from './client.js';
import { findServer, isAlive } from './process.js';
import type { ServerSettings } from './settings.js';

export interface Subject {
  readonly context: AgentContext;
  readonly settings: ServerSettings;
}

const lookEveryMs = 100;
const askLimitMs = 5000;

export const launched = (context: AgentContext): StateFile => stateFile('mysql', context);

const knownOf = ({ context, settings }: Subject) => ({ world: context.world, settings, state: launched(context) });

export const server = (subject: Subject) => findServer(knownOf(subject));

/** Starts the server if it does not run, and waits until a query is answered, `untilMs` on the world's clock at the latest. Throws a `Refusal`. */
export async function ensureServing(subject: Subject, untilMs: number): Promise<void> {
  const { context, settings } = subject;
  const { world } = context;
  if ((await query({ world, settings }, 'SELECT 1', askLimitMs)).ok) return;
  const found = await server(subject);
  if (found !== null && !found.isOurs) {
    throw new Refusal(failed(`another server, process ${found.pid}, has the data directory ${settings.datadir}`));
  }
  const log = await logEnd(subject);
  const pid = found?.pid ?? (await launch(subject));
  await answered(subject, { pid, log, untilMs });
}

interface Started {
  readonly pid: number;
  /** Where in the log this start begins. */
  readonly log: number;
  readonly untilMs: number;
}

async function answered(subject: Subject, { pid, log, untilMs }: Started): Promise<void> {
  const { context, settings } = subject;
  const { world } = context;
  const beganMs = world.now();
  for (;;) {
    const reply = await query({ world, settings }, 'SELECT 1', askLimitMs);
    if (reply.ok) return;
    if (isRefused(reply)) {
      throw new Refusal(misconfigured(`the server does not let ${settings.asks.user} in (test_user): ${reply.why}`));
    }
    if (!(await isAlive(world, pid))) {
      await launched(context).remove();
      throw new Refusal(failed(`the server ended while it started: ${await complaint(subject, log)}`));
    }
    if (world.now() >= untilMs) {
      const seconds = Math.round((world.now() - beganMs) / 1000);
      const what = `the server, process ${pid}, has not answered a query within ${seconds} s`;
      throw new Refusal(failed(`${what}: it may still recover; allow the start more time (${reply.why})`));
    }
    await world.sleep(lookEveryMs);
  }
}

async function launch(subject: Subject): Promise<number> {
  const { context, settings } = subject;
  const { world } = context;
  const { config, datadir, socket, pidFile, user, log, more } = settings;
  // What a power-off left behind; findServer has seen that nobody runs here.
  await Promise.all([pidFile, socket].map((path) => world.remove(path)));
  for (const path of new Set([socket, pidFile, log].map(dirname))) await makeFolder(subject, path);
  const pid = await world.leaveRunning([
    settings.binary,
    ...(config === null ? [] : [`--defaults-file=${config}`]),
    `--datadir=${datadir}`,
    `--socket=${socket}`,
    `--pid-file=${pidFile}`,
    `--user=${user}`,
    `--log-error=${log}`,
    ...more,
  ]);
  await launched(context).write(`${pid}\n`);
  return pid;
}

/** /run is empty after a boot. A folder that is there is left as it is. */
async function makeFolder({ context: { world }, settings: { user } }: Subject, path: string): Promise<void> {
  if ((await world.list(path)) !== null) return;
  const ended = await world.run(['install', '-d', '-m', '755', '-o', user, path]);
  if (ended.code !== 0) throw new Refusal(failed(`cannot make the folder ${path}: ${saidBy(ended)}`));
}

async function logEnd({ context: { world }, settings }: Subject): Promise<number> {
  const { stdout } = await world.run(['stat', '--format=%s', settings.log]);
  return Number(stdout) || 0;
}

/** Why it ended, by its log. */
async function complaint({ context: { world }, settings }: Subject, from: number): Promise<string> {
  const { stdout } = await world.run(['tail', '-c', `+${from + 1}`, settings.log]);
  const errors = stdout.split('\n').flatMap((line) => /\[ERROR\]\s*(.+)/.exec(line)?.[1] ?? []);
  if (errors.some((text) => /lock .*error: 11\b|unable to lock/i.test(text))) {
    return `another server has the data directory ${settings.datadir} locked (${errors[0]})`;
  }
  return errors.length === 0
    ? `its log ${settings.log} does not say why`
    : `${errors.slice(0, 2).join('; ')} (${settings.log})`;
}

/** Ends the server and waits for its clean shutdown; just before the action's limit it is killed. */
export async function endServer(subject: Subject): Promise<Answer> {
  const { context, settings } = subject;
  const { world, limitMs } = context;
  const found = await server(subject);
  const beganMs = world.now();
  if (found !== null) {
    world.signal(found.pid, 'SIGTERM');
    const reserveMs = Math.min(5000, limitMs / 4);
    if (!(await isGone(subject, found.pid, beganMs + limitMs - reserveMs))) {
      const seconds = Math.round((world.now() - beganMs) / 1000);
      world.say('warn', `the server, process ${found.pid}, did not shut down within ${seconds} s and is killed`);
      world.signal(found.pid, 'SIGKILL');
      if (!(await isGone(subject, found.pid, beganMs + limitMs - reserveMs / 4))) {
        return failed(
          `the server, process ${found.pid}, cannot be killed: the kernel still waits, most likely for its disk`,
        );
      }
    }
  }
  await Promise.all([settings.pidFile, settings.socket].map((path) => world.remove(path)));
  await launched(context).remove();
  return done;
}

async function isGone({ context: { world } }: Subject, pid: number, untilMs: number): Promise<boolean> {
  while (await isAlive(world, pid)) {
    if (world.now() >= untilMs) return false;
    await world.sleep(lookEveryMs);
  }
  return true;
}
