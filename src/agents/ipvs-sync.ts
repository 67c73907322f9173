/** ipvs-sync: the daemons that copy LVS's table of connections are master where the group is, backup elsewhere. */
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, notInstalled, Refusal, running, stopped } from './frame/answer.js';
import { wordsInOrder } from './frame/description.js';
import { saidBy } from './frame/programs.js';

type Role = 'master' | 'backup';

/** A daemon that runs. */
interface SyncDaemon {
  readonly role: Role;
  readonly device: string;
  readonly syncId: number;
}

const program = 'ipvsadm';
/** The kernel's; there when the module ip_vs is. */
const table = '/proc/net/ip_vs';

/** Reads `ipvsadm -l --daemon`. */
export function readDaemons(text: string): SyncDaemon[] {
  return [...text.matchAll(/^\s*(master|backup) sync daemon \(mcast=([^,)\s]+), syncid=(\d+)/gm)].map(
    ([, role, device = '', syncId]) => ({ role: role as Role, device, syncId: Number(syncId) }),
  );
}

/** Null: this kernel has no ip_vs (now). Throws a `Refusal`. */
async function daemons({ world }: AgentContext): Promise<SyncDaemon[] | null> {
  const ended = await world.run([program, '-l', '--daemon']);
  if (ended.isMissing) throw new Refusal(notInstalled(`there is no program ${program} (package ipvsadm)`));
  if (ended.code === 0) return readDaemons(ended.stdout);
  if ((await world.read(table)) === null) return null;
  throw new Refusal(failed(`${program} does not tell which daemons run: ${saidBy(ended)}`));
}

async function order({ world }: AgentContext, ...words: readonly string[]): Promise<void> {
  const ended = await world.run([program, ...words]);
  if (ended.code !== 0) throw new Refusal(failed(`${program} ${words.join(' ')}: ${saidBy(ended)}`));
}

const startWords = ({ parameters }: AgentContext, role: Role): string[] => [
  ...['--start-daemon', role, '--mcast-interface', parameters.need('interface')],
  ...['--syncid', parameters.need('syncid')],
];

function isAsWanted({ parameters }: AgentContext, { device, syncId }: SyncDaemon): boolean {
  return device === parameters.need('interface') && syncId === parameters.number('syncid');
}

const noIpvs = (): Answer => failed('the kernel has no ip_vs: the module cannot be loaded');

/** Leaves one daemon in this role, as the parameters say, and none in the other. */
async function become(context: AgentContext, role: Role, there: readonly SyncDaemon[]): Promise<void> {
  const other = there.find((daemon) => daemon.role !== role);
  const same = there.find((daemon) => daemon.role === role);
  if (other !== undefined) await order(context, '--stop-daemon', other.role);
  if (same !== undefined && isAsWanted(context, same)) return;
  if (same !== undefined) await order(context, '--stop-daemon', role);
  await order(context, ...startWords(context, role));
}

async function start(context: AgentContext): Promise<Answer> {
  // Looking for them loads the module, if there is one.
  const there = await daemons(context);
  if (there === null) return noIpvs();
  await become(context, 'master', there);
  return done;
}

/** What counts is that no master runs. That the backup cannot is told: the node would come up without the connections. */
async function stop(context: AgentContext): Promise<Answer> {
  const { world } = context;
  if (!(await world.hasProgram(program))) return done;
  const there = await daemons(context);
  if (there === null) return done;
  if (there.some(({ role }) => role === 'master')) await order(context, '--stop-daemon', 'master');
  try {
    await become(
      context,
      'backup',
      there.filter(({ role }) => role === 'backup'),
    );
  } catch (error) {
    world.say('warn', `connections are not received from the master: ${(error as Error).message}`);
  }
  return done;
}

async function monitor(context: AgentContext): Promise<Answer> {
  const there = await daemons(context);
  const master = there?.find(({ role }) => role === 'master');
  if (master === undefined) return stopped(there === null ? 'the kernel has no ip_vs' : '');
  if (isAsWanted(context, master)) return running;
  return failed(`the master sends on ${master.device} with the ID ${master.syncId}`);
}

export const ipvsSync: Agent = {
  describe: {
    name: 'ipvs-sync',
    version: '1.0',
    shortText: 'The roles of the daemons that copy the connections of LVS',
    longText:
      'Where it is started the synchronisation daemon of IPVS is master and sends the table of connections; where it is stopped it ' +
      'is backup and receives it. A stop starts the backup, so stop it once at boot on every node.',
    parameters: [
      {
        name: 'interface',
        type: 'string',
        required: true,
        shortText: 'The interface',
        longText: 'The network interface on which connections are sent and received (multicast).',
      },
      {
        name: 'syncid',
        type: 'integer',
        range: [0, 255],
        default: '0',
        shortText: 'The ID',
        longText: 'Tells clusters on one network apart. A backup with the ID 0 takes those of all.',
      },
    ],
    call: wordsInOrder('interface', 'syncid'),
    times: { startS: 20, stopS: 20, monitorS: 20, monitorEveryS: 10 },
  },
  validate: async ({ world }) =>
    (await world.hasProgram(program)) ? done : notInstalled(`there is no program ${program} (package ipvsadm)`),
  start,
  stop,
  monitor,
};
