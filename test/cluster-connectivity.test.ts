/** What ping nodes do to a whole cluster of cores. */
import t from 'tap';
import { pingConfigs, webGroup } from './support/config.js';
import { Cores, type CoresOptions } from './support/core.js';

/** Deadping 2 s, keepalive 100 ms. */
function pinging(options: CoresOptions & { pings?: string[] } = {}): Cores {
  const { pings = ['gw'], overrides, ...rest } = options;
  return new Cores({
    timing: { keepaliveMs: 100, deadtimeMs: 1000, warntimeMs: 500, initdeadMs: 3000, deadpingMs: 2000 },
    ...rest,
    overrides: { ...overrides, pingNodes: pingConfigs(...pings) },
  });
}

const lost =
  (...names: string[]) =>
  (node: string) =>
    !names.includes(node);
const reason = (cores: Cores, node: string) => cores.status(node).groups[0]?.reason;

t.test('ping nodes in status and log', async (t) => {
  const cores = pinging({ pings: ['gw', 'far'] });
  cores.answers = (_node, pingNode) => pingNode === 'gw';
  cores.boot('a', 'b');
  t.same(cores.status('a').pingNodes, [
    { name: 'gw', state: 'init' },
    { name: 'far', state: 'init' },
  ]);
  cores.run(500);
  t.same(cores.holders(), ['a'], 'nobody waits for a ping node');
  cores.run(2000);
  t.same(cores.status('a').pingNodes, [
    { name: 'gw', state: 'up' },
    { name: 'far', state: 'dead' },
  ]);
  t.match(cores.logged('a'), [/./]);
  for (const line of ['Link gw:gw up.', 'Status update for node gw: status ping', /^node far: is dead/]) {
    t.equal(cores.logged('a').filter((text) => (typeof line === 'string' ? text === line : line.test(text))).length, 1);
  }
  t.same(cores.status('a').problems, ['ping node far is dead: it does not answer a']);
  t.same(cores.doubles, []);
});

t.test('the owner loses its way to the world: the group moves, once, and soon', async (t) => {
  for (const failback of [true, false]) {
    const cores = pinging({ groups: [{ failback }] });
    cores.bootAll();
    cores.answers = lost('a');
    const tookMs = cores.until(
      () => cores.status('b').groups[0]?.state === 'started' && cores.holders()[0] === 'b',
      9000,
    );
    t.ok(tookMs !== null && tookMs < 2500, `after ${tookMs} ms`);
    t.match(reason(cores, 'b'), 'b comes next: b reaches 1 of 1 ping nodes, a reaches 0');
    t.match(
      cores.runs.find(({ node, action }) => node === 'a' && action.operation === 'stop')?.reason,
      'b reaches 1 of 1 ping nodes, a reaches 0',
    );
    cores.run(20_000);
    t.same(cores.holders(), ['b'], 'no ping-pong');
    cores.answers = () => true;
    cores.run(1500);
    t.same(cores.holders(), ['b'], 'not before a has proved itself');
    cores.run(3000);
    t.same(cores.holders(), failback ? ['a'] : ['b'], `failback ${failback}`);
    const starts = cores.runs.filter(({ action }) => action.operation === 'start');
    t.equal(starts.length, failback ? 3 : 2);
    t.same(cores.doubles, []);
  }
});

t.test('the standby loses it: nothing moves, and it takes nothing back', async (t) => {
  const cores = pinging();
  cores.bootAll();
  cores.answers = lost('b');
  cores.run(10_000);
  t.same(cores.holders(), ['a']);
  t.same(
    cores.runs.filter(({ action }) => action.operation === 'stop'),
    [],
  );
});

t.test('both lose the same ping node: nothing moves, whenever each notices', async (t) => {
  for (let afterMs = 0; afterMs < 400; afterMs += 9) {
    const cores = pinging();
    cores.boot('a');
    cores.run(afterMs % 210);
    cores.boot('b');
    cores.run(3000 + afterMs);
    cores.answers = () => false;
    cores.run(6000);
    t.same(cores.holders(), ['a'], `after ${afterMs} ms`);
    t.equal(cores.runs.filter(({ action }) => action.operation === 'start').length, 1);
  }
});

