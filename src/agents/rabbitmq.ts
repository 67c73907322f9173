/** rabbitmq: one broker on a directory that goes with the group, under a name that is the same on every node. */
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, misconfigured, notInstalled, running, stopped } from './frame/answer.js';
import { saidBy } from './frame/programs.js';
import { type Greet, greet } from './rabbitmq/amqp-greeting.js';
import { asBroker, filesOf, isBroker, listenerOf, prepareDirectories, processOf, signal } from './rabbitmq/broker.js';
import { describeRabbitmq } from './rabbitmq/describe.js';
import { forget, recall, remember } from './rabbitmq/memory.js';
import { endMapping, isMapping } from './rabbitmq/port-mapper.js';

const pollMs = 100;
/** What is left of an action's time for the rest of its work. */
const reserveMs = 5000;
/** A slow disk is no reason not to serve. */
const syncMs = 10_000;
/** One that is recovering a large directory takes long to greet for the first time, but then greets at once. */
const firstGreetingMs = 1000;

export function rabbitmqAgent(askGreeting: Greet): Agent {
  const start = async (context: AgentContext): Promise<Answer> => {
    const listener = listenerOf(context);
    if ((await brokerOf(context)) === null) {
      const { kind } = await askGreeting(listener, firstGreetingMs);
      if (kind !== 'absent') {
        const text = `something else listens at ${listener.address} port ${listener.port}: is rabbitmq-server started at boot?`;
        return failed(text);
      }
      const why = await launch(context);
      if (why !== null) return failed(why);
    }
    return untilGreeting(context);
  };

  /** A process that ends before is not waited for any longer. */
  const untilGreeting = async (context: AgentContext): Promise<Answer> => {
    const { world, limitMs } = context;
    const { logDir } = filesOf(context);
    let pid: number | null = null;
    let last = 'it did not begin';
    const end = world.now() + Math.max(limitMs - reserveMs, firstGreetingMs);
    while (world.now() < end) {
      if (pid !== null && !(await isBroker(context, pid))) {
        return failed(`the broker ended while it started; see ${logDir}`);
      }
      pid ??= await noted(context);
      const { kind, why } = await askGreeting(listenerOf(context), firstGreetingMs);
      if (pid !== null && kind === 'greets') return settle(context);
      last = why;
      await world.sleep(pollMs);
    }
    return failed(`the broker does not greet in time: ${last}; see ${logDir}`);
  };

  const monitor = async (context: AgentContext): Promise<Answer> => {
    if ((await brokerOf(context)) === null) return stopped();
    const limitMs = Math.max(context.limitMs - reserveMs, firstGreetingMs);
    const { kind, why } = await askGreeting(listenerOf(context), limitMs);
    if (kind !== 'greets') return failed(`the broker's process is there, but ${why}`);
    return askNode(context);
  };

  return { describe: describeRabbitmq, validate, start, stop, monitor };
}

/**
 * Writes what the broker has made to the disk before anybody uses it. It does not do that itself with all its files: after a
 * power-off in the first seconds of a new directory it would refuse its own quorum/NODE/meta.dets, for good.
 */
async function settle(context: AgentContext): Promise<Answer> {
  const { mnesiaBase } = filesOf(context);
  const ended = await context.world.run(['sync', '-f', mnesiaBase], { limitMs: syncMs });
  if (ended.code !== 0) context.world.say('warn', `${mnesiaBase} is not yet on the disk: ${saidBy(ended)}`);
  return done;
}

async function brokerOf(context: AgentContext): Promise<number | null> {
  return processOf(context, (await recall(context)).pid);
}

/** The broker's process, remembered for a stop. */
async function noted(context: AgentContext): Promise<number | null> {
  const pid = await brokerOf(context);
  if (pid !== null) await remember(context, { ...(await recall(context)), pid });
  return pid;
}

/** Each nth time the node is asked by its own tool: that starts an Erlang machine, which costs a second of a processor. */
async function askNode(context: AgentContext): Promise<Answer> {
  const every = context.parameters.number('ask_every');
  const memory = await recall(context);
  const looks = memory.looks + 1;
  if (every === 0 || looks < every) {
    await remember(context, { ...memory, looks });
    return running;
  }
  await remember(context, { ...memory, looks: 0 });
  const { node, programs } = filesOf(context);
  const limitMs = Math.max(context.limitMs - reserveMs, reserveMs);
  const ended = await asBroker(
    context,
    [`${programs}/rabbitmq-diagnostics`, '-q', '-n', node, 'check_running'],
    limitMs,
  );
  return ended.code === 0 ? running : failed(`the node ${node} says that it is not running: ${saidBy(ended)}`);
}

/** Null: it has begun to start. */
async function launch(context: AgentContext): Promise<string | null> {
  const { programs, pidFile } = filesOf(context);
  await prepareDirectories(context);
  await context.world.remove(pidFile);
  await remember(context, { ownMapper: !(await isMapping(context)), looks: 0, pid: 0 });
  const ended = await asBroker(context, [`${programs}/rabbitmq-server`, '-detached'], context.limitMs);
  return ended.code === 0 ? null : `rabbitmq-server cannot be started: ${saidBy(ended)}`;
}

/**
 * TERM has the broker close its listeners, tell its clients, and write what it has: as `rabbitmqctl stop` does, without the
 * Erlang machine that this starts first.
 */
async function stop(context: AgentContext): Promise<Answer> {
  const { world, limitMs } = context;
  const pid = await brokerOf(context);
  if (pid !== null) {
    await signal(context, 'TERM', pid);
    if (!(await isGone(context, pid, Math.max(limitMs - 2 * reserveMs, reserveMs)))) {
      world.say('warn', `the broker (process ${pid}) did not end when it was asked to, and is killed`);
      await signal(context, 'KILL', pid);
      if (!(await isGone(context, pid, reserveMs))) return failed(`the broker (process ${pid}) does not end`);
    }
  }
  if ((await recall(context)).ownMapper) await endMapping(context);
  await world.remove(filesOf(context).pidFile);
  await forget(context);
  return done;
}

async function isGone(context: AgentContext, pid: number, limitMs: number): Promise<boolean> {
  const { world } = context;
  for (const end = world.now() + limitMs; world.now() < end; await world.sleep(pollMs)) {
    if (!(await isBroker(context, pid))) return true;
  }
  return false;
}

async function validate(context: AgentContext): Promise<Answer> {
  const { world } = context;
  const { node, user, programs } = filesOf(context);
  const host = /^[\w-]+@([\w.-]+)$/.exec(node)?.[1];
  if (host === undefined) return misconfigured(`nodename: ${node} is not of the form name@host`);
  for (const name of ['rabbitmq-server', 'rabbitmq-diagnostics']) {
    if (!(await world.hasProgram(`${programs}/${name}`))) {
      return notInstalled(`there is no ${programs}/${name} (package rabbitmq-server)`);
    }
  }
  if ((await world.run(['getent', 'passwd', user])).code !== 0) return notInstalled(`there is no user ${user}`);
  if ((await world.run(['getent', 'hosts', host])).code !== 0) {
    return misconfigured(`nodename: ${host} has no address; put "127.0.0.1 ${host}" into /etc/hosts on every node`);
  }
  return done;
}

export const rabbitmq = rabbitmqAgent(greet);
