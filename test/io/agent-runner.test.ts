import { chmodSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { ClusterConfig, ResourceConfig } from '../../src/config/types.js';
import type { Action, ResourceOutcome } from '../../src/events.js';
import { createAgentRunner } from '../../src/io/agent-runner.js';
import type { AgentRunner, Logger } from '../../src/io/seams.js';
import { unwatched } from '../../src/sim/config.js';

const silent: Logger = { log: () => {}, close: async () => {} };

const config: ClusterConfig = {
  nodes: ['a', 'b'],
  timing: { keepaliveMs: 500, warntimeMs: 1000, deadtimeMs: 4000, initdeadMs: 8000, deadpingMs: 4000 },
  media: [],
  pingNodes: [],
  groups: [],
  healthChecks: [],
  logging: { facility: null, logfile: '/var/log/ha-log', debugfile: null, debug: 0, syslogmsgfmt: true },
  msgfmt: 'classic',
  autoFailback: 'on',
  hopfudge: 1,
  maxRexmitDelayMs: 250,
  realtime: false,
  hbgenmethod: 'file',
  parameters: { keepalive: '500ms', deadtime: '4', auto_failback: 'on' },
  environment: { MYSQL: 'yes' },
  clients: [],
  apiauth: {},
  scripts: [],
  digest: 'x',
};

const resource = (path: string | null, over: Partial<ResourceConfig> = {}): ResourceConfig => ({
  name: 'thing::one',
  agent: 'thing',
  args: ['one'],
  parameters: {},
  class: 'heartbeat',
  path,
  address: null,
  timeouts: { startMs: 60_000, stopMs: 60_000, statusMs: 60_000, monitorMs: 60_000 },
  watch: unwatched,
  ...over,
});

/** A runner, and one or more executable scripts, each for one resource. */
function setUp(t: Test, scripts: readonly string[]): { dir: string; runner: AgentRunner; resources: ResourceConfig[] } {
  const dir = t.testdir(Object.fromEntries(scripts.map((text, index) => [`agent${index}`, `#!/bin/sh\n${text}\n`])));
  const resources = scripts.map((_text, index) => {
    chmodSync(`${dir}/agent${index}`, 0o755);
    return resource(`${dir}/agent${index}`, { name: `thing::${index}`, args: [String(index)] });
  });
  const runner = createAgentRunner({
    nodeName: 'a',
    configDir: '/etc/ha.d',
    config,
    log: silent,
    inherited: { PATH: '/usr/bin:/bin', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE', DIR: dir, NOTIFY_SOCKET: '/x' },
  });
  t.teardown(() => runner.close());
  return { dir, runner, resources };
}

function act(
  runner: AgentRunner,
  operation: Action['operation'],
  resources: readonly ResourceConfig[],
  timeoutMs = 30_000,
): Promise<readonly ResourceOutcome[]> {
  return new Promise((resolve) => {
    runner.run({ ticket: 1, group: 'g', operation, resources, timeoutMs }, resolve);
  });
}

t.test('start, stop and status of a script', async (t) => {
  const script = 'case $2 in start) echo up;; stop) echo gone >&2; exit 6;; status) echo running;; esac';
  const { runner, resources } = setUp(t, [script]);
  const name = 'thing::0';
  t.same(await act(runner, 'start', resources), [{ resource: name, outcome: 'succeeded', exitCode: 0, text: 'up' }]);
  t.same(await act(runner, 'stop', resources), [
    { resource: name, outcome: 'failed', exitCode: 6, text: 'stop ended with exit code 6 (not configured): gone' },
  ]);
  t.same(await act(runner, 'status', resources), [
    { resource: name, outcome: 'running', exitCode: 0, text: 'running' },
  ]);
});

t.test('a status that is no answer is a failure', async (t) => {
  const { runner, resources } = setUp(t, ['exit 4', 'exit 7', 'echo is not running; exit 0']);
  t.match(await act(runner, 'status', resources), [
    { outcome: 'failed', exitCode: 4, text: /exit code 4, which tells neither running nor stopped/ },
    { outcome: 'stopped', exitCode: 7 },
    { outcome: 'stopped', exitCode: 0 },
  ]);
});

t.test('several resources start left to right and stop right to left; the outcomes stand in their order', async (t) => {
  const { dir, runner, resources } = setUp(t, ['echo $1 $2 >>$DIR/trace', 'echo $1 $2 >>$DIR/trace']);
  await act(runner, 'start', resources);
  const stopped = await act(runner, 'stop', resources);
  t.same(readFileSync(`${dir}/trace`, 'utf8').split('\n'), ['0 start', '1 start', '1 stop', '0 stop', '']);
  t.same(
    stopped.map((outcome) => outcome.resource),
    ['thing::0', 'thing::1'],
  );
});

t.test('a script finds what Heartbeat gives its agents', async (t) => {
  const { dir, runner, resources } = setUp(t, ['env >$DIR/env']);
  await act(runner, 'start', resources);
  const env = new Map(
    readFileSync(`${dir}/env`, 'utf8')
      .split('\n')
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  );
  const expected = {
    HA_CURHOST: 'a',
    HA_DIR: '/etc/ha.d',
    HA_FUNCS: '/etc/ha.d/shellfuncs',
    HA_keepalive: '500ms',
    HA_deadtime: '4',
    HA_MYSQL: 'yes',
    HA_LOGFILE: '/var/log/ha-log',
    HA_DEBUGLOG: '/var/log/ha-log',
    HA_LOGFACILITY: '',
    HA_NICEFAILBACK: 'yes',
    OCF_ROOT: '/usr/lib/ocf',
  };
  for (const [name, value] of Object.entries(expected)) t.equal(env.get(name), value, name);
  t.match(env.get('PATH'), /^\/usr\/lib(exec)?\/heartbeat:\/usr\/bin:\/bin$/);
  for (const name of ['LC_ALL', 'LANG', 'NOTIFY_SOCKET']) t.notOk(env.has(name), `${name} is not passed on`);
});

t.test('a time limit, a signal and a missing script are told in a sentence', async (t) => {
  const { runner, resources } = setUp(t, ['echo thinking; sleep 60', 'kill -KILL $$']);
  const [slow, killed] = resources;
  if (slow === undefined || killed === undefined) return;
  t.same(await act(runner, 'start', [slow], 500), [
    {
      resource: 'thing::0',
      outcome: 'timedOut',
      exitCode: null,
      text: 'start took longer than 0.5 s and was ended: thinking',
    },
  ]);
  t.match(await act(runner, 'stop', [killed]), [
    { outcome: 'failed', exitCode: null, text: 'stop was killed by SIGKILL' },
  ]);
  t.match(await act(runner, 'start', [resource(null)]), [
    {
      outcome: 'failed',
      exitCode: null,
      text: 'cannot run thing: there is no such script in resource.d or /etc/init.d',
    },
  ]);
  t.match(await act(runner, 'start', [resource('/no/such')]), [
    { outcome: 'failed', text: /^cannot run \/no\/such: / },
  ]);
  t.same(await act(runner, 'start', []), []);
});

t.test('many at once are run, a few at a time', async (t) => {
  const { dir, resources } = setUp(t, ['echo $1 >>$DIR/runs; sleep 0.05']);
  const [one] = resources;
  if (one === undefined) return;
  const inherited = { PATH: '/usr/bin:/bin', DIR: dir };
  const runner = createAgentRunner({ nodeName: 'a', configDir: dir, config, log: silent, inherited, maxScripts: 3 });
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => act(runner, 'start', [one])));
  t.ok(outcomes.every(([outcome]) => outcome?.outcome === 'succeeded'));
  t.equal(readFileSync(`${dir}/runs`, 'utf8').split('\n').length, 13);
  runner.close();
});
