/** The command lines of the benches. */
import { parseArgs } from 'node:util';
import { type Scenario, scenarios } from './failover-run.js';

export interface FailoverOptions {
  readonly runs: number;
  readonly quietMs: number;
  readonly peers: readonly string[];
  readonly cases: readonly {
    readonly scenario: Scenario;
    readonly keepaliveMs: number;
    readonly deadtimeMs: number;
    readonly addresses: number;
  }[];
}

export interface IdleOptions {
  readonly seconds: number;
  /** How long the nodes are left alone before. */
  readonly settleSeconds: number;
  readonly peers: readonly string[];
}

export interface HealOptions {
  readonly runs: number;
}

export interface RabbitmqOptions {
  readonly runs: number;
}

export interface ServicesOptions {
  readonly runs: number;
}

export interface MysqlOptions {
  /** Power-offs, and as many moves. */
  readonly runs: number;
}

export const usage = `npm run bench -- failover [--runs 10] [--scenario power-off,stop,move,quiet] [--timing 100/500,20/100,10/30]
                          [--addresses 1,200,1000] [--quiet-seconds 60] [--peer keepalived,heartbeat]
npm run bench -- idle     [--seconds 30] [--settle 180] [--peer keepalived,heartbeat]
npm run bench -- heal     [--runs 20]
npm run bench -- mysql    [--runs 10]
npm run bench -- rabbitmq [--runs 5]

failover without --scenario, --timing and --addresses measures what is promised: power-off of one address at all three
timings, of 200 and 1,000 at 100/500 ms, stop and move at 100/500 ms, and a quiet minute at 10/30 ms.`;

/** A mistake of the user's, as one plain sentence. */
export class UsageError extends Error {}

export function failoverOptions(argv: readonly string[]): FailoverOptions {
  const { values } = parse(argv, ['runs', 'scenario', 'timing', 'addresses', 'quiet-seconds', 'peer']);
  const isDefault = !values.scenario && !values.timing && !values.addresses;
  return {
    runs: count(values.runs ?? '10', '--runs'),
    quietMs: count(values['quiet-seconds'] ?? '60', '--quiet-seconds') * 1000,
    peers: words(values.peer ?? ''),
    cases: isDefault ? promisedCases : product(values),
  };
}

export function idleOptions(argv: readonly string[]): IdleOptions {
  const { values } = parse(argv, ['seconds', 'settle', 'peer']);
  return {
    seconds: count(values.seconds ?? '30', '--seconds'),
    settleSeconds: count(values.settle ?? '180', '--settle'),
    peers: words(values.peer ?? 'keepalived,heartbeat'),
  };
}

export function healOptions(argv: readonly string[]): HealOptions {
  return { runs: count(parse(argv, ['runs']).values.runs ?? '20', '--runs') };
}

export function rabbitmqOptions(argv: readonly string[]): RabbitmqOptions {
  return { runs: count(parse(argv, ['runs']).values.runs ?? '5', '--runs') };
}

export function servicesOptions(argv: readonly string[]): ServicesOptions {
  const { values } = parse(argv, ['runs']);
  return { runs: count(values.runs ?? '5', '--runs') };
}

export function mysqlOptions(argv: readonly string[]): MysqlOptions {
  return { runs: count(parse(argv, ['runs']).values.runs ?? '10', '--runs') };
}

const promisedCases: FailoverOptions['cases'] = [
  { scenario: 'power-off', keepaliveMs: 100, deadtimeMs: 500, addresses: 1 },
  { scenario: 'power-off', keepaliveMs: 20, deadtimeMs: 100, addresses: 1 },
  { scenario: 'power-off', keepaliveMs: 10, deadtimeMs: 30, addresses: 1 },
  { scenario: 'stop', keepaliveMs: 100, deadtimeMs: 500, addresses: 1 },
  { scenario: 'move', keepaliveMs: 100, deadtimeMs: 500, addresses: 1 },
  { scenario: 'power-off', keepaliveMs: 100, deadtimeMs: 500, addresses: 200 },
  { scenario: 'power-off', keepaliveMs: 100, deadtimeMs: 500, addresses: 1000 },
  { scenario: 'quiet', keepaliveMs: 10, deadtimeMs: 30, addresses: 1 },
];

function product(values: Record<string, string | undefined>): FailoverOptions['cases'] {
  const wanted = words(values.scenario ?? 'power-off').map((word) => {
    const scenario = scenarios.find((one) => one === word);
    if (scenario === undefined) throw new UsageError(`--scenario: "${word}" is none of ${scenarios.join(', ')}`);
    return scenario;
  });
  const timings = words(values.timing ?? '100/500').map((word) => {
    const [keepalive = '', deadtime = ''] = word.split('/');
    return { keepaliveMs: count(keepalive, '--timing'), deadtimeMs: count(deadtime, '--timing') };
  });
  const counts = words(values.addresses ?? '1').map((word) => count(word, '--addresses'));
  return wanted.flatMap((scenario) =>
    timings.flatMap((timing) => counts.map((addresses) => ({ scenario, ...timing, addresses }))),
  );
}

function parse(argv: readonly string[], names: readonly string[]) {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...argv], options });
    return { values: values as Record<string, string | undefined> };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function words(list: string): string[] {
  return list.split(',').filter((word) => word !== '');
}

function count(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`${option}: "${text}" is not a whole number above 0`);
  return value;
}
