import { randomBytes } from 'node:crypto';
import t from 'tap';
import { prepareKeys } from '../../src/wire/digest.js';
import { textMessage } from '../../src/wire/message.js';
import { writePacket } from '../../src/wire/packet.js';
import { needLab } from './need.js';
import { startOutsider } from './outsider.js';
import { createPair, type Pair } from './pair.js';
import { until } from './run.js';

const timing = { keepaliveMs: 100, deadtimeMs: 1000 };
const secret = 'a-secret-of-the-laboratory';
const times = 20;

/** Twenty status packets that claim to come from `src`, signed as told. */
function forged(src: string, method: 'crc' | 'md5' | 'sha1', word: string | null, key = 1): Uint8Array[] {
  const keys = prepareKeys({ active: key, keys: new Map([[key, { method, secret: word }]]) });
  return Array.from({ length: times }, (_, index) => {
    const seq = (0x10000 + index).toString(16);
    const fields = {
      t: 'status',
      st: 'dead',
      dt: '3e8',
      protocol: '1',
      src,
      seq,
      hg: '7fffffff',
      ts: '6b003412',
      ttl: '3',
    };
    return writePacket(textMessage(fields), { form: 'classic', keys });
  });
}

/** What must not change: nodes, view, groups; without the times that always do. */
async function picture(pair: Pair): Promise<unknown> {
  const { view, nodes, groups } = await pair.status('b');
  return {
    view: [view.members, view.agreed, view.quorate],
    groups,
    nodes: nodes.map(({ name, state, standby, uuid, generation, links }) => ({
      name,
      state,
      standby,
      uuid,
      generation,
      links,
    })),
  };
}

async function refusedBy(pair: Pair): Promise<number> {
  const { counters } = await pair.status('b');
  return Object.entries(counters)
    .filter(([name]) => name.startsWith('refused.') || name.startsWith('duplicate'))
    .reduce((sum, [, count]) => sum + count, 0);
}

t.test('what an outsider sends changes nothing but a counter, and is told in few lines', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await createPair({ timing, addresses: ['10.77.100.1'] });
  t.teardown(() => pair.close());
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  const outsider = await startOutsider(pair.lab);
  t.teardown(() => outsider.close());
  await until('heartbeats were heard', () => outsider.heard.length > 2 * times);

  const attacks: Record<string, readonly Uint8Array[]> = {
    'wrong key': forged('a', 'sha1', 'another secret'),
    'wrong method': forged('a', 'md5', secret),
    'no secret at all': forged('a', 'crc', null),
    'unknown key number': forged('a', 'sha1', secret, 7),
    garbage: Array.from({ length: times }, (_, index) => randomBytes(1 + index * 70)),
    'damaged on the way': outsider.heard.slice(0, times).map((packet) => {
      const copy = Buffer.from(packet);
      copy[20] = (copy[20] ?? 0) ^ 1;
      return copy;
    }),
    'unknown node': forged('mallory', 'sha1', secret),
    replay: outsider.heard.slice(0, times),
  };
  const before = await picture(pair);
  for (const [attack, packets] of Object.entries(attacks)) {
    const [refused, lines] = [await refusedBy(pair), pair.daemon('b').lines.length];
    outsider.send(pair.b.address('eth0'), packets);
    await until(`${attack}: counted`, async () => (await refusedBy(pair)) >= refused + packets.length, {
      limitMs: 5000,
    }).catch(async (error) =>
      t.fail(`${error.message}; counters ${JSON.stringify((await pair.status('b')).counters)}`),
    );
    t.same(await picture(pair), before, `${attack}: nothing changes`);
    t.ok(pair.daemon('b').lines.length - lines <= 3, `${attack}: ${times} packets make no more than three lines`);
  }
});

t.test('the packets of a dead node, sent again, do not bring it back', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await createPair({ timing, addresses: ['10.77.100.1'] });
  t.teardown(() => pair.close());
  const outsider = await startOutsider(pair.lab);
  t.teardown(() => outsider.close());
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  await until('heartbeats were heard', () => outsider.heard.length > 2 * times);
  pair.a.powerOff();
  await pair.statusUntil(
    'b',
    'a is dead, b has the address',
    ({ nodes, groups }) =>
      nodes.some(({ name, state }) => name === 'a' && state === 'dead') &&
      groups[0]?.owner === 'b' &&
      groups[0].state === 'started',
  );
  const [before, refused] = [await picture(pair), await refusedBy(pair)];
  const ofA = outsider.heard.filter((packet) => packet.includes('src=a,') && packet.includes('t=status,'));
  outsider.send(pair.b.address('eth0'), ofA);
  await until('all counted', async () => (await refusedBy(pair)) >= refused + ofA.length, { limitMs: 5000 }).catch(
    async (error) =>
      t.fail(`${error.message}; of ${ofA.length} packets: ${JSON.stringify((await pair.status('b')).counters)}`),
  );
  t.same(await picture(pair), before);
});
