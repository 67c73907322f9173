/** Delay: takes its time to start, to stop and to be looked at. */
import type { Agent, AgentContext } from './frame/agent.js';
import { done, running, stopped } from './frame/answer.js';
import { type ParameterDescription, wordsInOrder } from './frame/description.js';
import { stateFile } from './frame/state-file.js';

/** A day: longer is a slip. */
const longestS = 86_400;

function seconds(name: string, what: string, otherwise: string | null): ParameterDescription {
  const rest = otherwise === null ? '' : ` Without it, ${otherwise}.`;
  return {
    name,
    type: 'integer',
    range: [0, longestS],
    shortText: `Seconds that ${what} takes`,
    longText: `So many seconds pass before ${what} is done.${rest}`,
    ...(otherwise === null ? { default: '10' } : {}),
  };
}

/** The first of these parameters that is given, in milliseconds. */
function delayOf({ parameters }: AgentContext, ...names: readonly string[]): number {
  const given = names.map((name) => parameters.text(name)).find((value) => value !== null);
  return Number(given ?? 0) * 1000;
}

const isStarted = async (context: AgentContext): Promise<boolean> =>
  (await stateFile('Delay', context).read()) !== null;

export const delay: Agent = {
  describe: {
    name: 'Delay',
    version: '1.0',
    shortText: 'Waits for a time',
    longText: 'Waits while it starts, stops and is monitored. For tests, and to give slow equipment its time.',
    parameters: [
      seconds('startdelay', 'start', null),
      seconds('stopdelay', 'stop', 'startdelay counts'),
      seconds('mondelay', 'monitor', 'startdelay counts'),
    ],
    call: wordsInOrder('startdelay', 'stopdelay', 'mondelay'),
    times: { startS: 30, stopS: 30, monitorS: 30, monitorEveryS: 10 },
  },
  validate: async () => done,
  start: async (context) => {
    if (await isStarted(context)) return done;
    await context.world.sleep(delayOf(context, 'startdelay'));
    await stateFile('Delay', context).write('');
    return done;
  },
  stop: async (context) => {
    if (!(await isStarted(context))) return done;
    await context.world.sleep(delayOf(context, 'stopdelay', 'startdelay'));
    await stateFile('Delay', context).remove();
    return done;
  },
  monitor: async (context) => {
    if (!(await isStarted(context))) return stopped();
    await context.world.sleep(delayOf(context, 'mondelay', 'startdelay'));
    return running;
  },
};
