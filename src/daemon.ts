/** The daemon: reads the configuration, opens the world, and lets the loop run until the cluster says that it is done. */
import { randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { type Cluster, createCluster } from './cluster.js';
import { loadConfiguration } from './config/load.js';
import type { AuthKeys, ClusterConfig, ConfigResult, Problem } from './config/types.js';
import type { Effect } from './events.js';
import { createAgentRunner } from './io/agent-runner.js';
import { type Companions, createCompanions } from './io/companions.js';
import { readConfigFiles, readHostFacts } from './io/config-files.js';
import type { ControlRequest, ControlResponse } from './io/control-protocol.js';
import { type ControlServer, createControlServer } from './io/control-server.js';
import { keepMemorySmall } from './io/kernel/memory.js';
import { becomeRealtime } from './io/kernel/scheduler.js';
import { createKernelNews, type KernelNews } from './io/kernel-news.js';
import { createLogger, type DaemonLogger } from './io/logger.js';
import { openMedia } from './io/media/table.js';
import { notifyServiceManager } from './io/notify.js';
import { openPinger } from './io/ping/pinger.js';
import type { AgentRunner, Medium, Pinger } from './io/seams.js';
import { releaseState } from './io/state/holder.js';
import { createStateWriter, loadIdentity, type StateWriter } from './io/state-files.js';
import { Loop } from './loop.js';
import { version } from './version.js';

export interface DaemonOptions {
  readonly configDir: string;
  readonly stateDir: string;
  readonly runDir: string;
  readonly nodeName?: string;
}

/** Starting up needs memory that running does not: after so long (ms) it is given back. */
const settledMs = 12_000;

/** Runs until the node has left the cluster. Gives the process's exit code. Throws nothing: what is wrong is said on standard error. */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const memory = keepMemorySmall();
  setTimeout(() => void memory.giveBack(), settledMs).unref();
  const host = await readHostFacts({
    haDir: options.configDir,
    ...(options.nodeName === undefined ? {} : { nodeName: options.nodeName }),
  });
  // Agents and interfaces may have come since the start; the name of a node that runs is not asked for again.
  const read = async () => {
    const now = await readHostFacts({ haDir: options.configDir, nodeName: host.nodeName });
    return loadConfiguration(await readConfigFiles(options.configDir), now);
  };
  const { cluster: config, auth, problems } = await read();
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (config === null || auth === null || problems.some(({ severity }) => severity === 'error')) {
    process.stderr.write('Configuration error, systole not started.\n');
    return 1;
  }
  return new Daemon({ options, config, auth, self: host.nodeName, read }).run();
}

class Daemon {
  private readonly options: DaemonOptions;
  private readonly config: ClusterConfig;
  private readonly self: string;
  private readonly read: () => Promise<ConfigResult>;
  private readonly log: DaemonLogger;
  private readonly cluster: Cluster;
  private readonly loop: Loop;
  private media: readonly Medium[] = [];
  private pinger: Pinger | null = null;
  private runner!: AgentRunner;
  private companions: Companions | null = null;
  private readonly news: KernelNews;
  private state!: StateWriter;
  private control: ControlServer | null = null;
  /** What the last SIGHUP left to do, for the status. */
  private reloadTrouble: string | null = null;
  private readonly replies = new Map<number, (response: ControlResponse) => void>();
  private readonly failedMedia = new Map<string, Set<number>>();
  private nextReply = 1;
  private toldToLeave = false;
  private finish!: (code: number) => void;

  constructor(start: {
    options: DaemonOptions;
    config: ClusterConfig;
    auth: AuthKeys;
    self: string;
    read: () => Promise<ConfigResult>;
  }) {
    this.options = start.options;
    this.config = start.config;
    this.self = start.self;
    this.read = start.read;
    this.log = createLogger({ config: start.config.logging });
    this.news = createKernelNews({ log: this.log });
    this.cluster = createCluster({ self: start.self, config: start.config, auth: start.auth });
    this.loop = new Loop(this.cluster, {
      now: () => performance.now(),
      perform: (effect) => this.perform(effect),
      after: (delayMs, call) => {
        const timer = setTimeout(call, Math.ceil(delayMs));
        return () => clearTimeout(timer);
      },
      afterWaiting: (call) => setImmediate(call),
    });
  }

