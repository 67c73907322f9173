import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { HealthCheck } from '../../../src/config/types.js';
import type { CheckOutcome } from '../../../src/events.js';
import { createAgentRunner } from '../../../src/io/agent-runner.js';
import type { AgentRunner } from '../../../src/io/seams.js';
import { testConfig } from '../../support/config.js';

const limitMs = 20_000;
const check = (command: string, timeoutMs = limitMs): HealthCheck => ({
  ...{ name: 'disk', command, timeoutMs, intervalMs: 1000 },
  ...{ rise: 1, fall: 1, weight: 1 },
});

function setUp(t: Test): { dir: string; runner: AgentRunner; run: (one: HealthCheck) => Promise<CheckOutcome> } {
  const dir = t.testdir({});
  const runner = createAgentRunner({
    nodeName: 'a',
    configDir: '/etc/ha.d',
    config: testConfig({ overrides: { healthChecks: [check('true')] } }),
    log: { log: () => {}, close: async () => {} },
    inherited: { PATH: '/usr/bin:/bin', DIR: dir, NOTIFY_SOCKET: '/x' },
    warm: false,
  });
  t.teardown(() => runner.close());
  return { dir, runner, run: (one) => new Promise((resolve) => runner.check(one, resolve)) };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + limitMs; !condition(); await sleep(20))
    if (Date.now() > end) throw new Error('it took too long');
}

const runs = (pid: number): boolean => {
  try {
    // A zombie that nobody has reaped yet does not run.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

t.test('only exit code 0 is good; the last line of a bad run is told', async (t) => {
  const { run } = setUp(t);
  for (const [command, good, text] of [
    ['echo fine', true, ''],
    ['echo one; echo two >&2; exit 3', false, 'exit code 3: two'],
    ['exit 3', false, 'exit code 3'],
    ['/there/is/nothing', false, /^exit code 127 \(not found\): .*\/there\/is\/nothing/],
    ['kill -KILL $$', false, 'killed by SIGKILL'],
    ['test "$HA_CHECK" = disk && test "$HA_CURHOST" = a && test -z "$NOTIFY_SOCKET"', true, ''],
    ["printf '%s' 'a b' | grep -q 'a b'", true, ''],
  ] as const) {
    t.match(await run(check(command)), { good, text }, command);
  }
});

t.test('one that takes too long is bad, and ended with all that it started', async (t) => {
  const { dir, run } = setUp(t);
  const outcome = await run(check('echo thinking; sleep 600 & echo $! >$DIR/child; wait', 500));
  t.same(outcome, { good: false, text: 'took longer than 0.5 s: thinking' });
  const child = Number(readFileSync(`${dir}/child`, 'utf8'));
  t.ok(child > 1);
  await until(() => !runs(child));
});

t.test('the end of the runner ends one that runs', async (t) => {
  const { dir, runner, run } = setUp(t);
  const outcome = run(check('echo $$ >$DIR/shell; sleep 600; true'));
  await until(() => existsSync(`${dir}/shell`) && readFileSync(`${dir}/shell`, 'utf8') !== '');
  const shell = Number(readFileSync(`${dir}/shell`, 'utf8'));
  t.ok(runs(shell));
  runner.close();
  t.equal((await outcome).good, false);
  await until(() => !runs(shell));
});
