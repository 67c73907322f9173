import t from 'tap';
import { perform } from '../../src/agents/frame/perform.js';
import { sendArpAgent } from '../../src/agents/send-arp.js';
import { type FakeWorld, fakeWorld } from './frame/fake-world.js';

function agentThat(trouble: string | null) {
  const announced: string[] = [];
  const agent = sendArpAgent(() => ({
    trouble: () => trouble,
    once: async ({ family, address, device }) => void announced.push(`${family} ${address} ${device}`),
  }));
  return { agent, announced };
}

const files = (world: FakeWorld) => [...world.files.keys()];

t.test('it announces, once more in the background, until it is stopped', async (t) => {
  const { agent, announced } = agentThat(null);
  const world = fakeWorld();
  const call = (verb: string) => perform(agent, ['10.0.0.5/eth0', verb], world);
  t.equal((await call('status')).output, 'stopped\n');
  t.equal((await call('start')).code, 0);
  t.equal((await call('start')).code, 0);
  t.same(announced, ['4 10.0.0.5 eth0']);
  const [path] = files(world);
  t.match(world.left, [new RegExp(`announce\\.js 4 10\\.0\\.0\\.5 eth0 ${path}$`)]);
  t.equal((await call('status')).output, 'running\n');
  t.equal((await call('stop')).code, 0);
  t.equal((await call('stop')).code, 0);
  t.same(files(world), []);
});

t.test('or waits for the last time', async (t) => {
  const { agent, announced } = agentThat(null);
  const environment = { OCF_RESKEY_ip: 'fd00:0::5', OCF_RESKEY_nic: 'eth0', OCF_RESKEY_background: 'no' };
  const world = fakeWorld({ environment });
  t.equal((await perform(agent, ['start'], world)).code, 0);
  t.equal(announced.length, 4);
  t.equal(announced[3], '6 fd00::5 eth0');
  t.equal(world.sleptMs, 2000);
  t.same(world.left, []);
});

t.test('what is wrong', async (t) => {
  const world = fakeWorld();
  t.equal((await perform(agentThat('interface eth0 is down').agent, ['10.0.0.5', 'eth0', 'start'], world)).code, 1);
  t.same(world.said, ['error: interface eth0 is down']);
  t.same(files(world), []);
  for (const [words, code] of [
    [['10.0.0.5'], 6],
    [['10.0.5/eth0'], 6],
    [['10.0.0.5', 'eth0', 'x'], 2],
  ] as const) {
    t.equal((await perform(agentThat(null).agent, [...words, 'start'], fakeWorld())).code, code);
  }
});
