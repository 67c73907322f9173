/** One call of an agent: from the command line and the environment to the exit code and what is printed. */
import type { Agent, AgentContext } from './agent.js';
import { type Answer, exitCodes, Refusal } from './answer.js';
import { readCommandLine, type Verb } from './command-line.js';
import type { AgentDescription } from './description.js';
import { metaData } from './meta-data.js';
import { readParameters, unknownParameters } from './parameters.js';
import type { World } from './world.js';

export interface Performed {
  readonly code: number;
  /** For standard output. */
  readonly output: string;
}

/**
 * Exit codes of `status`, which is Heartbeat's verb: those of the LSB. Heartbeat itself looks at nothing but the word that is
 * printed: "running", or none that has "running" or "OK" in it.
 */
const statusCodes = { running: 0, stopped: 3, unknown: 4 } as const;

/** Does what the command line asks for. Never rejects. */
export async function perform(agent: Agent, argv: readonly string[], world: World): Promise<Performed> {
  const { verb, words } = readCommandLine(argv);
  const { describe } = agent;
  if (verb === 'meta-data') return { code: exitCodes.done, output: metaData(describe) };
  if (verb === 'usage' || verb === 'help') return { code: exitCodes.done, output: usage(describe) };
  if (verb === null) {
    const said = argv.at(-1);
    world.say('error', said === undefined ? 'there is no verb' : `${describe.name} cannot ${said}`);
    world.say('info', usage(describe).trimEnd());
    return { code: said === undefined ? exitCodes.wrongArguments : exitCodes.notImplemented, output: '' };
  }
  const answer = await answerTo(agent, verb, words, world);
  if (verb === 'status') return statusOf(answer, world);
  tell(answer, world, verb);
  return { code: answer.code, output: '' };
}

function usage({ name, call }: AgentDescription): string {
  const words = call.usage === '' ? '' : `${call.usage} `;
  return `usage: ${name} ${words}{start|stop|status|monitor|validate-all|meta-data}, or with parameters as OCF_RESKEY_NAME\n`;
}

async function answerTo(agent: Agent, verb: Verb, words: readonly string[], world: World): Promise<Answer> {
  try {
    const { environment } = world;
    const context: AgentContext = {
      parameters: readParameters(agent.describe, { environment, words }),
      instance: instanceOf(agent.describe, words, environment),
      isProbe: verb === 'status' || (verb === 'monitor' && environment.OCF_RESKEY_CRM_meta_interval === '0'),
      limitMs: limitOf(agent.describe, verb, environment),
      world,
    };
    return await act(agent, verb, context);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    return { code: exitCodes.failed, text: (error as Error).message };
  }
}

async function act(agent: Agent, verb: Verb, context: AgentContext): Promise<Answer> {
  if (verb === 'stop') return agent.stop(context);
  if (verb !== 'start' && verb !== 'validate-all') return agent.monitor(context);
  const { world } = context;
  for (const text of unknownParameters(agent.describe, world.environment)) world.say('warn', text);
  const valid = await agent.validate(context);
  return verb === 'validate-all' || valid.code !== exitCodes.done ? valid : agent.start(context);
}

/** The cluster manager's name for the resource; with words before the verb, the words. */
function instanceOf({ name }: AgentDescription, words: readonly string[], environment: World['environment']): string {
  const given = words.length > 0 ? [name, ...words].join('_') : environment.OCF_RESOURCE_INSTANCE || name;
  return given.replace(/[^\w.-]+/g, '_').slice(0, 200);
}

function limitOf({ times }: AgentDescription, verb: Verb, environment: World['environment']): number {
  const given = Number(environment.OCF_RESKEY_CRM_meta_timeout);
  if (Number.isFinite(given) && given > 0) return given;
  const seconds = { start: times.startS, stop: times.stopS }[verb as string] ?? times.monitorS;
  return seconds * 1000;
}

function statusOf(answer: Answer, world: World): Performed {
  if (answer.code === exitCodes.done) return { code: statusCodes.running, output: 'running\n' };
  if (answer.code === exitCodes.stopped || answer.code === exitCodes.notInstalled) {
    return { code: statusCodes.stopped, output: 'stopped\n' };
  }
  world.say('error', answer.text);
  return { code: statusCodes.unknown, output: 'failed\n' };
}

function tell({ code, text }: Answer, world: World, verb: Verb): void {
  if (text === '') return;
  // That something is stopped is no error where it was only looked at; nor is what an action that worked has to say.
  const calm = code === exitCodes.done || (code === exitCodes.stopped && verb === 'monitor');
  world.say(calm ? 'info' : 'error', text);
}
