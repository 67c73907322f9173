/** sysctl: settings of the kernel that hold where the group is, and the former ones elsewhere. */
import type { Agent, AgentContext } from './frame/agent.js';
import { type Answer, done, failed, misconfigured, notInstalled, Refusal, running, stopped } from './frame/answer.js';
import { stateFile } from './frame/state-file.js';
import { plain, readSettings, readSettingsFile, type Setting } from './sysctl-settings.js';

/** What the start found: path to value. */
type Former = Readonly<Record<string, string>>;

/** All settings, those of the file first. Throws a `Refusal`. */
async function settingsOf({ parameters, world }: AgentContext): Promise<readonly Setting[]> {
  const file = parameters.text('file');
  const text = file === null ? '' : await world.read(file);
  if (text === null) throw new Refusal(misconfigured(`there is no file ${file}`));
  const found = [readSettingsFile(text), readSettings(parameters.text('settings') ?? '')];
  const settings = new Map<string, Setting>();
  for (const some of found) {
    if (!some.ok) throw new Refusal(misconfigured(some.reason));
    for (const setting of some.value) settings.set(setting.path, setting);
  }
  if (settings.size === 0) throw new Refusal(misconfigured('no setting is given: neither settings nor file'));
  return [...settings.values()];
}

/** Words with `=` are settings; one without is the file. */
function readWords(words: readonly string[]): Record<string, string> {
  const file = words.find((word) => !word.includes('='));
  const settings = words.filter((word) => word !== file).join('\n');
  return { settings, ...(file === undefined ? {} : { file }) };
}

const stateOf = (context: AgentContext) => stateFile('sysctl', context);

/** Null: not started. Throws where the file cannot be understood: what to restore is not known then. */
async function readFormer(context: AgentContext): Promise<Former | null> {
  const state = stateOf(context);
  const text = await state.read();
  if (text === null) return null;
  try {
    return JSON.parse(text) as Former;
  } catch {
    throw new Refusal(failed(`${state.path} does not tell the former values: ${JSON.stringify(text.slice(0, 50))}`));
  }
}

async function currently({ world }: AgentContext, path: string): Promise<string | null> {
  const text = await world.read(path);
  return text === null ? null : plain(text);
}

/** Settings the kernel has; one that it has not is passed over, or refused. */
async function present(context: AgentContext): Promise<readonly Setting[]> {
  const found: Setting[] = [];
  for (const setting of await settingsOf(context)) {
    if ((await currently(context, setting.path)) !== null) found.push(setting);
    else if (!setting.optional) throw new Refusal(notInstalled(`${setting.name}: ${missingText(setting)}`));
  }
  return found;
}

function missingText({ path }: Setting): string {
  const hint = path.includes('nf_conntrack') ? ' (is the module nf_conntrack loaded?)' : '';
  return `the kernel has no such setting${hint}`;
}

async function start(context: AgentContext): Promise<Answer> {
  const settings = await present(context);
  const before = (await readFormer(context)) ?? {};
  const former: Record<string, string> = {};
  for (const { path } of settings) former[path] = before[path] ?? (await currently(context, path)) ?? '';
  // Remembered before anything changes, so that a stop can undo a start that got halfway.
  await stateOf(context).write(JSON.stringify({ ...before, ...former }));
  for (const { path, value } of settings) {
    if ((await currently(context, path)) !== value) await context.world.write(path, `${value}\n`);
  }
  const differing = await differences(context, settings);
  return differing.length === 0 ? done : failed(differing.join('; '));
}

/** What is not as it should be, a sentence each. */
async function differences(context: AgentContext, settings: readonly Setting[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, path, value } of settings) {
    const now = await currently(context, path);
    if (now !== value) found.push(`${name} is ${now ?? 'not there'}, not ${value}`);
  }
  return found;
}

/** Puts the former values back, the last changed first. A setting that is gone (its module or interface is) needs nothing. */
async function stop(context: AgentContext): Promise<Answer> {
  const former = await readFormer(context);
  if (former === null) return done;
  for (const [path, value] of Object.entries(former).reverse()) {
    const now = await currently(context, path);
    if (now !== null && now !== value) await context.world.write(path, `${value}\n`);
  }
  await stateOf(context).remove();
  return done;
}

async function monitor(context: AgentContext): Promise<Answer> {
  if ((await readFormer(context)) === null) return stopped();
  const settings = (await settingsOf(context)).filter(({ optional }) => !optional);
  const differing = await differences(context, settings);
  return differing.length === 0 ? running : failed(differing.join('; '));
}

export const sysctl: Agent = {
  describe: {
    name: 'sysctl',
    version: '1.0',
    shortText: 'Settings of the kernel',
    longText:
      'Sets settings of the kernel (sysctl) while it is started and puts the former values back when it is stopped: what an active ' +
      'director or firewall needs and a standby does not. Monitor fails when something else changes one.',
    parameters: [
      {
        name: 'settings',
        type: 'string',
        shortText: 'name=value ...',
        longText:
          'Settings, parted by blanks, semicolons or line ends: net.netfilter.nf_conntrack_max=1000000 ' +
          'net.ipv4.tcp_max_tw_buckets=1000000. One with a - before it is passed over where the kernel does not have it.',
      },
      {
        name: 'file',
        type: 'string',
        shortText: 'A file of settings',
        longText: 'A file in the form of sysctl.conf(5). What settings says counts more.',
      },
    ],
    call: { usage: 'name=value...|file', maxWords: 1000, read: readWords },
    times: { startS: 20, stopS: 20, monitorS: 20, monitorEveryS: 30 },
  },
  validate: async (context) => {
    await present(context);
    return done;
  },
  start,
  stop,
  monitor,
};
