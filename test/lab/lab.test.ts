import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { createLab, type Lab } from './lab.js';
import { markedProcesses } from './namespace.js';
import { needLab } from './need.js';
import { startPinging } from './ping-client.js';
import { firstAnswers, longestGaps, oldAfterNew } from './ping-log.js';
import { must, until } from './run.js';

async function pair(t: Test): Promise<Lab> {
  const lab = await createLab({ nodes: ['a', 'b'], networks: ['eth0', 'eth1'] });
  t.teardown(() => lab.close());
  return lab;
}

const hears = async (lab: Lab, from: string, address: string) => {
  // /dev/udp is bash's own: no tool is needed to ask whether a port answers; a closed port refuses, silence times out.
  const knock = `exec 3<>/dev/tcp/${address}/9`;
  const { stderr } = await lab.node(from).exec(['timeout', '0.5', 'bash', '-c', knock]);
  return /refused/.test(stderr);
};

t.test('nodes reach one another on every network, and have their own files, names and TTL', async (t) => {
  if (!(await needLab(t))) return;
  const lab = await pair(t);
  t.ok(await hears(lab, 'a', '10.77.0.2'), 'eth0');
  t.ok(await hears(lab, 'b', '10.78.0.1'), 'eth1');
  lab.node('a').writeFile('/etc/ha.d/ha.cf', 'of a');
  t.equal((await lab.node('a').exec(['hostname'])).stdout, 'a\n');
  t.equal((await lab.node('b').exec(['ls', '/etc/ha.d'])).stdout, '', 'b does not see the file of a');
  t.equal((await lab.node('b').exec(['cat', '/proc/sys/net/ipv4/ip_default_ttl'])).stdout, '102\n');
});

t.test('a cut is silent, one-way loss is one-way, a pulled cable is seen', async (t) => {
  if (!(await needLab(t))) return;
  const lab = await pair(t);
  lab.cut('a', 'eth1');
  t.notOk(await hears(lab, 'a', '10.78.0.2'), 'cut');
  t.ok(await hears(lab, 'a', '10.77.0.2'), 'the other network goes on');
  t.match((await lab.node('a').exec(['ip', 'link', 'show', 'eth1'])).stdout, /LOWER_UP/, 'no sign at the interface');
  lab.heal('a', 'eth1');
  await until('healed', () => hears(lab, 'a', '10.78.0.2'), { limitMs: 5000 });

  const counter = async () =>
    Number((await lab.node('b').exec(['cat', '/sys/class/net/eth1/statistics/rx_packets'])).stdout);
  await lab.lose('b', 'eth1', 'from', 1);
  const before = await counter();
  t.notOk(await hears(lab, 'a', '10.78.0.2'), 'no answer comes');
  t.ok((await counter()) > before, 'but the question arrived');
  await lab.lose('b', 'eth1', 'from', 0);
  await until('healed', () => hears(lab, 'a', '10.78.0.2'), { limitMs: 5000 });

  await lab.carrier('a', 'eth1', false);
  t.match((await lab.node('a').exec(['ip', 'link', 'show', 'eth1'])).stdout, /NO-CARRIER/);
  await lab.carrier('a', 'eth1', true);
  await until('the carrier is back', () => hears(lab, 'a', '10.78.0.2'), { limitMs: 5000 });
});

t.test('a powered-off node is silent at once; its disk is there after the next boot', async (t) => {
  if (!(await needLab(t))) return;
  const lab = await pair(t);
  const a = lab.node('a');
  const ping = await startPinging(lab, { addresses: [a.address('eth0'), '10.77.0.2'] });
  await until('both answer', () => ping.owners[0] === a.ttl && ping.owners[1] === lab.node('b').ttl);
  a.writeFile('/etc/ha.d/kept', 'kept');
  a.writeFile('/run/gone', 'gone');
  const process = await a.spawn(['sleep', '1000']);
  const offNs = Number(a.powerOff());
  t.equal(await process.ended, null, 'its processes are killed');
  await until('the client notices', () => ping.owners[0] === 0);
  await a.boot();
  t.equal(a.readFile('/etc/ha.d/kept'), 'kept');
  t.throws(() => a.readFile('/run/gone'));
  await until('it answers again', () => ping.owners[0] === a.ttl);
  const log = await ping.stop();
  const gap = longestGaps(log)[0];
  // An answer that was under way at the power-off may be noticed by the pinging process a little later.
  t.ok((gap?.fromNs ?? 0) - offNs < 20e6, 'no answer after the power-off');
});

t.test('the client sees an address move, how long it was away and who answered', async (t) => {
  if (!(await needLab(t))) return;
  const lab = await pair(t);
  const [a, b] = [lab.node('a'), lab.node('b')];
  const addresses = Array.from({ length: 50 }, (_, index) => `10.77.100.${index + 1}`);
  const input = addresses.map((address) => `addr add ${address}/16 dev eth0\n`).join('');
  await must(a.namespace.enter(['ip', '-batch', '-']), { input });
  const ping = await startPinging(lab, { addresses, roundMs: 10 });
  await ping.answeredBy(a.ttl);
  const offNs = Number(a.powerOff());
  await must(b.namespace.enter(['ip', '-batch', '-']), { input });
  await lab.client.exec(['ip', 'neigh', 'flush', 'dev', 'eth0']);
  await ping.answeredBy(b.ttl);
  const log = await ping.stop();
  t.equal(oldAfterNew(log, { oldTtl: a.ttl, newTtl: b.ttl }), 0);
  const firsts = firstAnswers(log, b.ttl, offNs);
  t.notOk(firsts.includes(null), 'every address is answered by b');
  for (const [index, gap] of longestGaps(log).entries()) {
    if (gap?.before === a.ttl && gap.after === b.ttl && gap.toNs === firsts[index]) continue;
    t.fail(`the gap of ${addresses[index]} is not the one at the power-off: ${JSON.stringify(gap)}`);
  }
});

t.test('two labs at once do not meet, and nothing is left of either', async (t) => {
  if (!(await needLab(t))) return;
  const interfaces = () => readFileSync('/proc/net/dev', 'utf8').match(/^ *\S+:/gm);
  const mounts = () => readFileSync('/proc/self/mounts', 'utf8');
  const [linksBefore, mountsBefore] = [interfaces(), mounts()];
  const [one, two] = await Promise.all([pair(t), pair(t)]);
  one.node('b').powerOff();
  t.notOk(await hears(one, 'a', '10.77.0.2'));
  t.ok(await hears(two, 'a', '10.77.0.2'));
  t.not(one.leftovers().length, 0);
  await Promise.all([one.close(), two.close()]);
  t.same([...one.leftovers(), ...two.leftovers()], []);
  t.same(interfaces(), linksBefore);
  t.equal(mounts(), mountsBefore);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL', 'error'] as const) {
  t.test(`nothing is left when the process of a lab ends by ${signal}`, async (t) => {
    if (!(await needLab(t))) return;
    const program = fileURLToPath(new URL('lab-holder.js', import.meta.url));
    const child = spawn(process.execPath, [program, signal === 'error' ? 'throw' : 'wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const lab = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    if (signal !== 'error') {
      t.not(markedProcesses(lab).length, 0, 'the lab was there');
      child.kill(signal);
    }
    await ended;
    await until('nothing is left', () => markedProcesses(lab).length === 0);
    t.same(markedProcesses(lab), []);
  });
}
