/** Addresses that something else takes away, seen by the agent that holds them. */
import { execFileSync } from 'node:child_process';
import t, { type Test } from 'tap';
import { createAddressAgent } from '../../../src/agents/addresses/agent.js';
import type { ResourceConfig } from '../../../src/config/types.js';
import { createKernelNews } from '../../../src/io/kernel-news.js';
import { memoryLog } from '../../support/memory-log.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';
import { addressResource } from './samples.js';

const limitMs = 20_000;

function bench(t: Test, device: string) {
  ip(`link add ${device} type veth peer name ${device}p`);
  ip(`link set ${device} up`);
  ip(`link set ${device}p up`);
  const lost: { readonly resources: readonly string[]; readonly text: string }[] = [];
  const log = memoryLog();
  const news = createKernelNews({ log });
  const agent = createAddressAgent({ log, news, onLost: (resources, text) => lost.push({ resources, text }) });
  t.teardown(() => {
    agent.close();
    news.close();
    ip(`link del ${device}`);
  });
  const start = async (resources: readonly ResourceConfig[]) => {
    const outcomes = await agent.run('start', resources, limitMs);
    t.ok(
      outcomes.every(({ outcome }) => outcome === 'succeeded'),
      'started',
    );
  };
  const names = () => lost.flatMap(({ resources }) => resources);
  return { agent, lost, names, log, start };
}

const many = (count: number, device: string): ResourceConfig[] =>
  Array.from({ length: count }, (_, i) => addressResource(`10.9.${i >> 8}.${i & 255}/32/${device}`));

/** Something was told and done since; what was to come of it has come. */
async function nothingMore(t: Test, { start, names }: ReturnType<typeof bench>, device: string): Promise<void> {
  const probe = addressResource(`10.200.0.1/32/${device}`);
  await start([probe]);
  const before = names().length;
  ip(`addr del 10.200.0.1/32 dev ${device}`);
  await until('the loss of the probe', () => names().length > before);
  t.same(names().slice(before), [probe.name]);
}

if (ownNetwork(t, import.meta.url)) {
  t.test('addresses of both families, deleted by hand', async (t) => {
    const b = bench(t, 'v0');
    const [four, six] = [addressResource('10.0.0.5/24/v0'), addressResource('fd00::5/64/v0')];
    await b.start([four, six]);
    ip('addr del 10.0.0.5/24 dev v0');
    await until('the loss', () => b.lost.length === 1);
    t.match(b.lost[0], { resources: [four.name], text: /^deleted from v0 by something else \(process \d+, / });
    ip('-6 addr del fd00::5/64 dev v0');
    await until('the other loss', () => b.lost.length === 2);
    t.same(b.lost[1]?.resources, [six.name]);
    await b.start([four, six]);
    ip('addr flush dev v0');
    await until('both again', () => b.names().length === 4);
  });

  t.test('our own changes are no losses', async (t) => {
    const b = bench(t, 'v1');
    const resources = many(300, 'v1');
    await b.start(resources);
    for (let round = 0; round < 3; round++) {
      // The stop is not waited for: what it deletes is told while the start runs already.
      const stopping = b.agent.run('stop', resources, limitMs);
      await b.start(resources);
      await stopping;
    }
    ip('addr add 10.0.0.9/24 dev v1');
    ip('addr del 10.0.0.9/24 dev v1');
    await b.agent.run('stop', resources, limitMs);
    await nothingMore(t, b, 'v1');
  });

  t.test('one that goes while its batch still runs is lost too', async (t) => {
    const b = bench(t, 'v2');
    const resources = many(1000, 'v2');
    const [first] = resources as [ResourceConfig, ...ResourceConfig[]];
    const starting = b.start(resources);
    await until('the first is there', () => ip('addr show dev v2').includes(' 10.9.0.0/32 '));
    ip('addr del 10.9.0.0/32 dev v2');
    await starting;
    await until('it is lost', () => b.names().length > 0);
    t.same(b.names(), [first.name]);
  });

  t.test('more deletions than there is room for, and an interface that goes', async (t) => {
    const b = bench(t, 'v3');
    const resources = many(1000, 'v3');
    await b.start(resources);
    const noise = Array.from({ length: 8000 }, (_, i) => `addr ${i % 2 ? 'del' : 'add'} 10.1.0.1/32 dev v3`);
    // Nothing is read meanwhile: `ip` is waited for.
    execFileSync('ip', ['-batch', '-'], { input: [...noise, ...noise, 'addr flush dev v3'].join('\n') });
    await until('all are lost', () => b.names().length >= 1000);
    t.equal(new Set(b.names()).size, 1000, 'each once');
    t.ok(
      b.log.lines.some((line) => line.includes('more changes than could be read')),
      'told',
    );
    await b.start(resources.slice(0, 2));
    const before = b.lost.length;
    ip('link del v3');
    await until('both are lost', () => b.names().length >= 1002);
    for (const { text } of b.lost.slice(before)) t.equal(text, 'gone with interface v3');
    ip('link add v3 type veth peer name v3p');
  });

  t.test('an interface without a carrier, or switched off', async (t) => {
    const b = bench(t, 'v4');
    const says = (what: string) =>
      until(what, () => (what === '' ? b.agent.problems().length === 0 : b.agent.problems().join().includes(what)));
    t.same(b.agent.problems(), []);
    ip('link set v4p down');
    ip('link set v4p up');
    t.same(b.agent.problems(), [], 'nothing is on it');
    await b.start([addressResource('10.0.4.5/24/v4')]);
    ip('link set v4p down');
    await says('interface v4 has no carrier');
    ip('link set v4p up');
    await says('');
    ip('link set v4 down');
    await says('interface v4 is switched off');
    ip('link set v4 up');
    await says('');
    await b.agent.run('stop', [addressResource('10.0.4.5/24/v4')], limitMs);
    ip('link set v4p down');
    t.same(b.agent.problems(), []);
  });
}
