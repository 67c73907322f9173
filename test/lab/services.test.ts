/** Services that fail: what becomes of them is what the configuration says, with real daemons and real processes. */
import t, { type Test } from 'tap';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { until } from './run.js';
import { Service, type Trouble } from './service-agent.js';

const timing = { keepaliveMs: 100, deadtimeMs: 1000 };
const address = '10.77.100.1';
const group = `IPaddr2::${address}/16/eth0`;

/** The limits of this configuration, in milliseconds. */
const limits = { startMs: 3000, stopMs: 1000, statusMs: 2000, monitorMs: 1000, intervalMs: 500 };
/** A machine that is busy with other tests is late. */
const slackMs = 10_000;

const resourcesIni = `[Service]
start-timeout = ${limits.startMs}ms
stop-timeout = ${limits.stopMs}ms
status-timeout = ${limits.statusMs}ms
monitor-timeout = ${limits.monitorMs}ms
monitor-interval = ${limits.intervalMs}ms
`;

interface Scene {
  readonly pair: Pair;
  readonly service: Service;
}

/** Two daemons with an address and a service behind it, on a. `more`: lines below [Service]. */
async function scene(t: Test, more = ''): Promise<Scene> {
  const pair = await createPair({ timing, addresses: [], haresources: `a ${group} Service\n`, failback: false });
  const service = new Service(pair.lab, ['a', 'b']);
  t.teardown(async () => {
    await pair.close();
    service.close();
  });
  for (const node of pair.nodes) node.writeFile('/etc/ha.d/resources.ini', `${resourcesIni}${more}`);
  return { pair, service };
}

async function started(t: Test, more = ''): Promise<Scene> {
  const made = await scene(t, more);
  await Promise.all([made.pair.start('a'), made.pair.start('b')]);
  await made.pair.settled('a');
  // A script that dies before it was once seen running cannot be told from one whose status lies. The first look may not have ended.
  await until('it is looked at', () => made.service.looksSinceStart('a') > 1);
  return made;
}

/** What the operator reads. */
async function statusText({ pair }: Scene, node: string): Promise<string> {
  return (await pair.systole(node, 'status')).stdout;
}

const failuresOf = async ({ pair }: Scene, node: string): Promise<number> =>
  (await pair.status(node)).groups[0]?.resources[1]?.failures ?? -1;

async function setAll({ service }: Scene, trouble: Trouble, on: boolean): Promise<void> {
  for (const node of ['a', 'b']) await service.turn(node, trouble, on);
}

/** Waits until something is so; gives how long that took. */
async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

const never = (t: Test, { service }: Scene): void => {
  t.notOk(service.ranTwice(), `never two at a time ${service.whoRanTwice()}`);
};

t.test('a killed service is started again in place, and the third time on the other node', async (t) => {
  if (!(await needLab(t))) return;
  const made = await started(t);
  const { pair, service } = made;
  for (const count of [1, 2]) {
    const pid = await service.pid('a');
    await service.kill('a');
    const ms = await tookMs(() =>
      pair.statusUntil(
        'a',
        'it was restarted',
        ({ groups: [one] }) => {
          return one?.state === 'started' && one.resources[1]?.failures === count;
        },
        limits.intervalMs + limits.startMs + slackMs,
      ),
    );
    t.comment(`restarted in place after ${ms.toFixed(0)} ms (interval ${limits.intervalMs} ms)`);
    t.ok(ms < limits.intervalMs + limits.startMs + slackMs, 'within interval and start');
    t.not(await service.pid('a'), pid, 'it is another process');
    t.equal(service.count('a', 'start'), count + 1);
    t.match(await statusText(made, 'a'), new RegExp(`Service .* ${count} failure`));
  }
  t.match(pair.daemon('a').lines.join('\n'), /Service does not run any more/);
  await service.kill('a');
  await pair.settled('b');
  t.equal(service.count('b', 'start'), 1);
  const text = await statusText(made, 'b');
  t.match(text, /on b, preferred a\n +because .*failed on a before/);
  never(t, made);
});

t.test('as configured: moved at the first failure, or only told of it', async (t) => {
  if (!(await needLab(t))) return;
  const moving = await started(t, 'on-fail = move\n');
  await moving.service.kill('a');
  await moving.pair.settled('b');
  t.equal(moving.service.count('a', 'start'), 1, 'it was not tried again where it failed');
  t.match(await statusText(moving, 'b'), /because b comes next: it failed on a before/);
  never(t, moving);
  await moving.pair.close();

  const ignoring = await started(t, 'on-fail = ignore\n');
  await ignoring.service.kill('a');
  const status = await ignoring.pair.statusUntil('a', 'it is told', ({ groups: [one] }) => {
    return one?.resources[1]?.state === 'failed';
  });
  t.match(status.groups, [{ state: 'started', owner: 'a' }]);
  t.match(await statusText(ignoring, 'a'), /Service .*FAILED/);
  t.equal(ignoring.service.count('a', 'start'), 1);
});

t.test(
  'migration-threshold and failure-timeout: a group that has left comes back when its failure is forgotten',
  async (t) => {
    if (!(await needLab(t))) return;
    const made = await scene(t, 'migration-threshold = 1\nfailure-timeout = 5s\n');
    made.pair.writeFiles({ failback: true });
    await Promise.all([made.pair.start('a'), made.pair.start('b')]);
    await made.pair.settled('a');
    await until('it is looked at', () => made.service.looksSinceStart('a') > 1);
    await made.service.kill('a');
    await made.pair.settled('b');
    await made.pair.settled('a');
    never(t, made);
  },
);