  async run(): Promise<number> {
    const { configDir, stateDir, runDir } = this.options;
    this.catchSignals();
    const done = new Promise<number>((resolve) => {
      this.finish = resolve;
    });
    this.log.log('info', `Configuration validated. Starting systole ${version} as node ${this.self} (${configDir})`);
    try {
      await mkdir(stateDir, { recursive: true, mode: 0o750 });
      this.control = await createControlServer({
        runDir,
        log: this.log,
        apiauth: this.config.apiauth,
        onRequest: (request, reply) => this.answer(request, reply),
      });
      await this.open(stateDir);
    } catch (error) {
      this.log.log('crit', `not started: ${error instanceof Error ? error.message : String(error)}`);
      await this.control?.close();
      await this.log.close(1000);
      return 1;
    }
    const code = await done;
    await this.close();
    return code;
  }

  private async open(stateDir: string): Promise<void> {
    const identity = await loadIdentity(stateDir, {
      self: this.self,
      nowSeconds: Math.floor(Date.now() / 1000),
      method: this.config.hbgenmethod,
      autojoin: this.config.autojoin !== undefined,
      log: this.log,
    });
    this.state = createStateWriter(stateDir, this.log);
    const runner = createAgentRunner({
      config: this.config,
      configDir: this.options.configDir,
      log: this.log,
      nodeName: this.self,
      news: this.news,
      onLost: (resources, text) => this.loop.take({ type: 'lost', resources, text }),
    });
    this.runner = runner;
    await runner.ready;
    this.companions = await createCompanions({
      config: this.config,
      configDir: this.options.configDir,
      log: this.log,
      nodeName: this.self,
      onFailfast: (text) => this.loop.take({ type: 'failfast', text }),
    });
    this.standOut();
    this.media = openMedia(this.config.media, (medium) => {
      const index = this.config.media.indexOf(medium);
      return {
        onPacket: (bytes) => this.loop.take({ type: 'packet', link: medium.device, bytes }),
        onState: (state, text) => this.onMedium(medium.device, index, state, text),
        onInterfaceChange: (device, call) =>
          this.news.subscribe({ onLink: (change) => void (change.device === device && call()), onMissed: call }),
      };
    });
    if (this.config.pingNodes.length > 0) this.pinger = this.openPinger();
    this.loop.take({ type: 'start', wallMs: Date.now(), seed: randomInt(2 ** 32), ...identity });
    if (this.toldToLeave) this.loop.take({ type: 'shutdown' });
    notifyServiceManager('READY=1', process.env.NOTIFY_SOCKET);
  }

  private openPinger(): Pinger {
    return openPinger(this.config.pingNodes, {
      onEcho: (pingNode, bytes) => this.loop.take({ type: 'packet', link: pingNode, bytes }),
      // One that comes and goes with every request is counted.
      onTrouble: (text) => this.log.log('error', text, text),
    });
  }

  /** Asks the kernel to let the heartbeat through when the machine is busy. */
  private standOut(): void {
    if (!this.config.realtime) return;
    const standing = becomeRealtime();
    if (!standing.ok) this.log.log('info', `${standing.reason}: going on without`);
  }

