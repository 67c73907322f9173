/** Keeps the programs of `respawn` and `failfast` running, in Heartbeat's words. */
import type { ClientConfig } from '../../config/types.js';
import type { Logger } from '../seams.js';
import { type Launch, type LaunchedClient, launch } from './launch.js';
import { type ClientEnd, isFailure, RespawnRule } from './respawn-rule.js';

export interface SupervisorOptions {
  readonly clients: readonly ClientConfig[];
  /** Variables of every program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** A `failfast` program has failed; the sentence says which and how. */
  readonly onFailfast: (text: string) => void;
  /** How long each program, and what it left behind at its end, has after SIGTERM (default 5 s), and all together (20 s). */
  readonly graceMs?: number;
  readonly allMs?: number;
  /** Pause after a short life (default 1 s). */
  readonly pauseMs?: number;
  readonly launch?: Launch;
}

const defaultGraceMs = 5000;

export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly lives: readonly ClientLife[];

  constructor(options: SupervisorOptions) {
    this.options = options;
    this.lives = options.clients.map((client) => new ClientLife(client, options));
  }

  /** Starts them, in the order of ha.cf. Later calls do nothing. */
  start(): void {
    for (const life of this.lives) life.start();
  }

  /** What is not as it should be, in plain words. */
  problems(): string[] {
    return this.lives.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  }

  /** Ends them, the last one first, each when the one after it is gone; bounded. */
  async stop(): Promise<void> {
    const { graceMs = defaultGraceMs, allMs = 20_000 } = this.options;
    for (const life of this.lives) life.retire();
    const limit = performance.now() + allMs;
    for (const life of [...this.lives].reverse()) {
      await life.stop(Math.max(0, Math.min(graceMs, limit - performance.now())));
    }
  }
}

/** All the lives of one program. */
class ClientLife {
  /** Set once it is given up. */
  problem: string | null = null;
  private readonly rule: RespawnRule;
  /** Until all its processes are gone. */
  private running: LaunchedClient | null = null;
  private pause: NodeJS.Timeout | null = null;
  private begun = false;
  private retired = false;

  constructor(
    private readonly client: ClientConfig,
    private readonly options: SupervisorOptions,
  ) {
    this.rule = new RespawnRule(options.pauseMs);
  }

  start(): void {
    if (this.begun || this.retired) return;
    this.begun = true;
    this.options.log.log('info', `Starting child client "${this.client.command}" as ${this.client.user}`);
    void this.live();
  }

  /** From now on it is not started again, and its end is no failure. */
  retire(): void {
    this.retired = true;
    if (this.pause !== null) clearTimeout(this.pause);
  }

  async stop(graceMs: number): Promise<void> {
    if (this.running === null) return;
    const { log } = this.options;
    log.log('info', `killing client "${this.client.command}" process group ${this.running.pid} with signal 15`);
    await this.running.stop(graceMs);
  }

  /** One life, from start to end. Never rejects. */
  private async live(): Promise<void> {
    const { log, environment } = this.options;
    const { command } = this.client;
    const startedAt = performance.now();
    const started = await (this.options.launch ?? launch)(this.client, environment).catch(
      (error: Error) => error.message,
    );
    if (typeof started === 'string') return this.liveAgain(this.over({ end: 'notStarted', text: started }, 0));
    this.running = started;
    const { pid, user } = started;
    log.log('info', `Starting "${command}" as uid ${user.uid} gid ${user.gid} (pid ${pid})`);
    // The daemon may have begun to leave while the accounts were read.
    if (this.retired) await this.stop(0);
    const end = await started.ended;
    const pauseMs = this.over(end, performance.now() - startedAt, pid);
    // What a list or a pipe has left behind would be there once more with each life, and outlive the daemon.
    await started.stop(this.options.graceMs ?? defaultGraceMs).catch(({ message }: Error) => {
      log.log('warn', `Client "${command}": what it left behind may still run: ${message}`);
    });
    this.running = null;
    this.liveAgain(pauseMs);
  }

  /** Says how it ended; gives after how long it lives again, null for never. */
  private over(end: ClientEnd, livedMs: number, pid?: number): number | null {
    const { log, onFailfast } = this.options;
    const { command, failfast } = this.client;
    const text = describeEnd(command, end, pid);
    if (this.retired) {
      log.log('info', text);
      return null;
    }
    const { next, ...then } = this.rule.judge(end, livedMs);
    log.log(next === 'stay' ? 'info' : 'error', text);
    if (failfast && isFailure(end)) {
      onFailfast(`${text} It is a failfast client: this node leaves the cluster.`);
      return null;
    }
    if (next === 'giveUp') {
      log.log('error', `Client "${command}" respawning too fast`);
      this.problem = `the program ${command} ended again and again, and is not started any more`;
    }
    if (next === 'stay' || next === 'giveUp') return null;
    return 'afterMs' in then ? then.afterMs : 0;
  }

  private liveAgain(pauseMs: number | null): void {
    if (pauseMs === null || this.retired) return;
    this.options.log.log('info', `Respawning client "${this.client.command}":`);
    this.pause = setTimeout(() => void this.live(), pauseMs);
  }
}

function describeEnd(command: string, end: ClientEnd, pid: number | undefined): string {
  switch (end.end) {
    case 'exited':
      return `Client "${command}" exited with return code ${end.exitCode}.`;
    case 'killed':
      return `Client "${command}" (pid=${pid}) killed by signal ${end.signal}.`;
    case 'notStarted':
      return `Client "${command}" could not be started: ${end.text}.`;
    default:
      return end satisfies never;
  }
}
