import t, { type Test } from 'tap';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { startPinging } from './ping-client.js';
import { longestGaps } from './ping-log.js';
import { until } from './run.js';

const address = '10.77.100.1';
const timing = { keepaliveMs: 100, deadtimeMs: 500 };

async function started(t: Test): Promise<Pair> {
  const pair = await createPair({ timing, addresses: [address] });
  t.teardown(() => pair.close());
  await Promise.all([pair.start('a'), pair.start('b')]);
  return pair;
}

t.test('ucast eth0, bcast eth1, sha1: both start, the preferred node answers for the address', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await started(t);
  const since = performance.now();
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);
  // Promised is 1 s on a quiet machine; waiting for initdead (10 s) would be far beyond this.
  const tookMs = performance.now() - since;
  t.comment(`from both started to the address answering: ${tookMs.toFixed(0)} ms`);
  t.ok(tookMs < 5000, 'without waiting for initdead');
  await pair.settled('a');
  await ping.stop();
  const status = await pair.systole('b', 'status', '--json');
  t.equal(status.code, 0, 'all is well');
  t.match(JSON.parse(status.stdout), {
    node: 'b',
    view: { members: ['a', 'b'], agreed: true },
    groups: [{ owner: 'a', preferred: 'a' }],
  });
});

t.test('one link cut: nothing moves, status shows it; the other cut too: noticed; healed: one owner', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await started(t);
  await pair.settled('a');
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);

  pair.lab.cut('b', 'eth1');
  for (const name of ['a', 'b']) {
    const peer = name === 'a' ? 'b' : 'a';
    const status = await pair.statusUntil(name, 'the cut link is dead', ({ nodes }) =>
      nodes.some(
        (node) => node.name === peer && node.links.some((link) => link.name === 'eth1' && link.state === 'dead'),
      ),
    );
    t.match(status.nodes, [{ state: 'active' }, { state: 'active' }], `${name}: both nodes stay active`);
    t.match(status.groups, [{ owner: 'a' }], `${name}: the address stays`);
    t.match(status.problems.join('\n'), /eth1/, `${name}: the problem is named`);
  }
  t.equal((await pair.systole('a', 'status')).code, 1, 'not all is well');
  const log = await ping.stop();
  t.ok((longestGaps(log)[0]?.ms ?? Infinity) < timing.deadtimeMs, 'the client noticed nothing');

  const cutAt = performance.now();
  pair.lab.cut('b', 'eth0');
  await until('b says that a is dead', () => pair.daemon('b').lines.some((line) => /node a: is dead/i.test(line)), {
    everyMs: 5,
  });
  const noticedMs = performance.now() - cutAt;
  t.comment(`both links cut, noticed after ${noticedMs.toFixed(0)} ms (deadtime ${timing.deadtimeMs} ms)`);
  t.ok(noticedMs > timing.deadtimeMs / 2, 'not before deadtime less a keepalive or two');
  t.ok(noticedMs < timing.deadtimeMs * 4, 'not long after deadtime');

  pair.lab.heal('b', 'eth0');
  pair.lab.heal('b', 'eth1');
  await pair.settled('a');
  const owners = await Promise.all(
    [pair.a, pair.b].map((node) => node.exec(['ip', '-4', '-o', 'addr', 'show', 'eth0'])),
  );
  t.match(owners[0]?.stdout, `${address}/`, 'a has the address');
  t.notMatch(owners[1]?.stdout, `${address}/`, 'b has not');
});
