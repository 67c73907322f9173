import t from 'tap';
import type { HealthCheck } from '../../src/config/types.js';
import type { Effect } from '../../src/events.js';
import { formatHealth } from '../../src/membership/health-words.js';
import { HealthChecks } from '../../src/policy/health.js';

const disk: HealthCheck = {
  ...{ name: 'disk', command: 'true', intervalMs: 5000, timeoutMs: 2000 },
  ...{ rise: 2, fall: 3, weight: 10 },
};
const runs = (effects: readonly Effect[]) =>
  effects.map((effect) => (effect.type === 'check' ? effect.check.name : ''));
const lines = (effects: readonly Effect[]) => effects.map((effect) => (effect.type === 'log' ? effect.text : ''));

/** Checks after these results of the first of them, each when it was due: `+` good, `-` bad. */
function after(results: string, wishes: Partial<HealthCheck> = {}): HealthChecks {
  const checks = new HealthChecks([{ ...disk, ...wishes }]);
  checks.start(0);
  for (const result of results) step(checks, result);
  return checks;
}

function step(checks: HealthChecks, result: string): Effect[] {
  const at = checks.nextDeadline();
  if (at !== Number.POSITIVE_INFINITY) checks.tick(at);
  return checks.result({ name: 'disk', good: result === '+', text: 'exit code 1' }, 0);
}

t.test('every check runs at the start, then its interval after the last run ended', async (t) => {
  const checks = new HealthChecks([disk, { ...disk, name: 'web', intervalMs: 1000 }]);
  t.equal(checks.nextDeadline(), Number.POSITIVE_INFINITY);
  t.same(runs(checks.start(100)), ['disk', 'web']);
  t.equal(checks.nextDeadline(), Number.POSITIVE_INFINITY);
  t.same(checks.tick(50_000), [], 'one that runs is not run again');
  checks.result({ name: 'disk', good: true, text: '' }, 600);
  t.equal(checks.nextDeadline(), 5600);
  t.same(checks.tick(5599), []);
  t.same(runs(checks.tick(5600)), ['disk']);
  checks.result({ name: 'web', good: true, text: '' }, 6000);
  t.equal(checks.nextDeadline(), 7000);
});

t.test('rise and fall', async (t) => {
  for (const [results, said] of [
    ['', '.disk:10'],
    ['+', ''],
    ['-', '.disk:10'],
    ['--', '.disk:10'],
    ['--+', ''],
    ['---', '-disk:10'],
    ['+-', '?disk:10'],
    ['+--+', ''],
    ['+--+--', '?disk:10'],
    ['+---', '-disk:10'],
    ['+---+', '?disk:10'],
    ['+---+-', '-disk:10'],
    ['+---+-+', '?disk:10'],
    ['+---++', ''],
  ] as const) {
    t.equal(formatHealth(after(results).faults), said, results);
  }
  t.equal(
    formatHealth(after('+---+', { weight: null }).faults),
    '-disk:never',
    'until it is well nothing may run there',
  );
  t.equal(formatHealth(after('+-', { fall: 1, weight: null }).faults), '-disk:never');
});

t.test('until something is known runs follow quickly', async (t) => {
  t.equal(after('-').nextDeadline(), 1000);
  t.equal(after('-', { intervalMs: 300 }).nextDeadline(), 300);
  t.equal(after('---').nextDeadline(), 5000);
});

t.test('what is the same is the same array', async (t) => {
  const checks = after('+---');
  const { faults } = checks;
  step(checks, '-');
  t.equal(checks.faults, faults);
  step(checks, '+');
  t.not(checks.faults, faults);
});

t.test('what is logged', async (t) => {
  const checks = after('');
  t.same(lines(step(checks, '+')), ['health check disk: well']);
  t.same(lines(step(checks, '+')), []);
  t.same(lines(step(checks, '-')), ['health check disk: bad run 1 of 3: exit code 1']);
  step(checks, '-');
  t.same(lines(step(checks, '-')), ['health check disk has failed (health of this node -10): exit code 1']);
  t.equal(checks.textOf('disk'), 'exit code 1');
  t.same(lines(step(checks, '-')), []);
  t.same(lines(step(checks, '+')), []);
  t.same(lines(step(checks, '+')), ['health check disk: well again']);
  const heavy = after('', { fall: 1, weight: null });
  t.same(lines(step(heavy, '-')), ['health check disk has failed (this node can hold nothing): exit code 1']);
});

t.test('a result that nobody waits for is none', async (t) => {
  const checks = after('+');
  t.same(checks.result({ name: 'disk', good: false, text: '' }, 1), []);
  t.same(checks.result({ name: 'other', good: false, text: '' }, 1), []);
  t.equal(formatHealth(checks.faults), '');
});