  private perform(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        for (const medium of this.media) {
          const packet = medium.form === 'string' ? effect.text : effect.bytes;
          if (packet !== undefined) medium.send(packet);
        }
        return;
      case 'ping':
        this.pinger?.ping(effect.node, effect.bytes);
        return;
      case 'run': {
        const { action } = effect;
        this.log.log('debug', `${action.operation} ${action.resources.length} of ${action.group}: ${effect.reason}`);
        this.runner.run(action, (outcomes) =>
          this.loop.take({ type: 'actionResult', ticket: action.ticket, outcomes }),
        );
        return;
      }
      case 'hook':
        return this.runner.hook(effect, (outcomes) =>
          this.loop.take({ type: 'actionResult', ticket: effect.ticket, outcomes }),
        );
      case 'check': {
        const { name } = effect.check;
        return this.runner.check(effect.check, (outcome) => this.loop.take({ type: 'checkResult', name, ...outcome }));
      }
      case 'cancel':
        return this.runner.cancel(effect.ticket);
      case 'announce':
        this.log.log('debug', `announcing ${effect.resources.length} addresses again: ${effect.reason}`);
        return this.runner.announce(effect.resources);
      case 'announceFor':
        this.log.log('debug', `announcing ${effect.resources.length} addresses for ${effect.node}: ${effect.reason}`);
        return this.runner.announceFor(effect.node, effect.resources);
      case 'clients':
        return this.companions?.startClients();
      case 'script':
        return this.companions?.runScript(effect);
      case 'reply':
        this.replies.get(effect.id)?.({ id: 0, ...effect.result });
        this.replies.delete(effect.id);
        return;
      case 'log':
        return this.log.log(effect.level, effect.text, effect.throttle);
      case 'save':
        return this.state.save(effect.saved);
      case 'exit':
        return this.finish(effect.code);
      default:
        return effect satisfies never;
    }
  }

  private answer(request: ControlRequest, reply: (response: ControlResponse) => void): void {
    if (request.ask === 'status') {
      const status = this.cluster.status(performance.now(), Date.now());
      const trouble = this.reloadTrouble === null ? [] : [this.reloadTrouble];
      const here = [this.news, this.runner, this.companions].flatMap((part) => part?.problems() ?? []);
      const problems = [...status.problems, ...trouble, ...here];
      const counters = { ...status.counters, ...this.counters() };
      return reply({ id: request.id, ok: true, status: { ...status, problems, counters } });
    }
    const id = this.nextReply++;
    this.replies.set(id, (response) => reply({ ...response, id: request.id }));
    this.loop.take({ type: 'command', id, command: request.command });
  }

  private counters(): Record<string, number> {
    const sum = (key: keyof Medium['counters']) =>
      this.media.reduce((total, { counters }) => total + (counters[key] ?? 0), 0);
    const lost = Object.values(this.log.lost).reduce((total, count) => total + count, 0);
    return {
      packetsSent: sum('sent'),
      packetsReceived: sum('received'),
      sendErrors: sum('sendErrors'),
      packetsReplaced: sum('replaced'),
      bytesDiscarded: sum('discardedBytes'),
      ...(this.pinger === null ? {} : pingCounters(this.pinger)),
      logLinesLost: lost,
      loopLagMaxMs: tenths(this.loop.lag.maxMs),
      loopLagRecentMs: tenths(this.loop.lag.recentMaxMs(performance.now())),
    };
  }

  /** A link is open when everything configured on it is. */
  private onMedium(link: string, index: number, state: 'open' | 'failed', text: string): void {
    const failed = this.failedMedia.get(link) ?? new Set();
    this.failedMedia.set(link, failed);
    if (state === 'failed') failed.add(index);
    else failed.delete(index);
    this.loop.take({ type: 'medium', link, state: failed.size === 0 ? 'open' : 'failed', text });
  }

  /** From the beginning: told to leave while it starts, a node still stops what its former life may have left up. */
  private catchSignals(): void {
    const leave = () => {
      this.toldToLeave = true;
      this.loop.take({ type: 'shutdown' });
    };
    process.on('SIGTERM', leave);
    process.on('SIGINT', leave);
    process.on('SIGHUP', () => void this.reload());
    // A fault of ours must be found in the log, not only where standard error went.
    process.on('uncaughtException', (error) => {
      this.log.log('crit', `internal error, the daemon ends and leaves everything as it is: ${error.stack}`);
      void this.log.close(1000).finally(() => process.exit(1));
    });
  }

  /** Rereads keys and configuration. Nothing that is wrong replaces what works. */
  private async reload(): Promise<void> {
    this.log.reopen();
    const { cluster, auth, problems } = await this.read();
    for (const problem of problems)
      this.log.log(problem.severity === 'error' ? 'error' : 'warn', formatProblem(problem));
    if (cluster === null || auth === null || problems.some(({ severity }) => severity === 'error')) {
      this.reloadTrouble =
        'the files were reread with errors: what was read before is in force, and the next start would be refused (systole check)';
      return this.log.log('error', 'Config errors: going on with what was read before');
    }
    this.loop.take({ type: 'keys', auth });
    const changed = JSON.stringify(cluster) !== JSON.stringify(this.config);
    this.reloadTrouble = changed
      ? 'the configuration was changed: all but the keys takes effect at the next start of the daemon'
      : null;
    if (changed) this.loop.take({ type: 'configure', config: cluster });
  }

  private async close(): Promise<void> {
    notifyServiceManager('STOPPING=1', process.env.NOTIFY_SOCKET);
    this.loop.close();
    await Promise.all(this.media.map((medium) => medium.close()));
    this.pinger?.close();
    this.runner.close();
    this.news.close();
    await this.companions?.close();
    await this.control?.close();
    await this.state.flush();
    await releaseState(this.options.stateDir);
    await this.log.close(2000);
  }
}

function formatProblem({ file, line, column, severity, text }: Problem): string {
  return `${file}:${line}:${column}: ${severity}: ${text}`;
}

function pingCounters({ counters: { asked, answered, failed } }: Pinger): Record<string, number> {
  return { pingsSent: asked, pingsAnswered: answered, pingsFailed: failed };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
