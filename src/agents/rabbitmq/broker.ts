/** RabbitMQ's programs and its one process, as the agent sees them. */
import type { AgentContext } from '../frame/agent.js';
import { failed, Refusal } from '../frame/answer.js';
import { saidBy } from '../frame/programs.js';
import type { Ended } from '../frame/world.js';
import type { Listener } from './amqp-greeting.js';

/** Not on the shared disk: after a power-off the number in it would be that of any process. */
const runDir = '/run/rabbitmq';

export interface BrokerFiles {
  readonly node: string;
  readonly user: string;
  readonly home: string;
  readonly mnesiaBase: string;
  readonly pidFile: string;
  readonly logDir: string;
  readonly programs: string;
}

export function filesOf({ parameters }: AgentContext): BrokerFiles {
  const node = parameters.need('nodename');
  return {
    node,
    user: parameters.need('user'),
    home: parameters.need('home'),
    mnesiaBase: parameters.need('mnesia_base'),
    pidFile: `${runDir}/${node}.pid`,
    logDir: parameters.need('log_dir'),
    programs: parameters.need('programs'),
  };
}

export const listenerOf = ({ parameters }: AgentContext): Listener => ({
  address: parameters.need('address'),
  port: parameters.number('port'),
});

/** Runs one of RabbitMQ's or Erlang's programs as the broker's user, with the node's own environment. */
export function asBroker(context: AgentContext, argv: readonly [string, ...string[]], limitMs: number): Promise<Ended> {
  const { user, home } = filesOf(context);
  const drop = ['setpriv', `--reuid=${user}`, `--regid=${context.parameters.text('group') ?? user}`, '--init-groups'];
  const [first = '', ...rest] = [...drop, '--', 'env', '-C', home, ...argv];
  return context.world.run([first, ...rest], { limitMs, environment: environmentOf(context) });
}

function environmentOf(context: AgentContext): Record<string, string> {
  const { node, home, mnesiaBase, pidFile, logDir } = filesOf(context);
  const { parameters } = context;
  const configFile = parameters.text('config_file');
  return {
    HOME: home,
    // The same on both machines: the directory below mnesia_base is named after it, and so is the owner of every queue.
    RABBITMQ_NODENAME: node,
    RABBITMQ_USE_LONGNAME: String(/@.*\./.test(node)),
    RABBITMQ_MNESIA_BASE: mnesiaBase,
    RABBITMQ_PID_FILE: pidFile,
    RABBITMQ_LOG_BASE: logDir,
    ...(configFile === null ? {} : { RABBITMQ_CONFIG_FILE: configFile }),
    // One port mapper for a machine, seen by that machine alone: there is no cluster to be reached.
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // An agent's caller may be a unit of systemd's, whose notifications are not ours.
    NOTIFY_SOCKET: '',
  };
}

/** Makes the directories that the broker writes into, or gives them to its user. Throws a `Refusal`. */
export async function prepareDirectories(context: AgentContext): Promise<void> {
  const { user, mnesiaBase, logDir } = filesOf(context);
  const group = context.parameters.text('group') ?? user;
  const ended = await context.world.run([
    ...(['install', '-d', '-m', '750', '-o', user, '-g', group] as const),
    ...[runDir, mnesiaBase, logDir],
  ]);
  if (ended.code !== 0) throw new Refusal(failed(`the directories cannot be made: ${saidBy(ended)}`));
}

/**
 * The number of the broker's process; null: there is none. What else got a stale number is not taken for it. The broker removes
 * its file when it begins to stop: from then on `remembered` counts.
 */
export async function processOf(context: AgentContext, remembered: number): Promise<number | null> {
  const written = Number((await context.world.read(filesOf(context).pidFile))?.trim() || 0);
  for (const pid of new Set([written, remembered])) if (await isBroker(context, pid)) return pid;
  return null;
}

/** Whether a process is the broker of this node. */
export async function isBroker(context: AgentContext, pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  const [command, environment] = await Promise.all([proc(context, pid, 'cmdline'), proc(context, pid, 'environ')]);
  return command.includes('beam') && environment.split('\0').includes(`RABBITMQ_NODENAME=${filesOf(context).node}`);
}

async function proc({ world }: AgentContext, pid: number, file: string): Promise<string> {
  try {
    return (await world.read(`/proc/${pid}/${file}`)) ?? '';
  } catch {
    // It ended while it was looked at.
    return '';
  }
}

export async function signal({ world }: AgentContext, name: 'TERM' | 'KILL', pid: number): Promise<void> {
  // The shell's own word: there need be no program of this name. One that has ended meanwhile is what is wanted.
  await world.run(['sh', '-c', 'kill -s "$1" "$2"', 'sh', name, String(pid)]);
}
