/** The daemon is killed and started again by its supervisor (this test): what it held goes on. */
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { startPinging } from './ping-client.js';
import { longestGaps } from './ping-log.js';
import { until } from './run.js';
import { Service } from './service-agent.js';

/** A daemon takes about a second to come up on a busy machine. */
const timing = { keepaliveMs: 100, deadtimeMs: 8000 };
const address = '10.77.100.1';
const group = `IPaddr2::${address}/16/eth0`;
const intervalMs = 500;

interface Scene {
  readonly pair: Pair;
  readonly service: Service;
}

/** An address and a service on a, the daemons `deadtimeMs` patient. */
async function started(t: Test, { deadtimeMs = timing.deadtimeMs, shared = true } = {}): Promise<Scene> {
  const pair = await createPair({
    timing: { ...timing, deadtimeMs },
    addresses: [],
    haresources: `a ${group} Service\n`,
    failback: false,
  });
  const service = new Service(pair.lab, ['a', 'b'], { shared });
  t.teardown(async () => {
    await pair.close();
    service.close();
  });
  for (const node of pair.nodes)
    node.writeFile('/etc/ha.d/resources.ini', `[Service]\nmonitor-interval = ${intervalMs}ms\n`);
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  await until('it is looked at', () => service.looksSinceStart('a') > 1);
  return { pair, service };
}

async function killDaemon(pair: Pair, name: string): Promise<void> {
  pair.daemon(name).signal('SIGKILL');
  await pair.daemon(name).ended;
}

t.test('killed and started at once: nothing restarts, no answer is missed, monitors go on', async (t) => {
  if (!(await needLab(t))) return;
  const { pair, service } = await started(t);
  const pid = await service.pid('a');
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.a.ttl);
  const since = Date.now();
  await killDaemon(pair, 'a');
  await pair.start('a');
  await pair.settled('a');
  t.equal(await service.pid('a'), pid, 'the same process');
  t.same([service.count('a', 'start', since), service.count('a', 'stop', since)], [0, 0]);
  const log = await ping.stop();
  const gapMs = longestGaps(log)[0]?.ms ?? Number.POSITIVE_INFINITY;
  t.comment(`longest silence for a client: ${gapMs.toFixed(0)} ms (the client itself: ${log.worstLatenessMs} ms late)`);
  t.ok(gapMs < 200 + log.worstLatenessMs, 'the client noticed nothing');
  t.ok(log.ttl.every((ttl) => ttl === pair.a.ttl));
  t.match(pair.daemon('a').lines.join('\n'), /runs here and goes on \(the daemon before this one started it\)/);

  await service.kill('a');
  await until('the monitor of the new daemon has it started again', async () => {
    const now = await service.pid('a');
    return now !== null && now !== pid;
  });
  t.equal(service.count('b', 'start'), 0);
  t.notOk(service.ranTwice());
});

t.test('the service died with the daemon: it is up again', async (t) => {
  if (!(await needLab(t))) return;
  const { pair, service } = await started(t);
  await killDaemon(pair, 'a');
  await service.kill('a');
  await pair.start('a');
  await pair.settled('a');
  await until('it runs', async () => (await service.pid('a')) !== null);
  t.notOk(service.ranTwice(), service.whoRanTwice());
});

const framesProgram = fileURLToPath(new URL('frames-process.js', import.meta.url));

/** Listens at the client; gives a count of the announcements of the address that a sent. */
async function listen(pair: Pair): Promise<() => number> {
  const capture = await pair.lab.client.spawn([process.execPath, framesProgram, 'eth0']);
  await until('the capture listens', () => capture.lines.includes('listening'));
  const hex = (mac: string) => mac.replaceAll(':', '');
  const mac = hex(pair.a.cables.find(({ network }) => network === 'eth0')?.mac ?? '');
  const ip = Buffer.from(address.split('.').map(Number)).toString('hex');
  // Sender and target are the same address.
  const announcement = new RegExp(`^ffffffffffff${mac}0806.{16}${mac}${ip}.{12}${ip}`);
  return () => capture.lines.filter((line) => announcement.test(line)).length;
}

t.test('the address is announced again by the new daemon', async (t) => {
  if (!(await needLab(t))) return;
  const { pair } = await started(t);
  await killDaemon(pair, 'a');
  const count = await listen(pair);
  await pair.start('a');
  await pair.settled('a');
  await until('it is announced', () => count() > 0);
  t.pass('announced');
});

t.test('killed, and started again when the other node has taken over: it yields at once, without a word', async (t) => {
  if (!(await needLab(t))) return;
  // Nobody guards a daemon yet: what it held goes on beside the new owner until it is back.
  const { pair, service } = await started(t, { deadtimeMs: 1000, shared: false });
  await killDaemon(pair, 'a');
  await pair.statusUntil('b', 'b has it', ({ groups: [one] }) => one?.owner === 'b' && one.state === 'started');
  const since = Date.now();
  const count = await listen(pair);
  await pair.start('a');
  await until('the service of a is stopped', async () => (await service.pid('a')) === null);
  await pair.settled('b');
  t.equal(service.count('a', 'start', since), 0);
  const { stdout } = await pair.a.exec(['ip', '-4', '-o', 'addr', 'show', 'eth0']);
  t.notMatch(stdout, `${address}/`, 'a has the address no more');
  const ping = await startPinging(pair.lab, { addresses: [address] });
  await ping.answeredBy(pair.b.ttl);
  await ping.stop();
  t.equal(count(), 0, 'a never told the neighbours that it has it');
});

for (const [what, off, on] of [
  ['unmanaged', ['resource', 'unmanage', group], ['resource', 'manage', group]],
  ['in maintenance', ['maintenance', 'on'], ['maintenance', 'off']],
] as const) {
  t.test(`${what}: nothing is touched, whatever becomes of daemon and service`, async (t) => {
    if (!(await needLab(t))) return;
    const { pair, service } = await started(t);
    t.equal((await pair.systole('b', ...off)).code, 0);
    const since = Date.now();
    await service.kill('a');
    await pair.statusUntil('a', 'the failure is told', ({ groups: [one] }) => one?.resources[1]?.failures === 1);
    await killDaemon(pair, 'a');
    await pair.start('a');
    await pair.statusUntil('a', 'it is back', ({ groups: [one], view }) => {
      return view.agreed && one?.state === 'unmanaged' && one.owner === 'a';
    });
    t.same([service.count('a', 'start', since), service.count('a', 'stop', since)], [0, 0]);
    const { stdout } = await pair.a.exec(['ip', '-4', '-o', 'addr', 'show', 'eth0']);
    t.match(stdout, `${address}/`, 'the address is there');
    t.equal(service.count('b', 'start'), 0, 'b leaves it alone');
    t.equal((await pair.systole('b', ...on)).code, 0);
    await until('it is mended', async () => (await service.pid('a')) !== null);
    await pair.settled('a');
    t.equal(service.count('b', 'start'), 0);
  });
}
