import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { ClusterTiming } from './cluster-files.js';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { startPinging } from './ping-client.js';
import { handovers, oldAfterNew } from './ping-log.js';
import { must } from './run.js';

const address = '10.77.100.1';
const fast = { keepaliveMs: 100, deadtimeMs: 500 };
const deadpingMs = 2000;
/** The lab's client on the users' network is the ping node. */
const gateway = '10.77.0.99';

async function started(t: Test, timing: ClusterTiming, failback: boolean, ...pings: string[]): Promise<Pair> {
  const more = [`deadping ${deadpingMs}ms`, ...pings];
  const pair = await createPair({ timing, addresses: [address], failback, more });
  t.teardown(() => pair.close());
  for (const { name } of [pair.lab.client, ...pair.nodes]) await addIPv6(pair, name);
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  return pair;
}

const clStatus = fileURLToPath(new URL('../../src/cl_status.js', import.meta.url));
const ipv6 = { client: 'fd77::99', a: 'fd77::1', b: 'fd77::2' } as const;

async function addIPv6(pair: Pair, name: string): Promise<void> {
  const own = `${ipv6[name as keyof typeof ipv6]}/64`;
  await must(pair.lab.node(name).namespace.enter(['ip', 'addr', 'add', own, 'dev', 'eth0', 'nodad']));
}

const pingState =
  (name: string, wanted: string) =>
  ({ pingNodes }: { pingNodes: readonly { name: string; state: string }[] }) =>
    pingNodes.some((one) => one.name === name && one.state === wanted);

t.test(
  'the owner’s way to the users is cut, the heartbeat link is not: the other node takes the address',
  async (t) => {
    if (!(await needLab(t))) return;
    for (const [timing, failback] of [
      [fast, true],
      [{ keepaliveMs: 1000, deadtimeMs: 3000 }, false],
    ] as const) {
      const pair = await started(t, timing, failback, `ping ${gateway}`);
      await pair.statusUntil('a', 'the ping node is up', pingState(gateway, 'up'));
      await pair.statusUntil('b', 'the ping node is up', pingState(gateway, 'up'));
      const ping = await startPinging(pair.lab, { addresses: [address] });
      await ping.answeredBy(pair.a.ttl);

      const cutAt = performance.now();
      pair.lab.cut('a', 'eth0');
      await ping.answeredBy(pair.b.ttl);
      const tookMs = performance.now() - cutAt;
      t.comment(
        `keepalive ${timing.keepaliveMs} ms: answered by the other ${tookMs.toFixed(0)} ms after the cut (deadping ${deadpingMs} ms)`,
      );
      // Promised is deadping + 1 s; the rest is for a busy machine.
      t.ok(tookMs < deadpingMs + 3000, 'in about deadping');
      t.ok(tookMs > deadpingMs / 2, 'and not before');
      const away = await pair.statusUntil('a', 'it says where it is and why', ({ groups }) => groups[0]?.owner === 'b');
      t.match(away.problems.join('\n'), `ping node ${gateway} is dead`);
      t.match(pair.daemon('a').lines.join('\n'), 'b reaches 1 of 1 ping nodes, a reaches 0');
      t.match(away.nodes, [{ state: 'active' }, { state: 'active' }], 'both nodes are active all the time');
      t.equal((await pair.systole('a', 'status')).code, 1, 'not all is well');

      const healedAt = performance.now();
      pair.lab.heal('a', 'eth0');
      await pair.statusUntil('a', 'the ping node is back', pingState(gateway, 'up'));
      if (failback) {
        await ping.answeredBy(pair.a.ttl);
        const backMs = performance.now() - healedAt;
        t.comment(`back ${backMs.toFixed(0)} ms after healing`);
        t.ok(backMs > deadpingMs - fast.keepaliveMs, 'not before it proved itself');
        await pair.settled('a');
      } else {
        const lines = pair.daemon('b').lines.length;
        await pair.statusUntil('b', 'a reaches it again', ({ groups }) => groups[0]?.owner === 'b');
        t.notMatch(pair.daemon('b').lines.slice(lines).join('\n'), 'Releasing resource group', 'it stays');
      }
      const log = await ping.stop();
      const ways = { oldTtl: pair.a.ttl, newTtl: pair.b.ttl };
      if (!failback) t.equal(oldAfterNew(log, ways), 0, 'never two answer');
      t.comment(`the users were without it for ${(handovers(log, ways)[0]?.ms ?? Number.NaN).toFixed(0)} ms`);
      await pair.close();
    }
  },
);

t.test('ping6 and ping_group; when the ping node itself dies nothing moves', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await started(t, fast, true, `ping6 ${ipv6.client}`, `ping_group routers 10.77.0.77 ${gateway}`);
  for (const name of ['a', 'b']) {
    await pair.statusUntil(name, 'IPv6 answers', pingState(ipv6.client, 'up'));
    await pair.statusUntil(name, 'one of the group answers', pingState('routers', 'up'));
  }
  const text = await pair.systole('a', 'status');
  t.match(text.stdout, /fd77::99 +up +ping node/);
  t.match(text.stdout, /routers +up +ping node/);

  pair.lab.cut('client', 'eth0');
  for (const name of ['a', 'b']) {
    await pair.statusUntil(name, 'IPv6 is dead', pingState(ipv6.client, 'dead'));
    await pair.statusUntil(name, 'the group is dead', pingState('routers', 'dead'));
  }
  const status = await pair.status('b');
  t.match(status.groups, [{ owner: 'a', state: 'started' }]);
  const lines = [...pair.daemon('a').lines, ...pair.daemon('b').lines].join('\n');
  t.match(lines, /node fd77::99: is dead/);
  t.match(lines, /Link routers:routers dead\./);
  t.notMatch(lines, 'Releasing resource group', 'nothing moved');

  pair.lab.heal('client', 'eth0');
  for (const name of ['a', 'b']) await pair.statusUntil(name, 'IPv6 is back', pingState(ipv6.client, 'up'));
  const cl = await pair.a.exec([clStatus, 'nodestatus', ipv6.client]);
  t.same([cl.stdout.trim(), cl.code], ['ping', 0], 'in Heartbeat’s words');
  const nodes = await pair.a.exec([clStatus, 'listnodes', '-p']);
  t.match(nodes.stdout, /fd77::99/);
});
