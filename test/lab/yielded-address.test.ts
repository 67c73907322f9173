/** A client believes the node that has just given an address up to another, which kept it and says nothing. */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createLab, type Lab } from './lab.js';
import { needLab } from './need.js';
import { startPinging } from './ping-client.js';
import { must, until } from './run.js';

const [ipv4, ipv6] = ['10.77.100.1', 'fd77::100'];

const program = (name: string) => [process.execPath, fileURLToPath(new URL(name, import.meta.url))];

/** The hardware address that the client has in its cache. */
async function believed(lab: Lab, address: string): Promise<string | undefined> {
  const { stdout } = await lab.client.exec(['ip', 'neigh', 'show', address]);
  return /lladdr (\S+)/.exec(stdout)?.[1];
}

function macOf(lab: Lab, name: string): string {
  const mac = lab.node(name).cables.find(({ network }) => network === 'eth0')?.mac;
  if (mac === undefined) throw new Error(`${name} has no eth0`);
  return mac;
}

t.test('it finds the other when the one that gave it up tells it', async (t) => {
  if (!(await needLab(t))) return;
  const lab = await createLab({ nodes: ['a', 'b'], networks: ['eth0'] });
  t.teardown(() => lab.close());
  const [macA, macB] = [macOf(lab, 'a'), macOf(lab, 'b')];
  const b = lab.node('b');
  await must(lab.client.namespace.enter(['ip', 'addr', 'add', 'fd77::99/64', 'dev', 'eth0', 'nodad']));
  // What the client asks for, so that it has something to believe.
  const ask = (address: string) => lab.client.exec(['timeout', '0.5', 'bash', '-c', `exec 3<>/dev/tcp/${address}/9`]);

  const a = await lab.node('a').spawn([...program('yielding-process.js'), `${ipv4}/16/eth0`, `${ipv6}/64/eth0`]);
  const said = (line: string | RegExp) =>
    until(`a says ${line}`, () => a.lines.some((one) => one.match(line) !== null));
  await said(/^start: succeeded succeeded$/);
  const ping = await startPinging(lab, { addresses: [ipv4] });
  await ping.answeredBy(lab.node('a').ttl);
  await ask(ipv6);
  t.same([await believed(lab, ipv4), await believed(lab, ipv6)], [macA, macA], 'the client believes a');

  // As after a partition: b has the same addresses, without a word.
  await must(b.namespace.enter(['ip', 'addr', 'add', `${ipv4}/16`, 'dev', 'eth0']));
  await must(b.namespace.enter(['ip', 'addr', 'add', `${ipv6}/64`, 'dev', 'eth0', 'nodad']));
  const frames = await lab.client.spawn([...program('frames-process.js'), 'eth0']);
  await until('the capture listens', () => frames.lines.includes('listening'));
  a.signal('SIGHUP');
  await said(/^stop: succeeded succeeded$/);
  await ping.answeredBy(0);
  t.same([await believed(lab, ipv4), await believed(lab, ipv6)], [macA, macA], 'it goes on believing a, and is alone');

  a.signal('SIGUSR2');
  await ping.answeredBy(b.ttl);
  await until('the cache of IPv6', async () => (await believed(lab, ipv6)) === macB);
  t.same([await believed(lab, ipv4), await believed(lab, ipv6)], [macB, macB], 'now it believes b');
  const hex = (mac: string) => mac.replaceAll(':', '');
  const address = Buffer.from(ipv4.split('.').map(Number)).toString('hex');
  const head = `ffffffffffff${hex(macA)}0806000108000604`;
  const reply = `${head}0002${hex(macB)}${address}${hex(macB)}${address}`;
  const request = `${head}0001${hex(macB)}${address}000000000000${address}`;
  for (const [form, frame] of Object.entries({ request, reply })) {
    await until(`two frames of the ${form}`, () => frames.lines.filter((line) => line === frame).length === 2);
    t.pass(`the ${form} came twice: from a, with the hardware address of b`);
  }
  await ping.stop();
});
