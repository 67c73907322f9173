/**
 * This node's own health checks: when each is run, and what its runs make of it. A check fails after `fall` bad runs in a
 * row, and is well again after `rise` good ones (keepalived's words). After the start the first good run is enough: it is as well as
 * can be known.
 */
import type { HealthCheck } from '../config/types.js';
import type { Effect, LogLevel, Milliseconds } from '../events.js';
import type { FaultState, HealthFaults } from '../membership/health-words.js';

/** Nothing is known of a check before its first runs: until something is, they follow one another this quickly. */
const firstRunsMs: Milliseconds = 1000;

interface Check {
  readonly config: HealthCheck;
  /** null: there were too few runs to tell. */
  verdict: 'well' | 'failed' | null;
  /** Runs in a row that speak against the verdict; without one, bad runs. */
  against: number;
  /** Infinity while it runs. */
  nextAt: Milliseconds;
  /** What the last bad run said. */
  text: string;
}

export class HealthChecks {
  /** Checks that are not surely well, for placement and for the others. Another array whenever it says something else. */
  faults: HealthFaults = [];
  private readonly checks: readonly Check[];

  constructor(configs: readonly HealthCheck[]) {
    this.checks = configs.map((config) => ({ config, verdict: null, against: 0, nextAt: Infinity, text: '' }));
    this.faults = this.judge();
  }

  /** Runs every check for the first time. */
  start(at: Milliseconds): Effect[] {
    for (const check of this.checks) check.nextAt = at;
    return this.tick(at);
  }

  /** Runs what is due. A check that runs is not run again before its result has come. */
  tick(at: Milliseconds): Effect[] {
    const effects: Effect[] = [];
    for (const check of this.checks) {
      if (at < check.nextAt) continue;
      check.nextAt = Infinity;
      effects.push({ type: 'check', check: check.config });
    }
    return effects;
  }

  /** Takes the result of a run; gives what is to be logged. `text` says why it was bad. */
  result({ name, good, text }: { name: string; good: boolean; text: string }, at: Milliseconds): Effect[] {
    const check = this.checks.find(({ config, nextAt }) => config.name === name && nextAt === Infinity);
    if (check === undefined) return [];
    const before = check.verdict;
    if (!good) check.text = text;
    note(check, good);
    const { intervalMs } = check.config;
    check.nextAt = at + (check.verdict === null ? Math.min(intervalMs, firstRunsMs) : intervalMs);
    this.faults = this.judge();
    const line = lineFor(check, before, good);
    return line === null ? [] : [{ type: 'log', ...line }];
  }

  nextDeadline(): Milliseconds {
    let next = Number.POSITIVE_INFINITY;
    for (const { nextAt } of this.checks) next = Math.min(next, nextAt);
    return next;
  }

  /** What the last bad run of a check said; '' when there was none. */
  textOf(name: string): string {
    return this.checks.find(({ config }) => config.name === name)?.text ?? '';
  }

  private judge(): HealthFaults {
    const faults = this.checks.flatMap((check) => {
      const state = stateOf(check);
      const { name, weight } = check.config;
      return state === null ? [] : [{ check: name, state, weight }];
    });
    const same =
      faults.length === this.faults.length &&
      faults.every(({ check, state }, index) => {
        const old = this.faults[index];
        return old?.check === check && old.state === state;
      });
    return same ? this.faults : faults;
  }
}

function note(check: Check, good: boolean): void {
  const { config, verdict } = check;
  const agrees = verdict === null ? good : good === (verdict === 'well');
  check.against = agrees ? 0 : check.against + 1;
  if (verdict === null && good) check.verdict = 'well';
  if (agrees || check.against < (verdict === 'failed' ? config.rise : config.fall)) return;
  check.verdict = verdict === 'failed' ? 'well' : 'failed';
  check.against = 0;
}

/**
 * Between two verdicts a check is in doubt: where a common cause has it fail, or recover, on all nodes, it does so on one
 * after the other, and nothing is to be moved in between. A doubt does not let a node hold something that a failure forbids.
 */
function stateOf({ verdict, against, config }: Check): FaultState | null {
  if (verdict === null) return 'undecided';
  if (verdict === 'failed') return against > 0 && config.weight !== null ? 'doubtful' : 'failed';
  return against > 0 ? 'doubtful' : null;
}

function lineFor(check: Check, before: Check['verdict'], good: boolean): { level: LogLevel; text: string } | null {
  const { verdict, against, config } = check;
  const { name, fall, weight } = config;
  if (verdict !== before) {
    if (verdict === 'well')
      return { level: 'info', text: `health check ${name}: well${before === null ? '' : ' again'}` };
    const follows = weight === null ? 'this node can hold nothing' : `health of this node ${-weight}`;
    return { level: 'warn', text: `health check ${name} has failed (${follows}): ${check.text}` };
  }
  if (good || verdict === 'failed') return null;
  return { level: 'info', text: `health check ${name}: bad run ${against} of ${fall}: ${check.text}` };
}
