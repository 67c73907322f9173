import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type AddressAgentOptions, createAddressAgent } from '../../../src/agents/addresses/agent.js';
import type { ResourceConfig } from '../../../src/config/types.js';
import { FrameCapture } from '../../support/frame-capture.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';
import { addressResource, keepingLogger } from './samples.js';

const limitMs = 20_000;
const arp = 0x0806;
const ipv6 = 0x86dd;
const neighbourAdvertisement = 136;

type TestContext = { teardown: (end: () => void) => void };

function agentFor(t: TestContext, options: Partial<AddressAgentOptions> = {}) {
  const lines: string[] = [];
  const agent = createAddressAgent({ log: keepingLogger(lines), ...options });
  t.teardown(() => agent.close());
  return { agent, lines };
}

function captureOn(t: TestContext, device: string): FrameCapture {
  const capture = new FrameCapture(device);
  t.teardown(() => capture.close());
  return capture;
}

/** A pair of interfaces of this test: `NAME0` with an address of its own, `NAME1` to watch it from. */
function pair(t: TestContext, name: string, own: string | null = '10.0.0.1/16'): void {
  ip(`link add ${name}0 address 02:00:00:00:00:05 type veth peer name ${name}1`);
  t.teardown(() => ip(`link del ${name}0`));
  ip(`link set ${name}0 up`);
  ip(`link set ${name}1 up`);
  if (own !== null) ip(`addr add ${own} brd + dev ${name}0`);
}

/** Addresses of an interface as `ip` shows them, without link-local ones. */
function shown(device: string): string[] {
  const [state] = JSON.parse(ip(`-json addr show dev ${device}`)) as {
    addr_info: { local: string; prefixlen: number; scope: string }[];
  }[];
  return (state?.addr_info ?? [])
    .filter(({ scope }) => scope !== 'link')
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
}

const many = (count: number, suffix: string): ResourceConfig[] =>
  Array.from({ length: count }, (_, i) =>
    addressResource(`10.0.${10 + Math.floor(i / 250)}.${1 + (i % 250)}/${suffix}`),
  );

const outcomes = (list: readonly { outcome: string; text: string }[]) =>
  list.map(({ outcome, text }) => `${outcome} ${text}`.trim());

/** How often each form of a frame came, by address. */
function announced(frames: readonly Buffer[]): Record<string, number> {
  const count: Record<string, number> = {};
  for (const frame of frames) {
    const form = frame.readUInt16BE(20) === 1 ? 'request' : 'reply';
    const key = `${form} ${frame.subarray(28, 32).join('.')}`;
    count[key] = (count[key] ?? 0) + 1;
  }
  return count;
}

const children = (): number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

