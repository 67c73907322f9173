/** A client looks on while something on the owner deletes the addresses of the cluster. */
import t, { type Test } from 'tap';
import { type Deletion, deleteByHand, healed, median, reconfigure, silence } from './deleting.js';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { startPinging } from './ping-client.js';
import { oldAfterNew, type PingLog } from './ping-log.js';
import { until } from './run.js';

const timing = { keepaliveMs: 200, deadtimeMs: 3000 };
const addresses = ['10.77.100.1', '10.77.100.2', '10.77.100.3'];
const [address = ''] = addresses;
/** What is promised, where the machine has nothing else to do, is 50 ms (`npm run bench -- heal`); here other tests may run. */
const limitMs = 500;

async function settledPair(): Promise<Pair> {
  const pair = await createPair({ timing, addresses });
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  return pair;
}

/** That the owner alone answered, and how long it took in the median over all deletions and `asked` addresses. */
function judge(
  t: Test,
  pair: Pair,
  log: PingLog,
  { deletions, asked }: { deletions: Deletion[]; asked: string[] },
): void {
  const waited = deletions.flatMap((deletion) => asked.map((one) => silence(log, one, deletion)));
  t.comment(`median ${median(waited).toFixed(1)} ms, longest ${Math.max(...waited).toFixed(1)} ms`);
  t.ok(median(waited) < limitMs, `the median of ${waited.length} is ${median(waited).toFixed(1)} ms`);
  t.notOk(log.ttl.includes(pair.b.ttl), 'the other node never answered');
}

t.test('an address deleted by hand is back before its client misses it', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await settledPair();
  t.teardown(() => pair.close());
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);
  const deletions: Deletion[] = [];
  for (let round = 0; round < 9; round++) deletions.push(await deleteByHand(pair, pair.a, address));
  await ping.answeredBy(pair.a.ttl);
  judge(t, pair, await ping.stop(), { deletions, asked: [address] });
  t.equal(await healed(pair, 'a'), 9);
  const { groups } = await pair.status('a');
  t.match(groups, [{ owner: 'a', state: 'started' }]);
  const told = pair
    .daemon('a')
    .lines.filter((line) => /10\.77\.100\.1.*deleted from eth0 by something else \(process/.test(line));
  t.equal(told.length, 1, 'told once, and counted');
  t.match((await pair.systole('a', 'status')).stdout, /put back 9 times/);
});

t.test('a network manager that removes what it does not know', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await settledPair();
  t.teardown(() => pair.close());
  const ping = await startPinging(pair.lab, { addresses, roundMs: 5 });
  await ping.answeredBy(pair.a.ttl);
  const deletions: Deletion[] = [];
  for (let round = 0; round < 12; round++) deletions.push(await reconfigure(pair, pair.a, addresses.length));
  await ping.answeredBy(pair.a.ttl);
  judge(t, pair, await ping.stop(), { deletions, asked: addresses });
  const { problems } = await pair.status('a');
  t.match(
    problems.filter((line) => line.startsWith('something keeps deleting')),
    [/10\.77\.100\.1/],
  );
});

t.test('what the cluster itself takes away stays away', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await settledPair();
  t.teardown(() => pair.close());
  const ping = await startPinging(pair.lab, { addresses, roundMs: 5 });
  await ping.answeredBy(pair.a.ttl);
  const [group] = (await pair.status('a')).groups;
  t.equal((await pair.systole('a', 'resource', 'move', group?.name ?? '', 'b')).code, 0);
  await ping.answeredBy(pair.b.ttl);
  t.equal(await healed(pair, 'a'), 0);
  await deleteByHand(pair, pair.b, address);
  await ping.answeredBy(pair.b.ttl);
  t.equal(
    oldAfterNew(await ping.stop(), { oldTtl: pair.a.ttl, newTtl: pair.b.ttl }),
    0,
    'the old owner never came back',
  );
});

t.test('a daemon that came back puts back what the one before had started', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await settledPair();
  t.teardown(() => pair.close());
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);
  const killed = pair.daemon('a');
  killed.signal('SIGKILL');
  await killed.ended;
  await pair.start('a');
  await pair.settled('a');
  // It holds what it found running once the other node has had its say; what goes before that is started then.
  await until('the new daemon puts it back', async () => {
    await pair.a.exec(['ip', 'addr', 'del', `${address}/16`, 'dev', 'eth0']);
    return (await healed(pair, 'a')) > 0;
  });
  await ping.answeredBy(pair.a.ttl);
  t.notOk((await ping.stop()).ttl.includes(pair.b.ttl), 'the other node never answered');
});

t.test('an interface with addresses that loses its carrier is told at once', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await settledPair();
  t.teardown(() => pair.close());
  const problem = 'interface eth0 has no carrier: the addresses of this node on it do not answer';
  const says = (what: string, isThere: boolean) =>
    pair.statusUntil('a', what, ({ problems }) => problems.includes(problem) === isThere);
  await pair.lab.carrier('a', 'eth0', false);
  await says('no carrier', true);
  await until('the log tells it', () => pair.daemon('a').lines.some((line) => line.includes(problem)));
  await pair.lab.carrier('a', 'eth0', true);
  await says('a carrier', false);
});
