import t from 'tap';
import { Cores, type CoresOptions } from './support/core.js';

const watch = { intervalMs: 1000, migrationThreshold: 3, failureTimeoutMs: 60_000 };
const group = { resources: ['disk', 'web'], failback: false, watch };

/** Cores that run already: a group of two scripts, looked at every second, that prefers a. */
function running(options: CoresOptions = {}): Cores {
  const cores = new Cores({ groups: [group], ...options });
  cores.bootAll();
  // Until it was once seen running, nobody would believe that it does not.
  cores.run(1500);
  return cores;
}

const where = (cores: Cores, on = 'a') => {
  const [found] = cores.status(on).groups;
  return `${found?.state} on ${found?.owner}`;
};
const runsSince = (cores: Cores, node: string, count: number) =>
  cores
    .ran(node)
    .slice(count)
    .filter((run) => !run.startsWith('monitor'));

t.test('what has failed is restarted in place, with what depends on it', async (t) => {
  const cores = running();
  cores.run(3000);
  t.ok(cores.ran('a').includes('monitor disk') && cores.ran('a').includes('monitor web'), 'both are looked at');
  const before = cores.ran('a').length;
  cores.fail('a', 'disk');
  cores.run(1500);
  t.same(runsSince(cores, 'a', before), ['stop web', 'stop disk', 'start disk', 'start web']);
  t.equal(where(cores), 'started on a');
  t.equal(where(cores, 'b'), 'started on a');
  t.same(
    cores.status('a').groups[0]?.resources.map(({ failures }) => failures),
    [1, 0],
  );
  t.same(cores.holders('disk'), ['a']);
});

t.test('the third failure moves the group, and it stays away until cleanup', async (t) => {
  const cores = running({ groups: [{ ...group, failback: true }] });
  for (let count = 0; count < 3; count++) {
    cores.fail('a', 'web');
    cores.run(1500);
  }
  t.equal(where(cores, 'b'), 'started on b');
  t.match(cores.status('b').groups[0]?.reason, /it failed on a before/);
  cores.run(20_000);
  t.equal(where(cores, 'b'), 'started on b', 'failback is on, but the node is in doubt');
  t.ok(cores.command('b', { verb: 'cleanup', group: 'disk' }).ok);
  cores.run(500);
  t.equal(where(cores, 'b'), 'started on a');
  t.same(cores.doubles, []);
});

t.test('failures are forgotten after their time', async (t) => {
  const cores = running({ groups: [{ ...group, failback: true }] });
  for (let count = 0; count < 3; count++) {
    cores.fail('a', 'web');
    cores.run(1500);
  }
  t.equal(where(cores, 'b'), 'started on b');
  cores.run(60_000);
  t.equal(where(cores, 'b'), 'started on a');
});

t.test('where no other node is better it is restarted again and again, ever more slowly', async (t) => {
  const cores = running();
  cores.crash('b');
  cores.agent = ({ operation, resource }) =>
    operation === 'monitor' && resource === 'web' ? { outcome: 'failed' } : {};
  cores.run(20_000);
  const soon = cores.ran('a').filter((run) => run === 'start web').length;
  t.ok(soon >= 5, `${soon} starts in 20 s`);
  cores.run(20_000);
  const later = cores.ran('a').filter((run) => run === 'start web').length - soon;
  t.ok(later > 0 && later < soon, `${later} in the next 20 s`);
  cores.agent = () => ({});
  cores.run(70_000);
  t.equal(where(cores), 'started on a');
});

t.test('a group that failed to start everywhere is tried again by itself', async (t) => {
  const cores = new Cores({ groups: [group] });
  cores.agent = ({ operation, resource }) => (operation === 'start' && resource === 'web' ? { outcome: 'failed' } : {});
  cores.bootAll();
  cores.run(5000);
  t.same(cores.holders('disk'), []);
  t.equal(cores.status('a').groups[0]?.state, 'failed');
  cores.agent = () => ({});
  cores.run(31_000);
  t.equal(where(cores), 'started on a');
  t.same(cores.doubles, []);
});

