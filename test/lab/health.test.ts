/** Real scripts say how well a node is: a client is answered by the healthy one. */
import { rmSync } from 'node:fs';
import t, { type Test } from 'tap';
import { configFolder } from './cluster-files.js';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { startPinging } from './ping-client.js';

const address = '10.77.100.1';
const timing = { keepaliveMs: 200, deadtimeMs: 3000 };
const flag = '/var/ill';

interface Wishes {
  readonly weight: string;
  readonly timeout: string;
  /** What the script does while the file is there. */
  readonly ill: string;
}

/** A pair that runs, with a check that is good as long as the file is not there. */
async function started(t: Test, { weight, timeout, ill }: Wishes): Promise<Pair> {
  const pair = await createPair({ timing, addresses: [address] });
  t.teardown(() => pair.close());
  const keys = ['command = /var/check', 'interval = 500ms', `timeout = ${timeout}`, 'fall = 2', `weight = ${weight}`];
  for (const node of pair.nodes) {
    node.writeFile('/var/check', `#!/bin/sh\ntest ! -e ${flag} && exit 0\n${ill}\nexit 1\n`, 0o755);
    node.writeFile(`${configFolder}/resources.ini`, `[health files]\n${keys.join('\n')}\n`);
  }
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  return pair;
}

const heal = (pair: Pair, name: 'a' | 'b') => rmSync(pair[name].namespace.path(flag));

t.test('a check fails: the group moves, and returns when it is well', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await started(t, { weight: '10', timeout: '10', ill: `cat ${flag}` });
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);
  pair.a.writeFile(flag, 'the disk is full\n');
  await ping.answeredBy(pair.b.ttl);
  await pair.settled('b');
  const { problems, nodes } = await pair.status('a');
  t.same(problems, ['check files failed on a (its health is -10): exit code 1: the disk is full']);
  t.match(nodes, [{ health: { score: -10, failed: ['files'] } }, { health: { score: 0 } }]);
  const text = (await pair.systole('b', 'status')).stdout;
  t.match(text, /check files failed on a \(its health is -10\): systole status there says why/);
  t.match(text, /a +active +heard .*, health -10/);

  heal(pair, 'a');
  await ping.answeredBy(pair.a.ttl);
  await pair.settled('a');

  // The cause is the same everywhere now: nothing moves.
  for (const node of pair.nodes) node.writeFile(flag, 'the disk is full\n');
  await pair.statusUntil('a', 'both fail', (status) => status.nodes.every(({ health }) => health?.score === -10));
  t.match((await pair.status('a')).groups, [{ owner: 'a', state: 'started' }]);
  for (const name of ['b', 'a'] as const) heal(pair, name);
  await pair.statusUntil('a', 'all is well', (status) => status.problems.length === 0);
  const { ttl } = await ping.stop();
  t.same(
    ttl.filter((one, index) => one !== ttl[index - 1]),
    [pair.a.ttl, pair.b.ttl, pair.a.ttl],
    'there and back, once',
  );
});

t.test('a check that hangs fails, and a node that can hold nothing holds nothing', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await started(t, { weight: 'never', timeout: '2', ill: 'sleep 600' });
  pair.a.writeFile(flag, '');
  await pair.settled('b');
  t.match((await pair.status('a')).problems, ['check files failed on a (it can hold nothing): took longer than 2 s']);
  pair.b.writeFile(flag, '');
  await pair.statusUntil('b', 'it runs nowhere', ({ groups }) => groups[0]?.owner === null);
  t.match((await pair.status('b')).groups[0]?.reason, /check files failed on a; check files failed on b/);
  t.match((await pair.systole('b', 'status')).stdout, /CAN HOLD NOTHING/);
  heal(pair, 'b');
  await pair.settled('b');
});
