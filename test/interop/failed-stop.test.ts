/** A mixed pair in which an agent on the systole node cannot stop what the Heartbeat is to take. */
import t from 'tap';
import { configFolder } from '../lab/cluster-files.js';
import { until } from '../lab/run.js';
import { systoleBin } from '../support/paths.js';
import { cellsNamed } from './cell.js';
import { addressOf, InteropPair } from './interop-pair.js';
import { allOn, home } from './member.js';
import { needHeartbeat } from './need.js';
import { settled } from './settle.js';

t.setTimeout(300_000);

const limitMs = 60_000;
/** Runs while its first file is there, and does not stop while its second one is. */
const agent = `#!/bin/sh
case $1 in
  start) touch /run/stubborn ;;
  stop) test -e /run/stubborn.keep && exit 1; rm -f /run/stubborn ;;
  status) test -e /run/stubborn && echo running || { echo stopped; exit 3; } ;;
esac
`;

t.test('the Heartbeat does not wait for what stays where it was', async (t) => {
  if (!(await needHeartbeat(t))) return;
  const [cell] = cellsNamed('systole+heartbeat/ucast/sha1/off');
  if (cell === undefined) throw new Error('no such cell');
  const pair = await InteropPair.create(cell);
  t.teardown(() => pair.close());
  for (const name of ['a', 'b'] as const) {
    const node = pair.lab.node(name);
    const haresources = node.readFile(`${configFolder}/haresources`).replace(/^a .*$/m, '$& stubborn');
    node.writeFile(`${configFolder}/resource.d/stubborn`, agent, 0o755);
    node.writeFile(`${configFolder}/haresources`, haresources);
  }
  const ping = await pair.ping();
  t.teardown(() => ping.stop());
  await Promise.all([pair.start('a'), pair.start('b')]);
  await settled(pair, ping, { owners: home, limitMs });
  const holding = async () => (await pair.lab.node('b').exec(['cl_status', 'rscstatus'])).stdout.trim();

  pair.lab.node('a').writeFile('/run/stubborn.keep', '');
  await pair.members.b.order('takeover', 'all');
  await until('b waits for a', async () => (await holding()) === 'transition', { limitMs, everyMs: 100 });
  await until('b is told', async () => (await holding()) === 'local', { limitMs, everyMs: 300 });
  t.equal(pair.ownersNow()?.a, 'a', 'what could not be stopped is where it was');

  await pair.lab.node('a').exec(['rm', '/run/stubborn.keep']);
  const group = `IPaddr2::${addressOf.a}/16/eth0`;
  await pair.lab.node('a').exec([systoleBin, 'resource', 'cleanup', group, '--no-wait']);
  await settled(pair, ping, { owners: allOn('b'), limitMs });
  t.pass('once it could be stopped, the Heartbeat took it');
});
