import t from 'tap';
import type { HealthCheck } from '../src/config/types.js';
import { Cores, type CoresOptions } from './support/core.js';

const disk: HealthCheck = {
  ...{ name: 'disk', command: 'test -w /srv', intervalMs: 1000, timeoutMs: 500 },
  ...{ rise: 2, fall: 3, weight: 10 },
};
const group = { resources: ['data', 'web'], failback: true };

/** Cores with one health check that is good everywhere, and a group that prefers a. */
function running(check: Partial<HealthCheck> = {}, options: CoresOptions = {}): Cores {
  const cores = new Cores({ groups: [group], ...options, overrides: { healthChecks: [{ ...disk, ...check }] } });
  cores.bootAll();
  return cores;
}

const where = (cores: Cores, on = 'a') => {
  const [found] = cores.status(on).groups;
  return `${found?.state} on ${found?.owner}`;
};
/** The check is bad on these nodes from now on. */
const spoil = (cores: Cores, ...nodes: string[]) => {
  cores.checks = ({ node }) => !nodes.includes(node);
};

t.test('a group leaves the node on which a check fails, and comes back when that is well', async (t) => {
  const cores = running();
  t.equal(where(cores), 'started on a');
  t.equal(cores.checked.filter(({ node }) => node === 'a').length, 1, 'first at the start');
  spoil(cores, 'a');
  cores.run(1800);
  t.equal(where(cores), 'started on a', 'two bad runs are not three');
  cores.run(1300);
  t.equal(where(cores, 'b'), 'started on b');
  t.match(
    cores.runs.filter(({ node, action }) => node === 'a' && action.operation === 'stop').map(({ reason }) => reason),
    ['check disk failed on a, so that its health is -10 and that of b 0'],
  );
  for (const on of ['a', 'b']) {
    t.match(cores.status(on).nodes[0]?.health, { score: -10, failed: ['disk'], unsure: [] }, `as ${on} sees it`);
    t.match(cores.status(on).nodes[1]?.health, { score: 0, failed: [], unsure: [] });
  }
  t.same(cores.status('a').problems, ['check disk failed on a (its health is -10): exit code 1']);
  t.same(cores.status('b').problems, ['check disk failed on a (its health is -10): systole status there says why']);
  spoil(cores);
  cores.run(1100);
  t.equal(where(cores, 'b'), 'started on b', 'one good run is not two');
  cores.run(1100);
  t.equal(where(cores, 'b'), 'started on a');
  t.same(cores.status('a').problems, []);
  t.same(cores.doubles, []);
});

t.test('without failback it stays where it went', async (t) => {
  const cores = running({}, { groups: [{ ...group, failback: false }] });
  spoil(cores, 'a');
  cores.run(4000);
  spoil(cores);
  cores.run(4000);
  t.equal(where(cores), 'started on b');
});

t.test('what fails on all nodes one after the other moves nothing', async (t) => {
  const cores = running();
  for (const offsetMs of [0, 200, 500, 900]) {
    const before = cores.ran('a').length + cores.ran('b').length;
    const from = cores.now;
    cores.checks = ({ node, at }) => at < from + (node === 'b' ? offsetMs : 0);
    cores.run(6000);
    t.match(cores.status('b').nodes, [{ health: { score: -10 } }, { health: { score: -10 } }]);
    const healed = cores.now;
    cores.checks = ({ node, at }) => at >= healed + (node === 'a' ? offsetMs : 0);
    cores.run(6000);
    const actions = cores.runs.slice(before).filter(({ action }) => action.operation !== 'monitor');
    t.same(actions, [], `b ${offsetMs} ms later`);
    t.equal(where(cores), 'started on a');
  }
});

t.test('weight never: nothing runs there, even if it runs nowhere else', async (t) => {
  const cores = running({ weight: null });
  cores.crash('b');
  cores.run(5000);
  spoil(cores, 'a');
  cores.run(4000);
  t.same(cores.holders('data'), []);
  t.match(cores.status('a').nodes[0]?.health, { score: null, failed: ['disk'] });
  t.match(cores.status('a').groups[0]?.reason, /^no node can run it: check disk failed on a/);
  cores.boot('b');
  cores.run(8000);
  t.equal(where(cores, 'b'), 'started on b');
  t.notOk(cores.command('b', { verb: 'move', group: 'data', node: 'a' }).ok);
  spoil(cores);
  cores.run(4000);
  t.equal(where(cores, 'b'), 'started on a');
  t.same(cores.doubles, []);
});

t.test('a node that starts ill takes nothing, and one that does not know yet neither', async (t) => {
  const cores = new Cores({ groups: [group], overrides: { healthChecks: [{ ...disk, weight: null }] } });
  spoil(cores, 'a');
  cores.bootAll();
  cores.run(10_000);
  t.equal(where(cores, 'b'), 'started on b');
  t.same(
    cores.ran('a').filter((run) => run.startsWith('start')),
    [],
  );
  t.same(cores.doubles, []);
});

t.test('a daemon that was killed keeps what it holds while its checks say nothing yet', async (t) => {
  const cores = running({ weight: null });
  cores.run(2000);
  spoil(cores, 'a');
  cores.kill('a');
  cores.run(500);
  const before = cores.runs.length;
  cores.boot('a');
  cores.run(1500);
  t.equal(where(cores, 'b'), 'started on a');
  spoil(cores);
  cores.run(5000);
  const changes = cores.runs.slice(before).filter(({ action }) => /start|stop/.test(action.operation));
  t.same(changes, [], 'two bad runs and then good ones: nothing was touched');
});

t.test('in maintenance nothing is moved, afterwards it is', async (t) => {
  const cores = running();
  cores.command('a', { verb: 'maintenance', node: null, on: true });
  spoil(cores, 'a');
  cores.run(5000);
  t.same(cores.holders('data'), ['a']);
  cores.command('a', { verb: 'maintenance', node: null, on: false });
  cores.run(500);
  t.same(cores.holders('data'), ['b']);
});

t.test('an operator moves a group to a worse node, and it stays there', async (t) => {
  const cores = running();
  spoil(cores, 'b');
  cores.run(4000);
  t.match(cores.command('a', { verb: 'move', group: 'data', node: 'b' }), {
    ok: true,
    text: /^data is to move to b, although check disk failed on b/,
  });
  cores.run(5000);
  t.equal(where(cores), 'started on b');
});

t.test('nothing is run more often than its interval says, nor after the end', async (t) => {
  const cores = running();
  cores.run(10_000);
  const count = cores.checked.filter(({ node }) => node === 'a').length;
  t.ok(count >= 9 && count <= 11, `${count} runs in ten seconds`);
  cores.shutdown('a');
  cores.run(2000);
  const ended = cores.checked.filter(({ node }) => node === 'a').length;
  cores.run(5000);
  t.equal(cores.checked.filter(({ node }) => node === 'a').length, ended);
});
