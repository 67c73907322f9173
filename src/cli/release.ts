/** `systole release`: the emergency exit. Stops everything this node may hold, without a daemon, whatever the state is. */
import { loadConfiguration } from '../config/load.js';
import { describeProblem } from '../config/problems.js';
import type { ClusterConfig, GroupConfig } from '../config/types.js';
import type { ResourceOutcome } from '../events.js';
import { createAgentRunner } from '../io/agent-runner.js';
import { readConfigFiles, readHostFacts } from '../io/config-files.js';
import type { AgentRunner, Logger } from '../io/seams.js';
import { planSteps, type Step, stepTimeoutMs } from '../resources/plan.js';
import { type Places, readArguments, takeWords } from './arguments.js';
import { askStatus } from './daemon-client.js';
import { print, printError } from './terminal.js';

/** Agents' remarks go where trouble goes. */
const stderrLog: Logger = {
  log: (level, text) => {
    if (level !== 'debug' && level !== 'info') printError(text);
  },
  close: async () => {},
};

async function readConfiguration(places: Places): Promise<{ config: ClusterConfig; nodeName: string } | null> {
  const { configDir, nodeName } = places;
  const facts = { haDir: configDir, ...(nodeName === undefined ? {} : { nodeName }) };
  const [files, host] = await Promise.all([readConfigFiles(configDir), readHostFacts(facts)]);
  const { cluster, stoppable, problems } = loadConfiguration(files, host);
  if (cluster !== null) return { config: cluster, nodeName: host.nodeName };
  for (const problem of problems) if (problem.severity === 'error') printError(describeProblem(problem));
  if (stoppable === null) {
    printError(`systole: the configuration in ${configDir} cannot be read: nothing is released`);
    return null;
  }
  // A lost network card is an error of ha.cf, and just the emergency to release in.
  printError('systole: going on all the same: haresources says what to stop');
  return { config: stoppable, nodeName: host.nodeName };
}

/** A daemon that runs would start again what is stopped here, or be surprised. */
async function warnOfDaemon(runDir: string): Promise<void> {
  const alive = await askStatus(runDir, 1000).then(
    () => true,
    // Not to be reached is what is expected here.
    () => false,
  );
  if (alive) printError('systole: warning: a daemon runs here and may start again what is stopped now; stop it first');
}

function stopStep(runner: AgentRunner, group: GroupConfig, step: Step): Promise<readonly ResourceOutcome[]> {
  const timeoutMs = stepTimeoutMs(step, 'stop');
  return new Promise((resolve) => {
    runner.run({ ticket: 1, group: group.name, operation: 'stop', resources: step, timeoutMs }, resolve);
  });
}

/** Stops a group right to left; a failure does not keep the rest from being stopped. Gives how many failed. */
async function releaseGroup(runner: AgentRunner, group: GroupConfig): Promise<number> {
  let failed = 0;
  for (const step of [...planSteps(group)].reverse()) {
    for (const { outcome, resource, text } of [...(await stopStep(runner, group, step))].reverse()) {
      if (outcome === 'succeeded') {
        print(`${resource}: stopped`);
        continue;
      }
      failed += 1;
      printError(`systole: ${resource}: NOT stopped: ${text === '' ? outcome : text}`);
    }
  }
  return failed;
}

/** Gives the exit code: 0 when everything is stopped, 1 when something could not be. */
export async function run(args: readonly string[]): Promise<number> {
  const { places, words } = readArguments(args);
  takeWords(words, []);
  const read = await readConfiguration(places);
  if (read === null) return 1;
  const { config, nodeName } = read;
  await warnOfDaemon(places.runDir);
  const { configDir } = places;
  const runner = createAgentRunner({ config, nodeName, configDir, log: stderrLog, warm: false });
  const counts = await Promise.all(config.groups.map((group) => releaseGroup(runner, group)));
  runner.close();
  const failed = counts.reduce((sum, count) => sum + count, 0);
  if (failed > 0) printError(`systole: ${failed} resource${failed === 1 ? '' : 's'} could not be stopped`);
  return failed === 0 ? 0 : 1;
}
