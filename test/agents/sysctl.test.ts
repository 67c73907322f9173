import t from 'tap';
import { perform } from '../../src/agents/frame/perform.js';
import { sysctl } from '../../src/agents/sysctl.js';
import { type FakeOptions, type FakeWorld, fakeWorld } from './frame/fake-world.js';

const one = '/proc/sys/net/netfilter/nf_conntrack_max';
const two = '/proc/sys/net/ipv4/tcp_max_tw_buckets';
const words = ['net.netfilter.nf_conntrack_max=1000000', 'net.ipv4.tcp_max_tw_buckets=1000000'];

const machine = (options: FakeOptions = {}) =>
  fakeWorld({ ...options, files: { [one]: '65536\n', [two]: '32768\n', ...options.files } });
const call = async (world: FakeWorld, ...argv: string[]) => (await perform(sysctl, argv, world)).code;
const values = (world: FakeWorld) => [one, two].map((path) => world.files.get(path)?.trim());
const states = (world: FakeWorld) => [...world.files.keys()].filter((path) => path.startsWith('/state/'));

t.test('a start sets, a stop puts back', async (t) => {
  const world = machine();
  t.equal(await call(world, ...words, 'monitor'), 7);
  t.equal(await call(world, ...words, 'start'), 0);
  t.same(values(world), ['1000000', '1000000']);
  t.equal(await call(world, ...words, 'monitor'), 0);
  t.equal(await call(world, ...words, 'start'), 0, 'again');
  t.equal(await call(world, ...words, 'stop'), 0);
  t.same(values(world), ['65536', '32768'], 'the second start did not take its own values for the former ones');
  t.same(states(world), []);
  t.equal(await call(world, ...words, 'stop'), 0);
});

t.test('monitor sees what something else has changed', async (t) => {
  const world = machine();
  await call(world, ...words, 'start');
  world.files.set(two, '5\n');
  t.equal(await call(world, ...words, 'monitor'), 1);
  t.same(world.said, ['error: net.ipv4.tcp_max_tw_buckets is 5, not 1000000']);
  t.equal(await call(world, ...words, 'stop'), 0);
  t.same(values(world), ['65536', '32768']);
});

t.test('a start that gets halfway is undone by the stop', async (t) => {
  const refuse = (path: string) => (path === two ? 'the kernel does not take this value' : null);
  const world = machine({ refuse });
  t.equal(await call(world, ...words, 'start'), 1);
  t.same(world.said, [`error: cannot write ${two}: the kernel does not take this value`]);
  t.same(values(world), ['1000000', '32768']);
  t.equal(await call(world, ...words, 'stop'), 0);
  t.same(values(world), ['65536', '32768']);
});

t.test('a kernel that takes another value than it was given', async (t) => {
  const world = machine();
  const write = world.write;
  const rounding = { ...world, write: (path: string, _text: string) => write(path, '1048576\n') };
  t.equal((await perform(sysctl, [...words, 'start'], rounding)).code, 1);
  t.match(world.said[0], /nf_conntrack_max is 1048576, not 1000000/);
});

t.test('settings that are not there', async (t) => {
  const world = machine();
  world.files.delete(one);
  t.equal(await call(world, ...words, 'start'), 5);
  t.match(world.said[0], /is the module nf_conntrack loaded\?/);
  t.same(states(world), []);
  t.equal(await call(world, `-${words[0]}`, words[1] ?? '', 'start'), 0);
  t.same(values(world), [undefined, '1000000']);
  t.equal(await call(world, `-${words[0]}`, words[1] ?? '', 'monitor'), 0);
  world.files.delete(two);
  t.equal(await call(world, `-${words[0]}`, words[1] ?? '', 'stop'), 0, 'what is gone needs not be put back');
});

t.test('a file of settings', async (t) => {
  const files = { '/etc/ha.d/director.conf': `# director\n${words.join('\n')}\n` };
  const world = machine({ files });
  t.equal(await call(world, '/etc/ha.d/director.conf', 'net.ipv4.tcp_max_tw_buckets=7', 'start'), 0);
  t.same(values(world), ['1000000', '7']);
  t.equal(await call(world, '/etc/ha.d/none.conf', 'start'), 6);
  t.equal(await call(world, 'start'), 6);
});

t.test('a stop that does not know the former values says so', async (t) => {
  const world = machine();
  await call(world, ...words, 'start');
  world.files.set(states(world)[0] ?? '', '{"half');
  t.equal(await call(world, ...words, 'stop'), 1);
  t.match(world.said[0], /does not tell the former values/);
});
