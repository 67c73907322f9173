/** A mixed pair with a ping node: whoever loses the way to it gives its groups to the other, as two ipfails would have it. */
import t, { type Test } from 'tap';
import { longestGaps } from '../lab/ping-log.js';
import { cellsNamed, type Name, otherThan } from './cell.js';
import { InteropPair } from './interop-pair.js';
import { allOn, home } from './member.js';
import { needHeartbeat } from './need.js';
import { settled } from './settle.js';

t.setTimeout(400_000);

const limitMs = 60_000;
const deadpingMs = 2000;
/** The lab's client is the ping node. */
const more = [
  `deadping ${deadpingMs}ms`,
  'ping 10.77.0.99',
  'respawn hacluster /usr/libexec/heartbeat/ipfail',
  'apiauth ipfail uid=hacluster',
];

async function tryPair(t: Test, pattern: string): Promise<void> {
  if (!(await needHeartbeat(t))) return;
  const [cell] = cellsNamed(pattern);
  if (cell === undefined) throw new Error('no such cell');
  const pair = await InteropPair.create(cell, more);
  t.teardown(() => pair.close());
  const ping = await pair.ping();
  await Promise.all([pair.start('a'), pair.start('b')]);
  await settled(pair, ping, { owners: home, limitMs });
  for (const name of ['a', 'b'] as const) await loseTheWay(t, { pair, ping, name });
  const silentMs = Math.max(...longestGaps(await ping.stop()).map((gap) => gap?.ms ?? Number.POSITIVE_INFINITY));
  t.comment(`longest without an answer in all of it: ${silentMs.toFixed(0)} ms`);
}

async function loseTheWay(
  t: Test,
  { pair, ping, name }: { pair: InteropPair; ping: Awaited<ReturnType<InteropPair['ping']>>; name: Name },
): Promise<void> {
  const cutAt = performance.now();
  pair.lab.cut(name, 'eth0');
  await settled(pair, ping, { owners: allOn(otherThan(name)), limitMs });
  const tookMs = performance.now() - cutAt;
  const product = pair.members[name].product;
  t.pass(`${product} on ${name} lost the way and gave its group to the other`);
  t.comment(`${product} on ${name}: all at rest ${tookMs.toFixed(0)} ms after the cut, deadping ${deadpingMs} ms`);
  pair.lab.heal(name, 'eth0');
  await settled(pair, ping, { owners: home, limitMs });
  t.pass(`${name} has it again`);
}

t.test('systole on a, Heartbeat on b', (t) => tryPair(t, 'systole+heartbeat/ucast/sha1/on'));