t.test('a monitor that hangs is a failure; one that nobody waits for is cancelled', async (t) => {
  const cores = running();
  cores.agent = ({ operation, resource }) =>
    operation === 'monitor' && resource === 'web' ? { outcome: 'timedOut', afterMs: 5000 } : {};
  cores.run(1500);
  cores.agent = () => ({});
  cores.run(6000);
  t.ok(cores.logged('a', 'error').some((text) => text.includes('web does not answer in time')));
  t.equal(where(cores), 'started on a');
});

t.test('a status that never said that the resource runs is not believed when it denies it', async (t) => {
  const cores = new Cores({ groups: [group] });
  cores.agent = ({ operation, resource }) =>
    operation === 'monitor' && resource === 'web' ? { outcome: 'stopped' } : {};
  cores.bootAll();
  cores.run(10_000);
  t.equal(cores.ran('a').filter((run) => run === 'start web').length, 1);
  t.ok(
    cores.status('a').problems.some((text) => text.includes('web is not watched')),
    'and the operator is told',
  );
});

t.test('on-fail: move and ignore', async (t) => {
  const moving = running({ groups: [{ ...group, watch: { ...watch, onFail: 'move' } }] });
  moving.fail('a', 'web');
  moving.run(1500);
  t.equal(where(moving), 'started on b');
  const ignoring = running({ groups: [{ ...group, watch: { ...watch, onFail: 'ignore' } }] });
  ignoring.fail('a', 'web');
  ignoring.run(3500);
  t.equal(where(ignoring), 'started on a');
  t.equal(ignoring.ran('a').filter((run) => run === 'start web').length, 1);
});

t.test('stop, start and restart by order, given on any node', async (t) => {
  const cores = running();
  t.ok(cores.command('b', { verb: 'stop', group: 'disk' }).ok);
  cores.run(500);
  t.same(cores.holders('disk'), []);
  t.match(cores.status('b').groups[0], { state: 'stopped', reason: /an operator stopped it/ });
  t.notOk(cores.command('b', { verb: 'restart', group: 'disk' }).ok);
  t.ok(cores.command('a', { verb: 'start', group: 'disk' }).ok);
  cores.run(500);
  t.equal(where(cores), 'started on a');
  const before = cores.ran('a').length;
  t.ok(cores.command('b', { verb: 'restart', group: 'disk' }).ok);
  cores.run(500);
  t.same(runsSince(cores, 'a', before), ['stop web', 'stop disk', 'start disk', 'start web']);
  t.same(
    cores.status('a').groups[0]?.resources.map(({ failures }) => failures),
    [0, 0],
    'that is no failure',
  );
});

t.test('what is not managed is left as it is, also by a daemon that leaves or comes', async (t) => {
  const cores = running();
  cores.command('b', { verb: 'unmanage', group: 'disk' });
  cores.run(500);
  t.equal(where(cores), 'unmanaged on a');
  const before = cores.ran('a').length;
  cores.fail('a', 'web');
  cores.run(5000);
  t.same(runsSince(cores, 'a', before), []);
  cores.shutdown('a');
  cores.run(5000);
  t.equal(cores.exitOf('a')?.code, 0);
  t.same(cores.holders('disk'), ['a'], 'disk goes on without a daemon');
  t.same(
    runsSince(cores, 'b', 0).filter((run) => run.startsWith('start')),
    [],
    'and b leaves it alone',
  );
  cores.boot('a');
  cores.run(3000);
  t.equal(where(cores), 'unmanaged on a');
  cores.command('a', { verb: 'manage', group: 'disk' });
  cores.run(3000);
  t.equal(where(cores), 'started on a');
  t.equal(cores.ran('a').filter((run) => run === 'start web').length, 2, 'web was mended at once');
  t.same(cores.doubles, []);
});

t.test('maintenance of the cluster, and of one node', async (t) => {
  const cores = running();
  cores.command('a', { verb: 'maintenance', node: null, on: true });
  cores.run(200);
  cores.fail('a', 'web');
  cores.run(5000);
  t.equal(cores.ran('a').filter((run) => run === 'start web').length, 1);
  cores.command('b', { verb: 'maintenance', node: null, on: false });
  cores.run(2000);
  t.equal(cores.ran('a').filter((run) => run === 'start web').length, 2);
  cores.command('b', { verb: 'maintenance', node: 'a', on: true });
  cores.run(200);
  cores.shutdown('a');
  cores.run(1000);
  t.same(cores.holders('disk'), ['b'], 'a node that leaves gives up what the others would take');
  t.same(cores.doubles, []);
});

