import t, { type Test } from 'tap';
import { serviceAddresses } from './cluster-files.js';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { startPinging } from './ping-client.js';
import { firstAnswers, handovers, oldAfterNew } from './ping-log.js';

const timing = { keepaliveMs: 100, deadtimeMs: 500 };

interface Measured {
  readonly outageMs: number;
  readonly lastAnswerMs: number;
  readonly oldAfterNew: number;
}

async function settledPair(t: Test, addresses: readonly string[]): Promise<Pair> {
  const pair = await createPair({ timing, addresses, failback: false });
  t.teardown(() => pair.close());
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  return pair;
}

/** Pings while the address goes from one node to the other. */
async function measure(
  pair: Pair,
  addresses: readonly string[],
  way: { from: 'a' | 'b'; cause: () => unknown },
): Promise<Measured> {
  const [old, next] = way.from === 'a' ? [pair.a, pair.b] : [pair.b, pair.a];
  const ping = await startPinging(pair.lab, { addresses });
  await ping.answeredBy(old.ttl);
  const atNs = Number(process.hrtime.bigint());
  await way.cause();
  await ping.answeredBy(next.ttl);
  const log = await ping.stop();
  return {
    outageMs: Math.max(...handovers(log, { oldTtl: old.ttl, newTtl: next.ttl }).map((gap) => gap?.ms ?? Infinity)),
    lastAnswerMs: Math.max(...firstAnswers(log, next.ttl, 0).map((at) => ((at ?? Infinity) - atNs) / 1e6)),
    oldAfterNew: oldAfterNew(log, { oldTtl: old.ttl, newTtl: next.ttl }),
  };
}

t.test('power-off, three times to and fro: the other node answers in about deadtime, and only that one', async (t) => {
  if (!(await needLab(t))) return;
  const addresses = serviceAddresses(1);
  const pair = await settledPair(t, addresses);
  const outages: number[] = [];
  for (const from of ['a', 'b', 'a'] as const) {
    const other = from === 'a' ? 'b' : 'a';
    const { outageMs, oldAfterNew } = await measure(pair, addresses, {
      from,
      cause: () => pair.lab.node(from).powerOff(),
    });
    outages.push(outageMs);
    t.equal(oldAfterNew, 0, 'no answer of the old owner after the first of the new one');
    await pair.lab.node(from).boot();
    await pair.start(from);
    await pair.settled(other);
  }
  const [, median = Infinity] = outages.sort((one, two) => one - two);
  t.comment(`outages ${outages.map((ms) => ms.toFixed(0)).join(', ')} ms (deadtime ${timing.deadtimeMs} ms)`);
  // Promised is at most deadtime in the median of ten on a quiet machine; see `npm run bench -- failover`.
  t.ok(median < timing.deadtimeMs * 1.5, 'the median is below one and a half deadtimes');
  t.ok(median > timing.deadtimeMs / 2, 'and it is the dead time that was waited for');
});

t.test('graceful stop and move: far below deadtime, no death', async (t) => {
  if (!(await needLab(t))) return;
  const addresses = serviceAddresses(1);
  const pair = await settledPair(t, addresses);
  const group = (await pair.status('a')).groups[0]?.name ?? '';

  const moved = await measure(pair, addresses, {
    from: 'a',
    cause: async () => t.equal((await pair.systole('b', 'resource', 'move', group, 'b')).code, 0, 'the move succeeds'),
  });
  await pair.settled('b');
  const stopped = await measure(pair, addresses, { from: 'b', cause: () => pair.daemon('b').signal('SIGTERM') });
  t.equal(await pair.daemon('b').ended, 0, 'the stopped daemon exits with 0');
  await pair.statusUntil('a', 'b has left', ({ nodes }) =>
    nodes.some(({ name, state }) => name === 'b' && state === 'left'),
  );

  for (const [what, { outageMs, oldAfterNew }] of Object.entries({ moved, stopped })) {
    t.comment(`${what}: ${outageMs.toFixed(0)} ms`);
    t.ok(outageMs < timing.deadtimeMs / 2, `${what}: no dead time was waited for`);
    t.equal(oldAfterNew, 0, `${what}: never two owners`);
  }
  const lines = [...pair.daemon('a').lines, ...pair.daemon('b').lines];
  t.same(
    lines.filter((line) => /is dead/i.test(line)),
    [],
    'nobody was declared dead',
  );
});

t.test('two hundred addresses in one line come up together, and no heartbeat is late for it', async (t) => {
  if (!(await needLab(t))) return;
  const addresses = serviceAddresses(200);
  const pair = await settledPair(t, addresses);
  const { lastAnswerMs, oldAfterNew } = await measure(pair, addresses, { from: 'a', cause: () => pair.a.powerOff() });
  t.comment(`the last of 200 addresses answered ${lastAnswerMs.toFixed(0)} ms after the power-off`);
  t.ok(lastAnswerMs < timing.deadtimeMs * 3, 'one by one they would take many seconds');
  t.equal(oldAfterNew, 0);
});
