/** conntrackd: where the group is, the connections that the other node told of are those of the kernel. */
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, notInstalled, running, stopped } from './frame/answer.js';
import { wordsInOrder } from './frame/description.js';
import { saidBy } from './frame/programs.js';
import { stateFile } from './frame/state-file.js';
import type { Ended } from './frame/world.js';

const answerMs = 5000;
/** A large table takes its time. */
const orderMs = 20_000;
const pollMs = 100;
const standardLock = '/var/lock/conntrack.lock';

/** What a new master does, in order. */
const takeOver = [
  ['-c', 'put the received connections into the kernel'],
  ['-f', 'forget them here'],
  ['-R', 'read the connections of the kernel'],
  ['-B', 'send them to the others'],
] as const;

/** What a node does that is master no more. */
const giveUp = [
  ['-t', 'let the connections of the kernel expire soon'],
  ['-n', 'ask the others for theirs'],
] as const;

function ask({ world, parameters }: AgentContext, words: readonly string[], limitMs: number): Promise<Ended> {
  return world.run([parameters.need('binary'), '-C', parameters.need('config'), ...words], { limitMs });
}

/** `hung`: something took the question and gave no answer. */
async function look(context: AgentContext): Promise<'answers' | 'hung' | 'absent'> {
  const { code, why, isMissing } = await ask(context, ['-s'], answerMs);
  if (code === 0) return 'answers';
  return why === '' || isMissing ? 'absent' : 'hung';
}

/** What does not work is told and passed over: a service without its old connections is better than none. */
async function obey(context: AgentContext, orders: readonly (readonly [string, string])[]): Promise<void> {
  for (const [word, what] of orders) {
    const ended = await ask(context, [word], orderMs);
    if (ended.code !== 0) context.world.say('warn', `conntrackd could not ${what} (${word}): ${saidBy(ended)}`);
  }
}

/** Starts the daemon. Null: it answers; else why not. */
async function launch(context: AgentContext): Promise<string | null> {
  const { world, parameters, limitMs } = context;
  const config = (await world.read(parameters.need('config'))) ?? '';
  // It is not there, so what locks it out was left by one that was killed.
  await world.remove(/^\s*LockFile\s+(\S+)/m.exec(config)?.[1] ?? standardLock);
  const ended = await ask(context, ['-d'], orderMs);
  if (ended.code !== 0) return `conntrackd cannot be started: ${saidBy(ended)}`;
  for (const end = world.now() + limitMs / 2; world.now() < end; await world.sleep(pollMs)) {
    if ((await look(context)) === 'answers') return null;
  }
  return 'conntrackd was started and does not answer';
}

async function start(context: AgentContext): Promise<Answer> {
  const state = stateFile('conntrackd', context);
  const now = await look(context);
  if (now === 'answers' && (await state.read()) !== null) return done;
  if (now === 'hung') return failed('conntrackd does not answer');
  const why = now === 'answers' ? null : await launch(context);
  if (why !== null) return failed(why);
  await obey(context, takeOver);
  await state.write('');
  return done;
}

async function stop(context: AgentContext): Promise<Answer> {
  const state = stateFile('conntrackd', context);
  if ((await state.read()) === null) return done;
  if ((await look(context)) === 'answers') await obey(context, giveUp);
  await state.remove();
  return done;
}

async function monitor(context: AgentContext): Promise<Answer> {
  if ((await stateFile('conntrackd', context).read()) === null) return stopped();
  const now = await look(context);
  if (now === 'answers') return running;
  return failed(now === 'hung' ? 'conntrackd does not answer' : 'conntrackd has ended');
}

async function validate({ world, parameters }: AgentContext): Promise<Answer> {
  const [binary, config] = [parameters.need('binary'), parameters.need('config')];
  if (!(await world.hasProgram(binary))) return notInstalled(`there is no program ${binary} (package conntrackd)`);
  return (await world.read(config)) === null ? notInstalled(`there is no file ${config}`) : done;
}

export const conntrackd: Agent = {
  describe: {
    name: 'conntrackd',
    version: '1.0',
    shortText: 'Takes over connections that conntrackd received',
    longText:
      'Where it is started, conntrackd has put the connections it received into the kernel and sends its own; name it before the ' +
      'addresses, so that no packet of an old connection comes before. The daemon itself goes on where it is stopped, and is ' +
      'started where it does not run.',
    parameters: [
      {
        name: 'config',
        type: 'string',
        default: '/etc/conntrackd/conntrackd.conf',
        shortText: 'The configuration',
        longText: 'The configuration file of conntrackd.',
      },
      {
        name: 'binary',
        type: 'string',
        default: 'conntrackd',
        shortText: 'The program',
        longText: 'The program, by name or path.',
      },
    ],
    call: wordsInOrder('config'),
    times: { startS: 60, stopS: 60, monitorS: 20, monitorEveryS: 20 },
  },
  validate,
  start,
  stop,
  monitor,
};
