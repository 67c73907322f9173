import t, { type Test } from 'tap';
import { type End, type NullModem, openNullModem } from '../support/null-modem.js';
import { prng } from '../support/prng.js';
import { needLab } from './need.js';
import { createPair, type Pair, type PairOptions } from './pair.js';
import { startPinging } from './ping-client.js';
import { until } from './run.js';

const address = '10.77.100.1';
// Dead times of seconds, several of them.
t.setTimeout(240_000);

/** A pair that runs, with a null modem between its nodes. */
async function started(
  t: Test,
  baud: number,
  { media, ...options }: Pick<PairOptions, 'timing'> & { readonly media: readonly string[] },
): Promise<{ pair: Pair; cable: NullModem }> {
  const cable = openNullModem(baud);
  const serial = (name: string) => [`baud ${baud}`, `serial ${cable.ends[name === 'a' ? 0 : 1].path}`];
  const pair = await createPair({
    ...options,
    addresses: [address],
    media: ({ name }) => [...media, ...serial(name)],
  });
  t.teardown(async () => {
    await pair.close();
    cable.close();
  });
  // Where the system makes it at boot.
  for (const node of pair.nodes) node.writeFile('/run/lock/made', '');
  await Promise.all([pair.start('a'), pair.start('b')]);
  return { pair, cable };
}

/** Noise on the way from one end: now and then a burst between or within packets, and a bit that flips in two thousand bytes. */
function makeNoise(end: End, seed: number): void {
  const { below } = prng(seed);
  end.onTheWay = (bytes) => {
    const flipped = Buffer.from(bytes.map((byte) => (below(2000) === 0 ? byte ^ (1 << below(8)) : byte)));
    const burst = below(150) === 0 ? Array.from({ length: 20 + below(200) }, () => below(256)) : [];
    return Buffer.concat([flipped, Buffer.from(burst)]);
  };
}

const quiet = (bytes: Buffer) => bytes;

t.test('one null modem at 19200 baud and nothing else', async (t) => {
  if (!(await needLab(t))) return;
  const timing = { keepaliveMs: 1000, deadtimeMs: 5000, initdeadMs: 15_000 };
  const { pair, cable } = await started(t, 19_200, { timing, media: [] });
  await pair.settled('a', 60_000);
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);
  t.match(await pair.status('b'), { nodes: [{ links: [{ medium: 'serial', state: 'up' }] }, {}] });
  t.match(pair.a.readFile(`/run/lock/LCK..${cable.ends[0].path.split('/').at(-1)}`), /^ *\d+\n$/);

  // Several dead times of noise, both ways.
  makeNoise(cable.ends[0], 1);
  makeNoise(cable.ends[1], 2);
  const before = await pair.status('a');
  await pair.statusUntil(
    'a',
    'twenty packets more in spite of noise',
    ({ counters }) => (counters.packetsReceived ?? 0) >= (before.counters.packetsReceived ?? 0) + 20,
    60_000,
  );
  for (const end of cable.ends) end.onTheWay = quiet;
  for (const { name } of pair.nodes) {
    const { counters, nodes } = await pair.status(name);
    t.comment(`${name} with noise: ${JSON.stringify(counters)}`);
    t.ok((counters.bytesDiscarded ?? 0) > 0, `${name} skipped garbage`);
    t.match(nodes, [{ state: 'active' }, { state: 'active' }], `${name}: both are there`);
    t.notOk(
      pair.daemon(name).lines.some((line) => /is dead/i.test(line)),
      `${name}: nobody was ever dead`,
    );
  }

  pair.a.powerOff();
  const offAt = performance.now();
  await ping.answeredBy(pair.b.ttl);
  const tookMs = performance.now() - offAt;
  t.comment(`from power-off to the address answering: ${tookMs.toFixed(0)} ms (deadtime ${timing.deadtimeMs} ms)`);
  t.ok(tookMs < 3 * timing.deadtimeMs, 'the address has moved');
  await ping.stop();

  await pair.a.boot();
  pair.a.writeFile('/run/lock/made', '');
  await pair.start('a');
  await pair.settled('a', 60_000);
  t.pass('and returns when the node is back');
  const stopped = performance.now();
  pair.daemon('a').signal('SIGTERM');
  await pair.statusUntil('b', 'it has the address', ({ groups }) => groups[0]?.state === 'started');
  t.comment(`handed over after ${(performance.now() - stopped).toFixed(0)} ms`);
  await until('the log to say that a left', () =>
    pair.daemon('b').lines.some((line) => /a: is dead|a: left|a has left/i.test(line)),
  );
});

t.test('all networks cut: by the null modem both know that both are there', async (t) => {
  if (!(await needLab(t))) return;
  const timing = { keepaliveMs: 250, deadtimeMs: 2000 };
  const { pair } = await started(t, 115_200, { timing, media: ['bcast eth0 eth1'] });
  await pair.settled('a');
  for (const link of ['eth0', 'eth1']) pair.lab.cut('b', link);
  for (const [name, peer] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const status = await pair.statusUntil(name, 'both networks are dead', ({ nodes }) =>
      nodes.some((node) => node.name === peer && node.links.filter(({ state }) => state === 'dead').length === 2),
    );
    t.match(
      status,
      { view: { members: ['a', 'b'], agreed: true }, groups: [{ owner: 'a' }] },
      `${name} keeps all as it is`,
    );
  }
});
