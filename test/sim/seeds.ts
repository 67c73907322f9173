/** `npm run sim`: plays the simulator over many seeds, or replays one. See docs/simulator.md. */
import { parseArgs } from 'node:util';
import { createCluster } from '../../src/cluster.js';
import { runSeed, type Violation } from '../../src/sim/random-run.js';
import { playSeeds } from './play-seeds.js';
import { describeTally, type Tally } from './tally.js';

const usage = `usage: npm run sim -- [--seeds COUNT] [--from SEED] [--jobs PROCESSES] [--nodes COUNT]
       npm run sim -- --seed SEED [--nodes COUNT] [--trace]`;

/** Violations after which no more seeds are begun: the first few are worth more than the last. */
const violationsMax = 10;
const progressEveryMs = 5000;

interface Arguments {
  readonly seed: number | null;
  readonly seeds: number;
  readonly from: number;
  readonly jobs: number;
  readonly nodes: number | null;
  readonly trace: boolean;
}

function readArguments(): Arguments {
  const option = { type: 'string' } as const;
  const options = {
    seed: option,
    seeds: option,
    from: option,
    jobs: option,
    nodes: option,
    trace: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  return {
    seed: number('seed', values.seed),
    seeds: number('seeds', values.seeds) ?? 1000,
    from: number('from', values.from) ?? 1,
    jobs: number('jobs', values.jobs) ?? 2,
    nodes: number('nodes', values.nodes),
    trace: values.trace ?? false,
  };
}

function number(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a number, not "${text}"`);
  return Number(text);
}

function describeViolation({ seed, atMs, text }: Violation, nodes: number | null): string {
  const replay = `npm run sim -- --seed ${seed}${nodes === null ? '' : ` --nodes ${nodes}`} --trace`;
  return `seed ${seed}, ${(atMs / 1000).toFixed(3)} s: ${text}\n    ${replay}`;
}

/** Replays one seed; true when it broke no rule. */
function replay(seed: number, { nodes, trace }: Arguments): boolean {
  const result = runSeed(seed, {
    createCore: createCluster,
    trace,
    digest: true,
    ...(nodes === null ? {} : { nodes }),
  });
  for (const line of result.transcript) console.log(line);
  for (const violation of result.violations) console.log(describeViolation(violation, nodes));
  const { simulatedMs, events, sends, digest } = result;
  console.log(
    `seed ${seed}: ${result.violations.length} violations, ${(simulatedMs / 1000).toFixed(1)} simulated seconds, ` +
      `${events} events, ${sends} packets, digest ${digest}`,
  );
  return result.violations.length === 0;
}

/** Plays many seeds; true when none broke a rule. */
async function playMany({ from, seeds, jobs, nodes }: Arguments): Promise<boolean> {
  let told = Date.now();
  const onProgress = (tally: Tally, violations: readonly Violation[]) => {
    for (const violation of violations) console.log(describeViolation(violation, nodes));
    if (Date.now() - told < progressEveryMs) return;
    told = Date.now();
    console.log(`... ${tally.seeds} of ${seeds} seeds, ${tally.failedSeeds} failed`);
  };
  const { tally } = await playSeeds({ from, seeds, jobs, nodes, violationsMax, onProgress });
  console.log(describeTally(tally));
  return tally.failedSeeds === 0;
}

try {
  const asked = readArguments();
  const good = asked.seed === null ? await playMany(asked) : replay(asked.seed, asked);
  process.exitCode = good ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(usage);
  process.exitCode = 2;
}
