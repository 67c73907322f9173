import t from 'tap';
import { exitCodes } from '../../src/agents/frame/answer.js';
import { perform } from '../../src/agents/frame/perform.js';
import { type AddressAgentKind, ipAddressAgent } from '../../src/agents/ip-address.js';
import type { ResourceConfig } from '../../src/config/types.js';
import type { Operation, ResourceOutcome } from '../../src/events.js';
import { fakeWorld } from './frame/fake-world.js';

const either: AddressAgentKind = { name: 'IPaddr2', shortText: 'x', family: null, ipParameter: 'ip' };
const six: AddressAgentKind = { name: 'IPv6addr', shortText: 'x', family: 6, ipParameter: 'ipv6addr' };

interface Call {
  readonly operation: Operation;
  readonly address: ResourceConfig['address'];
}

/** The agent on an engine that keeps its calls and always answers the same. */
function agentWith(kind: AddressAgentKind, outcome: ResourceOutcome['outcome'], text = '') {
  const calls: Call[] = [];
  let open = 0;
  const agent = ipAddressAgent(kind, {
    create: () => {
      open += 1;
      return {
        run: async (operation, [resource]) => {
          calls.push({ operation, address: resource?.address ?? null });
          return [{ resource: 'x', outcome, exitCode: null, text }];
        },
        close: () => {
          open -= 1;
        },
      };
    },
    deviceWith: async () => 'eth7',
  });
  return { agent, calls, stillOpen: () => open };
}

const machine = (environment: Record<string, string> = {}) =>
  fakeWorld({
    environment,
    files: { '/proc/self/net/dev': 'Inter-|\n face |bytes\n    lo: 0 0\n  eth0: 1 2\n eth0.1: 3\n' },
    programs: { ip: () => ({}) },
  });

t.test('Heartbeat’s words and OCF’s parameters say the same', async (t) => {
  const full = { family: 4, address: '10.0.0.5', prefix: 24, device: 'eth0', label: 'web', broadcast: '10.0.0.255' };
  const bare = { ...full, prefix: null, device: null, label: null, broadcast: null };
  const given: readonly [string[], Record<string, string>, object][] = [
    [['10.0.0.5/24/eth0:web/10.0.0.255'], {}, full],
    [['10.0.0.5/255.255.255.0/eth0:web/10.0.0.255'], {}, full],
    [[], { ip: '10.0.0.5', cidr_netmask: '24', nic: 'eth0:web', broadcast: '10.0.0.255' }, full],
    [[], { ip: '10.0.0.5', cidr_netmask: '24', nic: 'eth0', iflabel: 'web', broadcast: '10.0.0.255' }, full],
    [['10.0.0.5'], {}, bare],
    [['10.0.0.5/24/10.0.0.255'], {}, { ...bare, prefix: 24, broadcast: '10.0.0.255' }],
    [[], { ip: '10.0.0.5', nic: 'eth0' }, { ...bare, device: 'eth0' }],
    [['fd00', '5/64/eth0'], {}, { ...bare, family: 6, address: 'fd00::5', prefix: 64, device: 'eth0' }],
  ];
  for (const [words, parameters, address] of given) {
    const environment = Object.fromEntries(Object.entries(parameters).map(([key, v]) => [`OCF_RESKEY_${key}`, v]));
    const { agent, calls, stillOpen } = agentWith(either, 'running');
    t.same(await perform(agent, [...words, 'monitor'], machine(environment)), { code: 0, output: '' });
    t.same(calls, [{ operation: 'monitor', address }], words.join(' '));
    t.equal(stillOpen(), 0);
  }
});

t.test('what is wrong', async (t) => {
  const given: readonly [AddressAgentKind, string, number, RegExp][] = [
    [either, '10.0.0.300/24', 6, /10\.0\.0\.300/],
    [either, '10.0.0.5/33', 6, /prefix length 33/],
    [either, '10.0.0.5/24/eth0/x', 6, /./],
    [either, '10.0.0.5/24/eth9', 5, /interface eth9 does not exist/],
    [six, '10.0.0.5/24', 6, /not an IPv6 address/],
  ];
  for (const [kind, word, code, text] of given) {
    const { agent, calls } = agentWith(kind, 'succeeded');
    const world = machine();
    t.equal((await perform(agent, [word, 'start'], world)).code, code, word);
    t.match(world.said[0], text);
    t.same(calls, []);
  }
  const { agent } = agentWith(either, 'stopped');
  t.equal(
    (await perform(agent, ['10.0.0.5/24/eth9', 'stop'], machine())).code,
    exitCodes.stopped,
    'asked all the same',
  );
});

t.test('a start goes on announcing where the address is', async (t) => {
  const written = machine();
  await perform(agentWith(either, 'succeeded').agent, ['10.0.0.5/24/eth0', 'start'], written);
  t.match(written.left, [/announce\.js 4 10\.0\.0\.5 eth0$/]);
  const found = machine();
  await perform(agentWith(six, 'succeeded').agent, ['fd00', '5', 'start'], found);
  t.match(found.left, [/announce\.js 6 fd00::5 eth7$/]);
  const stopping = machine();
  await perform(agentWith(either, 'succeeded').agent, ['10.0.0.5/24/eth0', 'stop'], stopping);
  t.same(stopping.left, []);
});

t.test('answers of the engine', async (t) => {
  for (const [verb, outcome, code] of [
    ['start', 'succeeded', 0],
    ['start', 'failed', 1],
    ['start', 'timedOut', 1],
    ['monitor', 'stopped', 7],
    ['monitor', 'failed', 1],
  ] as const) {
    const world = machine();
    const performed = await perform(agentWith(either, outcome, 'said').agent, ['10.0.0.5/24/eth0', verb], world);
    t.equal(performed.code, code, `${verb} ${outcome}`);
    if (code !== 0) t.match(world.said[0], 'said');
  }
});