t.test('a service whose status hangs is ended and started again', async (t) => {
  if (!(await needLab(t))) return;
  const made = await started(t);
  const { pair, service } = made;
  const pid = await service.pid('a');
  await service.turn('a', 'hang-status', true);
  const ms = await tookMs(() =>
    pair.statusUntil(
      'a',
      'the failure counts',
      ({ groups: [one] }) => (one?.resources[1]?.failures ?? 0) > 0,
      limits.intervalMs + limits.monitorMs + slackMs,
    ),
  );
  t.comment(`noticed after ${ms.toFixed(0)} ms (interval ${limits.intervalMs} ms, limit ${limits.monitorMs} ms)`);
  t.ok(ms < limits.intervalMs + limits.monitorMs + slackMs);
  await service.turn('a', 'hang-status', false);
  await pair.statusUntil('a', 'it is up again', ({ groups: [one] }) => one?.state === 'started');
  t.not(await service.pid('a'), pid);
  t.match(pair.daemon('a').lines.join('\n'), /Service does not answer in time: monitor took longer than 1 s/);
  const left = await pair.a.exec(['pgrep', '-f', 'sleep 100000$']);
  t.equal(left.stdout, '', 'nothing of the look that hung is left');
  never(t, made);
});

t.test('a start that fails on one node is made on the other; where no other is left, again and again', async (t) => {
  if (!(await needLab(t))) return;
  const made = await scene(t);
  const { pair, service } = made;
  await service.turn('a', 'fail-start', true);
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('b');
  await until('it is looked at', () => service.looksSinceStart('b') > 1);
  const why = 'start of Service failed with exit code 1.*the switch says that it fails';
  t.match(await statusText(made, 'a'), new RegExp(`cannot run on a: ${why} \\(then: systole resource cleanup`));
  await setAll(made, 'fail-start', true);
  await service.kill('b');
  await pair.statusUntil(
    'b',
    'a start in place failed twice',
    ({ groups: [one] }) => (one?.resources[1]?.failures ?? 0) >= 3,
    limits.intervalMs + 2 * limits.startMs + slackMs,
  );
  t.match(await statusText(made, 'b'), new RegExp(`is starting on b: ${why}`));
  await setAll(made, 'fail-start', false);
  const ms = await tookMs(() => pair.settled('b', 20_000));
  t.comment(`up again ${ms.toFixed(0)} ms after it could be`);
  never(t, made);
});

t.test('a start that fails on both nodes: both say why, and after cleanup it is tried at once', async (t) => {
  if (!(await needLab(t))) return;
  const made = await scene(t);
  const { pair, service } = made;
  await setAll(made, 'fail-start', true);
  await Promise.all([pair.start('a'), pair.start('b')]);
  for (const node of ['a', 'b']) {
    await pair.statusUntil(node, 'it failed everywhere', ({ groups: [one] }) => one?.state === 'failed');
    t.match(
      await statusText(made, node),
      new RegExp(`cannot run on ${node}: start of Service failed with exit code 1`),
    );
  }
  await setAll(made, 'fail-start', false);
  t.equal((await pair.systole('a', 'resource', 'cleanup', group)).code, 0);
  await pair.settled('a', 15_000);
  t.equal(await failuresOf(made, 'a'), 0);
  t.equal(await service.pid('b'), null);
  never(t, made);
});

for (const trouble of ['fail-stop', 'hang-stop'] as const) {
  t.test(`${trouble}: the stop is tried four times, then the group is blocked, until it is mended`, async (t) => {
    if (!(await needLab(t))) return;
    const made = await started(t);
    const { pair, service } = made;
    await service.turn('a', trouble, true);
    const since = Date.now();
    t.equal((await pair.systole('b', 'resource', 'move', group, 'b', '--no-wait')).code, 0);
    const ms = await tookMs(() =>
      pair.statusUntil('a', 'it is blocked', ({ groups: [one] }) => one?.state === 'blocked', 30_000),
    );
    t.comment(`blocked after ${ms.toFixed(0)} ms`);
    t.ok(ms < 4 * limits.stopMs + 3 * 1000 + slackMs, 'four limits and three pauses of a second');
    t.equal(service.count('a', 'stop', since), 4);
    const why = trouble === 'fail-stop' ? /the switch says that it does not stop/ : /stop of Service timed out/;
    for (const node of ['a', 'b']) {
      await pair.statusUntil(node, 'the block is known', ({ groups: [one] }) => one?.state === 'blocked');
      t.match(await statusText(made, node), /blocked on a/i);
    }
    t.match(await statusText(made, 'a'), why);
    t.equal(service.count('b', 'start'), 0, 'b leaves it alone');
    t.ok(await service.pid('a'), 'it runs still');
    const left = await pair.a.exec(['pgrep', '-f', 'sleep 100000$']);
    t.equal(left.stdout, '', 'nothing of a stop that hung is left');

    await service.turn('a', trouble, false);
    t.equal((await pair.systole('a', 'resource', 'cleanup', group)).code, 0);
    await pair.settled('b');
    t.equal(await service.pid('a'), null);
    never(t, made);
  });
}