t.test('a daemon that was killed goes on with what it held, unless another has it meanwhile', async (t) => {
  const cores = running();
  const before = cores.ran('a').length;
  cores.kill('a');
  cores.run(1000);
  cores.boot('a');
  cores.run(3000);
  t.same(runsSince(cores, 'a', before), ['status disk', 'status web']);
  t.equal(where(cores, 'b'), 'started on a');
  t.ok(cores.ran('a').slice(before).includes('monitor web'), 'monitors go on');
  cores.fail('a', 'web');
  cores.kill('a');
  cores.run(100);
  cores.boot('a');
  cores.run(3000);
  t.equal(where(cores, 'b'), 'started on a', 'half of it is stopped and started anew');
  t.same(cores.doubles, []);
});

t.test('a daemon that comes back too late yields to who took over', async (t) => {
  const cores = running();
  cores.kill('a');
  cores.run(4000);
  t.equal(where(cores, 'b'), 'started on b');
  cores.boot('a');
  cores.run(1000);
  t.same(cores.holders('disk'), ['b']);
  t.equal(where(cores, 'a'), 'started on b');
});

t.test('what something took away is put back at once, and counted', async (t) => {
  const address = 'IPaddr2::10.0.0.1/24/eth0';
  const cores = running({ groups: [{ ...group, resources: [address, 'web'] }] });
  cores.fail('a', address);
  const before = cores.ran('a').length;
  cores.event('a', { type: 'lost', at: cores.now, resources: [address], text: 'deleted by somebody' });
  cores.run(10);
  t.same(cores.ran('a').slice(before), [`start ${address}`]);
  t.equal(cores.status('a').groups[0]?.resources[0]?.healed, 1);
  t.equal(where(cores), 'started on a');
  cores.event('b', { type: 'lost', at: cores.now, resources: [address], text: 'it was never there' });
  cores.run(10);
  t.same(
    cores.ran('b').filter((run) => run.startsWith('start')),
    [],
  );
});

t.test('in maintenance nothing is put back, and afterwards it is', async (t) => {
  const address = 'IPaddr2::10.0.0.1/24/eth0';
  const cores = running({ groups: [{ ...group, resources: [address, 'web'] }] });
  cores.command('a', { verb: 'maintenance', node: null, on: true });
  cores.run(100);
  cores.fail('a', address);
  const before = cores.ran('a').length;
  cores.event('a', { type: 'lost', at: cores.now, resources: [address], text: 'deleted by somebody' });
  cores.run(100);
  t.same(cores.ran('a').slice(before), []);
  cores.command('a', { verb: 'maintenance', node: null, on: false });
  cores.run(100);
  t.same(cores.ran('a').slice(before), [`start ${address}`]);
});

t.test('something that deletes it again and again is met slowly, and told', async (t) => {
  const address = 'IPaddr2::10.0.0.1/24/eth0';
  const cores = running({ groups: [{ ...group, resources: [address], watch: {} }] });
  const before = cores.ran('a').length;
  for (let round = 0; round < 40; round++) {
    cores.event('a', { type: 'lost', at: cores.now, resources: [address], text: 'deleted by somebody' });
    cores.run(100);
  }
  const first = cores.ran('a').length - before;
  t.ok(first >= 19 && first <= 21, `${first} times in four seconds`);
  cores.run(6000);
  t.equal(cores.ran('a').length - before, first + 1, 'the last loss is put back in the end');
  t.match(cores.status('a').problems, [/^something keeps deleting IPaddr2::10.0.0.1\/24\/eth0 of group /]);
  t.equal(where(cores), 'started on a');
});

t.test('hooks are run around transitions, in order', async (t) => {
  const hooks = { beforeStart: 'one', afterStart: 'two', beforeStop: 'three', afterStop: 'four' };
  const cores = running({ groups: [{ ...group, hooks }] });
  cores.command('a', { verb: 'move', group: 'disk', node: 'b' });
  cores.run(500);
  t.same(cores.hooks, [
    'a beforeStart one',
    'a afterStart two',
    'a beforeStop three',
    'a afterStop four',
    'b beforeStart one',
    'b afterStart two',
  ]);
  t.equal(where(cores), 'started on b');
});