t.test('a better node that cannot take it', async (t) => {
  for (const obstacle of ['standby', 'failed', 'dead', 'starting'] as const) {
    const cores = pinging();
    cores.agent = ({ node, operation }) =>
      obstacle === 'failed' && node === 'b' && operation === 'start' ? { outcome: 'failed' } : {};
    cores.bootAll();
    if (obstacle === 'standby') cores.command('a', { verb: 'node-standby', node: 'b' });
    if (obstacle === 'dead') cores.crash('b');
    cores.run(1500);
    cores.answers = lost('a');
    if (obstacle === 'starting') cores.crash('b');
    if (obstacle === 'starting') cores.boot('b');
    cores.run(9000);
    t.same(cores.holders(), obstacle === 'starting' ? ['b'] : ['a'], obstacle);
    t.ok(cores.runs.filter(({ action }) => action.operation === 'start').length <= 3, 'no ping-pong');
    t.same(cores.doubles, []);
  }
});

t.test('an operator’s order stands', async (t) => {
  const cores = pinging();
  cores.bootAll();
  cores.answers = lost('b');
  cores.run(3000);
  const { text } = cores.command('a', { verb: 'move', group: webGroup, node: 'b' });
  t.match(text, 'although a reaches 1 of 1 ping nodes, b reaches 0');
  cores.run(9000);
  t.same(cores.holders(), ['b']);
  cores.command('b', { verb: 'clear', group: webGroup });
  cores.run(500);
  t.same(cores.holders(), ['a']);

  cores.answers = () => true;
  cores.run(5000);
  cores.command('a', { verb: 'standby', set: 'all' });
  cores.run(500);
  t.same(cores.holders(), ['b']);
  cores.answers = lost('b');
  cores.run(5000);
  t.same(cores.holders(), ['a'], 'an order of yesterday is no reason to stay without the world');
});

t.test('three nodes: to the one that reaches most', async (t) => {
  const cores = pinging({ nodes: ['a', 'b', 'c'], pings: ['x', 'y'] });
  cores.bootAll();
  cores.answers = (node, pingNode) => node === 'c' || (node === 'b' && pingNode === 'x');
  cores.run(5000);
  t.same(cores.holders(), ['c']);
  t.match(reason(cores, 'c'), /c reaches 2 of 2 ping nodes, b reaches 1/);
  cores.crash('c');
  cores.run(6000);
  t.same(cores.holders(), ['b']);
  t.same(cores.doubles, []);
});

t.test('a bad cable does not throw it to and fro', async (t) => {
  const cores = pinging({ groups: [{ failback: true }] });
  cores.bootAll();
  let on = true;
  cores.answers = (node) => node === 'b' || on;
  for (let round = 0; round < 10; round++) {
    on = !on;
    cores.run(on ? 1500 : 2500);
  }
  t.same(cores.holders(), ['b']);
  t.equal(cores.runs.filter(({ action }) => action.operation === 'start').length, 2);
});

t.test('a node with other ping nodes, or none, is not compared by them', async (t) => {
  for (const pings of [[], ['other']]) {
    const cores = pinging();
    const other = { ...cores.config, pingNodes: pingConfigs(...pings) };
    const mixed = pinging({ configOf: { b: other } });
    mixed.bootAll();
    mixed.answers = lost('a');
    mixed.run(9000);
    t.same(mixed.holders(), ['a'], pings.join() || 'none');
  }
});

t.test('how much is asked', async (t) => {
  const cores = pinging();
  cores.bootAll();
  const before = cores.pings.length;
  cores.run(10_000);
  const each = (cores.pings.length - before) / 2;
  t.ok(each >= 24 && each <= 32, `${each} requests of a node in 10 s at deadping 2 s`);
});
