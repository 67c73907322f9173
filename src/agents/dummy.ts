/** Dummy: a resource that is nothing but a file that says whether it is started. For trying things out. */
import type { Agent, AgentContext } from './frame/agent.js';
import { done, running, stopped } from './frame/answer.js';
import { type StateFile, stateFile } from './frame/state-file.js';

/** At the path that was given, or at its usual place. */
function fileOf(context: AgentContext): StateFile {
  const usual = stateFile('Dummy', context);
  const path = context.parameters.text('state') ?? usual.path;
  const { world } = context;
  return {
    path,
    read: () => world.read(path),
    write: (text) => world.replace(path, text),
    remove: () => world.remove(path),
  };
}

export const dummy: Agent = {
  describe: {
    name: 'Dummy',
    version: '1.0',
    shortText: 'A resource that does nothing',
    longText: 'It keeps a file while it is started, and does nothing else. For tests, and to try out a configuration.',
    parameters: [
      {
        name: 'state',
        type: 'string',
        unique: true,
        shortText: 'The file',
        longText: 'Path of the file. Without it, one in /run/resource-agents that is named after the resource.',
      },
      {
        name: 'fake',
        type: 'string',
        default: 'dummy',
        shortText: 'Means nothing',
        longText: 'A parameter that means nothing and can be changed.',
      },
    ],
    // The word only tells one Dummy from another: it is part of the resource's name.
    call: { usage: '[name]', maxWords: 1, read: () => ({}) },
    times: { startS: 20, stopS: 20, monitorS: 20, monitorEveryS: 10 },
  },
  validate: async () => done,
  start: async (context) => {
    const file = fileOf(context);
    if ((await file.read()) === null) await file.write('');
    return done;
  },
  stop: async (context) => {
    await fileOf(context).remove();
    return done;
  },
  monitor: async (context) => ((await fileOf(context).read()) === null ? stopped() : running),
};