if (ownNetwork(t, import.meta.url)) {
  t.test('start, status, stop', async (t) => {
    pair(t, 'a');
    const { agent, lines } = agentFor(t);
    const capture = captureOn(t, 'a1');
    const resources = [
      addressResource('10.0.0.50/16/a0'),
      addressResource('10.0.0.51/16/a0', { label: '7' }),
      addressResource('fd00::50/64/a0'),
    ];
    t.same(outcomes(await agent.run('status', resources, limitMs)), ['stopped', 'stopped', 'stopped']);
    const started = await agent.run('start', resources, limitMs);
    t.same(
      started.map(({ resource }) => resource),
      resources.map(({ name }) => name),
    );
    t.same(outcomes(started), ['succeeded', 'succeeded', 'succeeded']);
    t.same(shown('a0'), ['10.0.0.1/16', '10.0.0.50/16', '10.0.0.51/16', 'fd00::50/64']);
    t.match(ip('addr show dev a0'), /inet 10\.0\.0\.51\/16 brd 10\.0\.255\.255 scope global secondary a0:7/);
    t.notMatch(ip('-6 addr show dev a0 scope global'), /tentative/);
    const once = announced(capture.ofType(arp));
    t.same(
      once,
      { 'request 10.0.0.50': 1, 'reply 10.0.0.50': 1, 'request 10.0.0.51': 1, 'reply 10.0.0.51': 1 },
      'announced before the result is known',
    );
    t.equal(capture.ofType(ipv6).filter((frame) => frame[54] === neighbourAdvertisement).length, 1);
    t.same(outcomes(await agent.run('status', resources, limitMs)), ['running', 'running', 'running']);
    t.same(outcomes(await agent.run('start', resources, limitMs)), ['succeeded', 'succeeded', 'succeeded'], 'again');
    t.equal(shown('a0').length, 4);
    t.same(outcomes(await agent.run('stop', resources, limitMs)), ['succeeded', 'succeeded', 'succeeded']);
    t.same(shown('a0'), ['10.0.0.1/16']);
    t.same(outcomes(await agent.run('stop', resources, limitMs)), ['succeeded', 'succeeded', 'succeeded'], 'again');
    const announcing = 'debug announcing 10.0.0.50 on a0 and 2 more by gratuitous ARP and neighbour advertisement';
    t.same([...new Set(lines)], [announcing], 'one line for all of them');
  });

  t.test('a neighbour that had another address in its cache believes it', async (t) => {
    const child = spawn('unshare', ['--net', 'sleep', '1000'], { stdio: 'ignore' });
    t.teardown(() => child.kill());
    const own =
      readdirSync('/proc/self/ns').includes('net') &&
      execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' });
    await until('the neighbour', () => {
      try {
        return execFileSync('readlink', [`/proc/${child.pid}/ns/net`], { encoding: 'utf8' }) !== own;
      } catch {
        return false;
      }
    });
    ip('link add b0 address 02:00:00:00:00:05 type veth peer name b1');
    t.teardown(() => ip('link del b0'));
    ip(`link set b1 netns ${child.pid}`);
    ip('link set b0 up');
    const there = (words: string) =>
      execFileSync('nsenter', [`--net=/proc/${child.pid}/ns/net`, 'ip', ...words.split(' ')], { encoding: 'utf8' });
    there('addr add 10.0.0.2/16 dev b1');
    there('link set b1 up');
    there('-6 addr add fd00::2/64 dev b1 nodad');
    there('neigh replace 10.0.0.50 lladdr 02:00:00:00:00:99 dev b1 nud reachable');
    there('neigh replace fd00::50 lladdr 02:00:00:00:00:99 dev b1 nud reachable');
    const { agent } = agentFor(t);
    t.same(
      outcomes(
        await agent.run('start', [addressResource('10.0.0.50/16/b0'), addressResource('fd00::50/64/b0')], limitMs),
      ),
      ['succeeded', 'succeeded'],
    );
    await until('both caches to change', () => (there('neigh show').match(/02:00:00:00:00:05/g) ?? []).length === 2);
    t.pass('both caches were corrected');
  });

  t.test('announcements are repeated while the address is held, and stop with it', async (t) => {
    pair(t, 'c');
    const { agent } = agentFor(t, { repeatMs: [20, 40], refreshMs: 150 });
    const capture = captureOn(t, 'c1');
    const [first, second] = [addressResource('10.0.0.50/16/c0'), addressResource('10.0.0.51/16/c0')] as const;
    await agent.run('start', [first, second], limitMs);
    const count = (key: string) => announced(capture.ofType(arp))[key] ?? 0;
    await until('repetitions and refreshes', () => count('reply 10.0.0.50') >= 6 && count('reply 10.0.0.51') >= 6);
    const stopping = agent.run('stop', [first], limitMs);
    const before = count('reply 10.0.0.50');
    await stopping;
    const others = count('reply 10.0.0.51');
    await until('the other to go on', () => count('reply 10.0.0.51') >= others + 3);
    t.equal(count('reply 10.0.0.50'), before, 'nothing was sent for the stopped one since stop was called');
    await agent.run('stop', [second], limitMs);
  });

  t.test('a thousand addresses', async (t) => {
    pair(t, 'd');
    const { agent } = agentFor(t);
    const capture = captureOn(t, 'd1');
    const resources = many(1000, '16/d0');
    t.same(new Set(outcomes(await agent.run('start', resources, limitMs))), new Set(['succeeded']));
    t.equal(shown('d0').length, 1001);
    await until('all to be announced', () => Object.keys(announced(capture.ofType(arp))).length === 2000);
    t.same(new Set(outcomes(await agent.run('status', resources, limitMs))), new Set(['running']));
    t.same(new Set(outcomes(await agent.run('stop', resources, limitMs))), new Set(['succeeded']));
    t.same(shown('d0'), ['10.0.0.1/16']);
  });

  t.test('the first address of a network goes without taking the others', async (t) => {
    pair(t, 'e', null);
    const { agent } = agentFor(t);
    const resources = many(3, '24/e0') as [ResourceConfig, ResourceConfig, ResourceConfig];
    for (const resource of resources) await agent.run('start', [resource], limitMs);
    await agent.run('stop', [resources[0]], limitMs);
    t.same(shown('e0'), ['10.0.10.2/24', '10.0.10.3/24']);
    await agent.run('stop', resources.slice(1), limitMs);
    t.same(shown('e0'), []);

    // Left behind by an earlier life, when the kernel's setting was another.
    execFileSync('sh', ['-c', 'echo 0 > /proc/sys/net/ipv4/conf/e0/promote_secondaries']);
    for (const { args } of resources) ip(`addr add ${args[0]?.replace('/e0', '')} dev e0`);
    await agent.run('stop', [resources[0]], limitMs);
    t.same(shown('e0'), ['10.0.10.2/24', '10.0.10.3/24']);
  });

  t.test(
    'a thousand addresses without another of their network go in time, also by an agent that did not add them',
    async (t) => {
      pair(t, 'f', null);
      const resources = many(1000, '16/f0');
      const { agent } = agentFor(t);
      for (const remover of [agent, agentFor(t).agent]) {
        await agent.run('start', resources, limitMs);
        t.equal(shown('f0').length, 1000);
        t.same(new Set(outcomes(await remover.run('stop', resources, limitMs))), new Set(['succeeded']));
        t.same(shown('f0'), []);
      }
    },
  );

  t.test('stop removes an address as it is, not as it is written', async (t) => {
    pair(t, 'g');
    const { agent } = agentFor(t);
    ip('addr add 10.0.0.50/32 dev g0');
    const resource = addressResource('10.0.0.50/16/g0');
    t.same(outcomes(await agent.run('status', [resource], limitMs)), ['running']);
    t.same(outcomes(await agent.run('stop', [resource], limitMs)), ['succeeded']);
    t.same(shown('g0'), ['10.0.0.1/16']);
    await agent.run('start', [resource], limitMs);
    ip('addr del 10.0.0.50/16 dev g0');
    ip('addr add 10.0.0.50/24 dev g0');
    t.same(outcomes(await agent.run('stop', [resource], limitMs)), ['succeeded'], 'changed behind the back');
    t.same(shown('g0'), ['10.0.0.1/16']);
  });

  t.test('interface and prefix from the routes', async (t) => {
    pair(t, 'h', '10.7.0.1/20');
    ip('-6 addr add fd07::1/64 dev h0 nodad');
    const resources = [
      addressResource('10.7.0.50'),
      addressResource('10.7.0.51/32'),
      addressResource('fd07::50'),
      addressResource('10.8.0.50', { device: 'h0' }),
      addressResource('10.9.0.50'),
    ];
    const ahead = resources.flatMap(({ address }) => (address === null ? [] : [address]));
    const { agent } = agentFor(t, { addresses: ahead });
    const started = outcomes(await agent.run('start', resources, limitMs));
    t.same(started, [
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
      'failed no route leads to 10.9.0.50: write its prefix and interface',
    ]);
    t.same(shown('h0'), ['10.7.0.1/20', '10.7.0.51/32', '10.8.0.50/32', '10.7.0.50/20', 'fd07::50/64', 'fd07::1/64']);
    // An agent that knows nothing of it all.
    const { agent: other } = agentFor(t);
    t.same(outcomes(await other.run('status', resources, limitMs)), [
      'running',
      'running',
      'running',
      'running',
      'stopped',
    ]);
    t.same(outcomes(await other.run('start', resources.slice(0, 4), limitMs)), [
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    t.equal(shown('h0').length, 6, 'started again where they are');
    t.same(new Set(outcomes(await other.run('stop', resources, limitMs))), new Set(['succeeded']));
    t.same(shown('h0'), ['10.7.0.1/20', 'fd07::1/64']);
    ip('route add default via 10.7.0.2 dev h0');
    t.same(
      outcomes(await agent.run('start', resources.slice(4), limitMs)),
      ['succeeded'],
      'looked up again after the failure',
    );
    t.ok(shown('h0').includes('10.9.0.50/32'));
    t.same(outcomes(await agent.run('stop', resources.slice(4), limitMs)), ['succeeded']);
  });

  t.test('what cannot be', async (t) => {
    pair(t, 'i');
    const { agent } = agentFor(t);
    ip('link add i2 type veth peer name i3');
    t.teardown(() => ip('link del i2'));
    const good = addressResource('10.0.0.50/16/i0');
    const odd = [
      addressResource('10.0.0.51/16/eth7'),
      addressResource('10.0.0.52/16/i2'),
      addressResource('10.0.0.53/16/i0', { label: 'much-too-long-a-label' }),
      addressResource('10.0.0.54/16/i0', { label: '0\nlink del i0' }),
      { ...good, name: 'apache', address: null },
    ];
    t.match(outcomes(await agent.run('start', [...odd, good], limitMs)), [
      'failed interface eth7 does not exist',
      'failed interface i2 is down',
      /^failed .+/,
      'failed "0\\nlink del i0" cannot be part of an address',
      'failed apache is not an address',
      'succeeded',
    ]);
    t.same(outcomes(await agent.run('stop', [odd[0] as ResourceConfig, good], limitMs)), ['succeeded', 'succeeded']);
    t.same(outcomes(await agent.run('status', [odd[0] as ResourceConfig], limitMs)), ['stopped']);
    ip('addr add 10.0.0.52/16 dev i2');
    t.same(outcomes(await agent.run('status', [odd[1] as ResourceConfig], limitMs)), ['failed interface i2 is down']);
    t.same(outcomes(await agent.run('stop', [odd[1] as ResourceConfig], limitMs)), ['succeeded']);
    t.same(shown('i2'), []);
    t.same(outcomes(await agent.run('start', [{ ...good, address: null, name: 'x' }], limitMs)), [
      'failed x is not an address',
    ]);
  });

  t.test('an address on the loopback is not meant, unless it is written', async (t) => {
    pair(t, 'j');
    const { agent } = agentFor(t);
    ip('addr add 10.0.0.60/32 dev lo');
    t.teardown(() => ip('addr del 10.0.0.60/32 dev lo'));
    t.same(
      outcomes(await agent.run('status', [addressResource('10.0.0.60'), addressResource('10.0.0.60/32/lo')], limitMs)),
      ['stopped', 'running'],
    );
    t.same(outcomes(await agent.run('stop', [addressResource('10.0.0.60')], limitMs)), ['succeeded']);
    t.ok(shown('lo').includes('10.0.0.60/32'));
  });

  t.test('a spare that died is replaced in time', async (t) => {
    pair(t, 'k');
    const before = new Set(children());
    const { agent } = agentFor(t);
    const spare = children().find((pid) => !before.has(pid));
    t.type(spare, 'number', 'one process waits');
    process.kill(spare as number, 'SIGKILL');
    t.same(outcomes(await agent.run('start', [addressResource('10.0.0.50/16/k0')], limitMs)), ['succeeded']);
    t.ok(shown('k0').includes('10.0.0.50/16'));
    await until('a new spare', () => children().some((pid) => !before.has(pid)));
    agent.close();
    await until('it to end', () => children().every((pid) => before.has(pid)));
    t.pass('none is left after close');
  });

  t.test('a batch that takes too long is ended', async (t) => {
    pair(t, 'l');
    const before = new Set(children());
    const { agent } = agentFor(t);
    const spare = children().find((pid) => !before.has(pid)) as number;
    process.kill(spare, 'SIGSTOP');
    const resource = addressResource('10.0.0.50/16/l0');
    t.same(outcomes(await agent.run('start', [resource], 200)), ['timedOut ip did not finish within 200 ms']);
    t.same(outcomes(await agent.run('stop', [resource], limitMs)), ['succeeded'], 'what comes next works');
    t.same(shown('l0'), ['10.0.0.1/16']);
  });

  t.test('where ip fails, what is not there counts as stopped, and what is there does not', async (t) => {
    pair(t, 'm');
    ip('addr add 10.0.0.51/16 dev m0');
    const { agent } = agentFor(t, { warm: false });
    const { PATH } = process.env;
    const dir = mkdtempSync(join(tmpdir(), 'systole-'));
    t.teardown(() => rmSync(dir, { recursive: true }));
    writeFileSync(join(dir, 'ip'), '#!/bin/sh\necho it is broken >&2\nexit 1\n');
    chmodSync(join(dir, 'ip'), 0o755);
    process.env.PATH = `${dir}:${PATH}`;
    const resources = ['10.0.0.50/16/m0', '10.0.0.51/16/m0', 'fd00::50/64/m0'].map((text) => addressResource(text));
    try {
      t.match(outcomes(await agent.run('start', resources.slice(0, 1), limitMs)), [/^failed .*it is broken/]);
      t.match(outcomes(await agent.run('stop', resources, limitMs)), [
        /^succeeded$/,
        /^failed .*it is broken/,
        /^succeeded$/,
      ]);
    } finally {
      process.env.PATH = PATH;
    }
    t.same(outcomes(await agent.run('stop', resources, limitMs)), ['succeeded', 'succeeded', 'succeeded']);
  });
}
