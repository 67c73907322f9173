/** With a stand-in for ipvsadm, which keeps the kernel's two daemons as the real one shows them. */
import t from 'tap';
import { perform } from '../../src/agents/frame/perform.js';
import { ipvsSync, readDaemons } from '../../src/agents/ipvs-sync.js';
import { type FakeProgram, type FakeWorld, fakeWorld } from './frame/fake-world.js';

/** A kernel and its ipvsadm; `daemons` is role to "INTERFACE ID". */
function machine(given: Record<string, string> = {}, refuses: string | null = null) {
  const daemons = new Map(Object.entries(given));
  const ipvsadm: FakeProgram = ([verb = '', role = '', _mcast, device = '', _id, id = '0']) => {
    if (verb === '-l') {
      const lines = [...daemons].map(([name, value]) => {
        const [on, syncId] = value.split(' ');
        return `${name} sync daemon (mcast=${on}, syncid=${syncId}, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)\n`;
      });
      return { stdout: lines.join('') };
    }
    if (`${verb} ${role}` === refuses) return { code: 255, stderr: 'No such device\n' };
    if (verb === '--stop-daemon') return daemons.delete(role) ? {} : { code: 255, stderr: 'No such process\n' };
    if (daemons.has(role)) return { code: 255, stderr: 'Daemon has already run\n' };
    daemons.set(role, `${device} ${id}`);
    return {};
  };
  const world = fakeWorld({ programs: { ipvsadm }, files: { '/proc/net/ip_vs': '' } });
  return { world, now: () => Object.fromEntries(daemons) };
}

const call = async (world: FakeWorld, verb: string) => (await perform(ipvsSync, ['eth1', '7', verb], world)).code;

t.test('master on start, backup on stop', async (t) => {
  const { world, now } = machine();
  t.equal(await call(world, 'monitor'), 7);
  t.equal(await call(world, 'stop'), 0);
  t.same(now(), { backup: 'eth1 7' });
  t.equal(await call(world, 'monitor'), 7);
  for (const _ of [1, 2]) t.equal(await call(world, 'start'), 0);
  t.same(now(), { master: 'eth1 7' });
  t.equal(await call(world, 'monitor'), 0);
  for (const _ of [1, 2]) t.equal(await call(world, 'stop'), 0);
  t.same(now(), { backup: 'eth1 7' });
  t.same(
    world.ran.filter((line) => !line.includes('-l')),
    [
      'ipvsadm --start-daemon backup --mcast-interface eth1 --syncid 7',
      'ipvsadm --stop-daemon backup',
      'ipvsadm --start-daemon master --mcast-interface eth1 --syncid 7',
      'ipvsadm --stop-daemon master',
      'ipvsadm --start-daemon backup --mcast-interface eth1 --syncid 7',
    ],
  );
});

t.test('a master that sends elsewhere is a failure, and a start mends it', async (t) => {
  const { world, now } = machine({ master: 'eth0 7', backup: 'eth0 7' });
  t.equal(await call(world, 'monitor'), 1);
  t.same(world.said, ['error: the master sends on eth0 with the ID 7']);
  t.equal(await call(world, 'start'), 0);
  t.same(now(), { master: 'eth1 7' });
});

t.test('a backup that cannot be started does not keep the group here', async (t) => {
  const { world, now } = machine({ master: 'eth1 7' }, '--start-daemon backup');
  t.equal(await call(world, 'stop'), 0);
  t.same(now(), {});
  t.match(world.said, ['warn: connections are not received from the master: ipvsadm --start-daemon backup']);
});

t.test('a master that cannot be stopped does', async (t) => {
  const { world } = machine({ master: 'eth1 7' }, '--stop-daemon master');
  t.equal(await call(world, 'stop'), 1);
  t.match(world.said, ['error: ipvsadm --stop-daemon master: No such device']);
});

t.test('without ipvsadm, and without ip_vs', async (t) => {
  const bare = fakeWorld();
  t.same([await call(bare, 'start'), await call(bare, 'monitor'), await call(bare, 'stop')], [5, 5, 0]);
  const ipvsadm: FakeProgram = () => ({ code: 255, stderr: "Can't initialize ipvs: Protocol not available\n" });
  const noModule = fakeWorld({ programs: { ipvsadm } });
  t.same([await call(noModule, 'start'), await call(noModule, 'monitor'), await call(noModule, 'stop')], [1, 7, 0]);
  const broken = fakeWorld({ programs: { ipvsadm }, files: { '/proc/net/ip_vs': '' } });
  t.same([await call(broken, 'start'), await call(broken, 'monitor'), await call(broken, 'stop')], [1, 1, 1]);
});

t.test('what ipvsadm shows', async (t) => {
  t.same(readDaemons('master sync daemon (mcast=eth0, syncid=1)\nbackup sync daemon (mcast=eth0.5, syncid=255)\n'), [
    { role: 'master', device: 'eth0', syncId: 1 },
    { role: 'backup', device: 'eth0.5', syncId: 255 },
  ]);
  t.same(readDaemons(''), []);
});
