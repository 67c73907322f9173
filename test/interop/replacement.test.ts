/** A Heartbeat pair is replaced by systole, node by node, as docs/migrating-from-heartbeat.md says, while a client asks for the service. */
import t from 'tap';
import { longestGaps, type PingLog } from '../lab/ping-log.js';
import { must } from '../lab/run.js';
import { systoleBin } from '../support/paths.js';
import { cellsNamed, type Name } from './cell.js';
import { InteropPair } from './interop-pair.js';
import { allOn, type Owners } from './member.js';
import { needHeartbeat } from './need.js';
import { settled } from './settle.js';

t.setTimeout(300_000);

const limitMs = 60_000;
/** A machine that is busy may hold up the client itself for so long. */
const unnoticedMs = 300;

/** Uuid and generation as `hexdump` shows them, from a state folder. */
async function identity(pair: InteropPair, name: Name, folder: string): Promise<{ uuid: string; generation: number }> {
  const read = (file: string) =>
    must(pair.lab.node(name).namespace.enter(['od', '-An', '-tx1', '-v', `${folder}/${file}`]));
  const generation = Buffer.from((await read('hb_generation')).replaceAll(/\s/g, ''), 'hex').toString();
  return { uuid: (await read('hb_uuid')).trim(), generation: Number(generation) };
}

t.test('first the standby, then the active node: two graceful moves, each below a second', async (t) => {
  if (!(await needHeartbeat(t))) return;
  const [cell] = cellsNamed('heartbeat+heartbeat/ucast/sha1/off');
  if (cell === undefined) throw new Error('no such cell');
  const pair = await InteropPair.create(cell);
  t.teardown(() => pair.close());

  /** Pings every 5 ms while something is done, until it has come to rest; gives the longest silence. */
  const measured = async (what: string, owners: Owners, act: () => Promise<unknown>): Promise<number> => {
    const ping = await pair.ping(5);
    let log: PingLog;
    try {
      await act();
      await settled(pair, ping, { owners, limitMs }).catch((error) => {
        throw new Error(`${what}: ${(error as Error).message}\n${logs(pair)}`);
      });
    } finally {
      log = await ping.stop();
    }
    const silenceMs = Math.max(...longestGaps(log).map((gap) => gap?.ms ?? Number.POSITIVE_INFINITY));
    t.comment(`${what}: the client was without an answer for ${silenceMs.toFixed(0)} ms`);
    return silenceMs;
  };

  const replace = async (name: Name) => {
    await pair.stop(name);
    await must(pair.lab.node(name).namespace.enter([systoleBin, 'import']));
    const [old, own] = [
      await identity(pair, name, '/var/lib/heartbeat'),
      await identity(pair, name, '/var/lib/systole'),
    ];
    t.equal(own.uuid, old.uuid, `${name} keeps its uuid`);
    t.ok(own.generation >= old.generation, `${name} does not go back behind its generation`);
    pair.replace(name, 'systole');
    await pair.start(name);
  };

  await Promise.all([pair.start('a'), pair.start('b')]);
  await measured('the pair of Heartbeats starts', { a: 'a', b: 'b' }, async () => {});
  await measured('hb_takeover all on a', allOn('a'), () => pair.members.a.order('takeover', 'all'));

  const standby = await measured('b, the standby, is replaced', allOn('a'), () => replace('b'));
  t.ok(standby < unnoticedMs, 'no client notices');
  const first = await measured('Heartbeat on a hands over to systole on b', allOn('b'), () =>
    pair.members.a.order('standby', 'all'),
  );
  t.ok(first < 1000, 'the first move takes less than a second');
  const active = await measured('a is replaced', allOn('b'), () => replace('a'));
  t.ok(active < unnoticedMs, 'no client notices');
  const second = await measured('systole on b hands over to systole on a', allOn('a'), () =>
    pair.members.b.order('standby', 'all'),
  );
  t.ok(second < 1000, 'the second move takes less than a second');
});

function logs(pair: InteropPair): string {
  return (['a', 'b'] as const)
    .flatMap((name) =>
      pair
        .newLog(name)
        .slice(-25)
        .map((line) => `${name}| ${line}`),
    )
    .join('\n');
}
