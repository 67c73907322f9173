import t from 'tap';
import { conntrackd } from '../../src/agents/conntrackd.js';
import { perform } from '../../src/agents/frame/perform.js';
import { type FakeProgram, type FakeWorld, fakeWorld } from './frame/fake-world.js';

const config = '/etc/conntrackd/conntrackd.conf';

/** A machine with a conntrackd, which runs or not; `refuses` are orders that fail. */
function machine({ runs = true, refuses = '', hangs = false } = {}) {
  const state = { runs, hangs };
  const program: FakeProgram = (args) => {
    const [order = ''] = args.slice(2);
    if (order === '-d') state.runs = refuses !== '-d';
    if (order === refuses) return { code: 1, stderr: 'it does not work\n' };
    if (state.hangs) return { code: null, why: 'conntrackd did not end within 5 s' };
    return state.runs ? {} : { code: 1, stderr: "can't connect: is conntrackd running?\n" };
  };
  const files = { [config]: 'General {\n  LockFile /var/lock/other.lock\n}\n', '/var/lock/other.lock': '' };
  const world = fakeWorld({ files, programs: { conntrackd: program } });
  return { world, state };
}

const call = async (world: FakeWorld, verb: string) => (await perform(conntrackd, [verb], world)).code;
const orders = (world: FakeWorld) => world.ran.map((line) => line.split(' ')[3]).filter((order) => order !== '-s');

t.test('a start takes over, a stop gives up, the daemon goes on', async (t) => {
  const { world } = machine();
  t.equal(await call(world, 'monitor'), 7);
  for (const _ of [1, 2]) t.equal(await call(world, 'start'), 0);
  t.same(orders(world), ['-c', '-f', '-R', '-B']);
  t.equal(await call(world, 'monitor'), 0);
  for (const _ of [1, 2]) t.equal(await call(world, 'stop'), 0);
  t.same(orders(world).slice(4), ['-t', '-n']);
  t.equal(await call(world, 'monitor'), 7);
  t.match(world.ran[0], `conntrackd -C ${config} -s`);
});

t.test('a daemon that does not run is started, past the lock of one that was killed', async (t) => {
  const { world } = machine({ runs: false });
  t.equal(await call(world, 'start'), 0);
  t.same(orders(world), ['-d', '-c', '-f', '-R', '-B']);
  t.equal(world.files.has('/var/lock/other.lock'), false);
});

t.test('one that cannot be started, hangs or has ended', async (t) => {
  const refused = machine({ runs: false, refuses: '-d' });
  t.equal(await call(refused.world, 'start'), 1);
  t.match(refused.world.said, ['error: conntrackd cannot be started: it does not work']);
  const { world, state } = machine();
  await call(world, 'start');
  state.hangs = true;
  t.equal(await call(world, 'monitor'), 1);
  t.equal(await call(world, 'start'), 1);
  t.ok(world.files.has('/var/lock/other.lock'), 'no second one is started beside it');
  state.hangs = false;
  state.runs = false;
  t.equal(await call(world, 'monitor'), 1);
  t.match(world.said.at(-1), 'conntrackd has ended');
  t.equal(await call(world, 'stop'), 0);
  t.equal(await call(world, 'monitor'), 7);
});

t.test('an order that fails is told, and the service comes up', async (t) => {
  const { world } = machine({ refuses: '-c' });
  t.equal(await call(world, 'start'), 0);
  t.same(world.said, [
    'warn: conntrackd could not put the received connections into the kernel (-c): it does not work',
  ]);
  t.same(orders(world), ['-c', '-f', '-R', '-B']);
});

t.test('what it needs', async (t) => {
  const { world } = machine();
  world.files.delete(config);
  t.equal(await call(world, 'validate-all'), 5);
  const bare = fakeWorld({ files: { [config]: '' } });
  t.same([await call(bare, 'start'), await call(bare, 'monitor'), await call(bare, 'stop')], [5, 7, 0]);
});
