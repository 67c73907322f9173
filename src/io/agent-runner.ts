/** Runs the actions of agents: the table from an agent class to what runs it. */
import type { ClusterConfig, ResourceConfig } from '../config/types.js';
import type { Action, ResourceOutcome } from '../events.js';
import { type AgentClass, inOrder } from './agents/agent-class.js';
import { builtinClass } from './agents/builtin.js';
import { runCheck } from './agents/check.js';
import { agentEnvironment } from './agents/environment.js';
import { heartbeatClass } from './agents/heartbeat.js';
import { runHook } from './agents/hook.js';
import { lsbClass } from './agents/lsb.js';
import { ocfClass } from './agents/ocf.js';
import { createScriptRunner } from './agents/script.js';
import { createSlots } from './agents/slots.js';
import { systemdClass } from './agents/systemd.js';
import { loadMemoryFiles, type MemoryFiles } from './kernel/memory-file.js';
import type { KernelNews } from './kernel-news.js';
import type { AgentRunner, Logger } from './seams.js';

export interface AgentRunnerOptions {
  readonly nodeName: string;
  /** The directory of ha.cf, for HA_DIR and the like. */
  readonly configDir: string;
  readonly config: ClusterConfig;
  readonly log: Logger;
  /** The daemon's own environment (default process.env). */
  readonly inherited?: Readonly<Record<string, string | undefined>>;
  /** Most scripts that run at a time (default 64); further ones wait, and their time limit starts when they do. */
  readonly maxScripts?: number;
  /** Whether to keep everything ready for the next action (default true); a single command needs none of it. */
  readonly warm?: boolean;
  /** Where deletions of addresses are heard of; without it none is noticed. */
  readonly news?: KernelNews;
  /** Something else took resources (by name) away that are up here; `text` says how. */
  readonly onLost?: (resources: readonly string[], text: string) => void;
}

export interface ConfiguredAgentRunner extends AgentRunner {
  /** Resolves when everything that actions need is loaded: loading stops the event loop for some 50 ms. Never rejects. */
  readonly ready: Promise<void>;
  /** Takes a reread configuration: actions from now on get its environment. */
  configure(config: ClusterConfig): void;
}

type Classes = Readonly<Record<ResourceConfig['class'], AgentClass>>;

const hasScripts = (config: ClusterConfig): boolean =>
  config.healthChecks.length > 0 ||
  config.groups.some((group) => group.resources.some((resource) => resource.class !== 'builtin'));

/**
 * All resources of an action are of one class: groups are cut into actions that way. Should they not be, each class is
 * run by itself, in order.
 */
async function perform(classes: Classes, action: Action, signal: AbortSignal): Promise<readonly ResourceOutcome[]> {
  const { operation, resources, timeoutMs } = action;
  const first = resources[0];
  if (first === undefined) return [];
  if (resources.every((resource) => resource.class === first.class)) {
    return classes[first.class](operation, resources, timeoutMs, signal);
  }
  const outcomes = new Map<ResourceConfig, ResourceOutcome>();
  for (const resource of inOrder(operation, resources)) {
    const [outcome] = await classes[resource.class](operation, [resource], timeoutMs, signal);
    if (outcome !== undefined) outcomes.set(resource, outcome);
  }
  return resources.flatMap((resource) => outcomes.get(resource) ?? []);
}

/** Makes the runner. When the configuration has scripts, what runs them is loaded now and not during a takeover. */
export function createAgentRunner(options: AgentRunnerOptions): ConfiguredAgentRunner {
  const { nodeName, configDir, log } = options;
  const inherited = options.inherited ?? process.env;
  const environmentOf = (config: ClusterConfig): Readonly<Record<string, string>> =>
    agentEnvironment({ nodeName, configDir, config, inherited });
  let environment = environmentOf(options.config);
  let loaded: MemoryFiles | null = null;
  const memoryFiles = (): MemoryFiles => {
    loaded ??= loadMemoryFiles();
    return loaded;
  };
  const scripts = createScriptRunner(memoryFiles);
  const context = { scripts, slots: createSlots(options.maxScripts ?? 64), environment: () => environment };
  const warm = options.warm ?? true;
  const running = new Map<number, AbortController>();
  const checking = new Set<AbortController>();
  const builtin = builtinClass({ log, warm, news: options.news, onLost: options.onLost });
  const classes: Classes = {
    builtin: builtin.run,
    heartbeat: heartbeatClass(context),
    lsb: lsbClass(context),
    ocf: ocfClass(context),
    systemd: systemdClass(context),
  };

  const prepare = async (config: ClusterConfig): Promise<void> => {
    if (!warm) return;
    builtin.prepare(config);
    if (!hasScripts(config)) return;
    memoryFiles();
    await scripts.load().catch((error: Error) => log.log('error', `agents cannot be run: ${error.message}`));
  };

  return {
    ready: prepare(options.config),
    run(action, done) {
      const cancelling = new AbortController();
      running.set(action.ticket, cancelling);
      const finish = (outcomes: readonly ResourceOutcome[]) => {
        running.delete(action.ticket);
        done(outcomes);
      };
      perform(classes, action, cancelling.signal).then(finish, ({ message }: Error) => {
        finish(
          action.resources.map(({ name }) => ({ resource: name, outcome: 'failed', exitCode: null, text: message })),
        );
      });
    },
    hook: (call, done) => void runHook(context, call).then((outcome) => done([outcome])),
    check(check, done) {
      const ending = new AbortController();
      checking.add(ending);
      void runCheck(context, check, ending.signal).then((outcome) => {
        checking.delete(ending);
        done(outcome);
      });
    },
    cancel: (ticket) => running.get(ticket)?.abort(),
    announce: (resources) => builtin.announce(resources),
    announceFor: (node, resources) => builtin.announceFor(node, resources),
    configure(config) {
      environment = environmentOf(config);
      void prepare(config);
    },
    problems: () => builtin.problems(),
    close() {
      for (const ending of checking) ending.abort();
      builtin.close();
    },
  };
}
