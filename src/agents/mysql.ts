/**
 * mysql: a MariaDB or MySQL server, active/passive on shared storage; or, with replication, the right to serve clients among servers
 * that are replicas of each other.
 */
import { isIP } from 'node:net';
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, misconfigured, notInstalled, Refusal, running, stopped } from './frame/answer.js';
import { type StateFile, stateFile } from './frame/state-file.js';
import { caughtUp } from './mysql/catch-up.js';
import { query } from './mysql/client.js';
import { description } from './mysql/describe.js';
import { type PortBlock, portBlock } from './mysql/port-block.js';
import { endServer, ensureServing, type Subject, server } from './mysql/server.js';
import { readSettings, type ServerSettings } from './mysql/settings.js';

/** Left of an action's limit for what comes after a wait: the answer itself must not be late. */
const reserve = (limitMs: number): number => Math.min(2000, limitMs / 4);

const isReplica = ({ parameters }: AgentContext): boolean => parameters.flag('replication');

/** Says that clients are served here. */
const serving = (context: AgentContext): StateFile => stateFile('mysql-serving', context);

const subjectOf = async (context: AgentContext): Promise<Subject> => ({
  context,
  settings: await readSettings(context),
});

function serviceAddresses({ parameters }: AgentContext): string[] {
  const addresses = (parameters.text('ip') ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const wrong = addresses.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw new Refusal(misconfigured(`ip: ${wrong} is no address`));
  if (addresses.length === 0) throw new Refusal(misconfigured('the parameter ip is missing: replication needs it'));
  return addresses;
}

const blockOf = ({ context, settings: { port } }: Subject): PortBlock =>
  portBlock(context.world, { port, addresses: serviceAddresses(context) });

async function start(context: AgentContext): Promise<Answer> {
  const subject = await subjectOf(context);
  const untilMs = context.world.now() + context.limitMs - reserve(context.limitMs);
  if (!isReplica(context)) {
    await ensureServing(subject, untilMs);
    return done;
  }
  if ((await serving(context).read()) === null) {
    await blockOf(subject).close();
    await ensureServing(subject, untilMs);
    await caughtUp(subject, untilMs);
    await serving(context).write('');
    await blockOf(subject).open();
  }
  await ensureServing(subject, untilMs);
  return done;
}

async function stop(context: AgentContext): Promise<Answer> {
  const subject = await subjectOf(context);
  if (!isReplica(context)) return endServer(subject);
  await blockOf(subject).close();
  await serving(context).remove();
  return done;
}

async function monitor(context: AgentContext): Promise<Answer> {
  const subject = await subjectOf(context);
  if (isReplica(context) && (await serving(context).read()) === null) return stopped();
  const { world, limitMs } = context;
  const reply = await query({ world, settings: subject.settings }, 'SELECT 1', limitMs - reserve(limitMs));
  if (reply.ok) return running;
  const found = await server(subject);
  if (found === null) return stopped(`no server runs on ${subject.settings.datadir}`);
  return failed(`the server, process ${found.pid}, does not answer a query: ${reply.why}`);
}

/** On a shared disk that is not mounted, say, the data directory is empty, and a server would fill it with a new database. */
async function dataTrouble({ world }: AgentContext, { datadir, user }: ServerSettings): Promise<Answer | null> {
  const names = await world.list(datadir);
  if (names === null) return notInstalled(`there is no data directory ${datadir}: is its file system mounted?`);
  if (!names.includes('mysql')) {
    return notInstalled(
      `the data directory ${datadir} has no database in it: is its file system mounted? (mariadb-install-db makes one)`,
    );
  }
  const account = await world.run(['id', '-u', user]);
  return account.code === 0 ? null : notInstalled(`there is no account ${user} for the server`);
}

async function validate(context: AgentContext): Promise<Answer> {
  const settings = await readSettings(context);
  if (settings.missing !== null) return settings.missing;
  const late = context.parameters.need('catch_up_late');
  if (!['wait', 'open', 'fail'].includes(late))
    return misconfigured(`catch_up_late: ${late} is none of wait, open, fail`);
  if (isReplica(context)) {
    serviceAddresses(context);
    if (!(await context.world.hasProgram('nft')))
      return notInstalled('there is no program nft (Debian package nftables)');
  }
  return (await dataTrouble(context, settings)) ?? done;
}

export const mysql: Agent = { describe: description, validate, start, stop, monitor };
