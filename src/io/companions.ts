/** What runs beside the daemon for the operator: programs of `respawn`, scripts of rc.d. */
import type { ClusterConfig } from '../config/types.js';
import type { ScriptCall } from '../events.js';
import { agentEnvironment } from './agents/environment.js';
import { createScriptRunner } from './agents/script.js';
import { Supervisor } from './clients/supervisor.js';
import { loadMemoryFiles, type MemoryFiles } from './kernel/memory-file.js';
import { listRcScripts } from './scripts/listing.js';
import { createRcRunner } from './scripts/runner.js';
import type { Logger } from './seams.js';

export interface CompanionOptions {
  readonly config: ClusterConfig;
  /** The directory of ha.cf. */
  readonly configDir: string;
  readonly nodeName: string;
  readonly log: Logger;
  /** A `failfast` program has failed. */
  readonly onFailfast: (text: string) => void;
}

export interface Companions {
  startClients(): void;
  runScript(call: ScriptCall): void;
  /** What is not as it should be, in plain words. */
  problems(): string[];
  /** Ends the programs; bounded. Never rejects. */
  close(): Promise<void>;
}

/** Gets them ready: loading what runs scripts stops the event loop for some 50 ms, so it is done now. */
export async function createCompanions(options: CompanionOptions): Promise<Companions> {
  const { config, configDir, nodeName, log, onFailfast } = options;
  const environment = agentEnvironment({ nodeName, configDir, config, inherited: process.env });
  const supervisor = new Supervisor({ clients: config.clients, environment, log, onFailfast });
  let loaded: MemoryFiles | null = null;
  const scripts = createScriptRunner(() => {
    loaded ??= loadMemoryFiles();
    return loaded;
  });
  const rc = createRcRunner({ dir: `${configDir}/rc.d`, environment, scripts, log });
  if (config.scripts.length > 0) {
    log.log('info', `rc.d: ${config.scripts.join(' ')} will run for messages of that type`);
    await scripts.load().catch((error: Error) => log.log('error', `scripts cannot be run: ${error.message}`));
  }
  const { notRun } = await listRcScripts(configDir);
  if (notRun.length > 0) {
    const are = notRun.length === 1 ? 'is' : 'are';
    log.log('info', `rc.d: ${notRun.join(' ')} ${are} not run: what Heartbeat has them for is done here without them`);
  }
  return {
    startClients: () => supervisor.start(),
    runScript: (call) => rc.run(call),
    problems: () => supervisor.problems(),
    close: () => {
      rc.close();
      return supervisor.stop();
    },
  };
}
