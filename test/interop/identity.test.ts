/** One node changes from Heartbeat to systole and back, beside a Heartbeat that runs all the time: to that it stays the same node. */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { addressLine, configFolder, defaultKey, logFile } from '../lab/cluster-files.js';
import { heartbeatPackages, heartbeatProgram, startHeartbeat } from '../lab/heartbeat.js';
import { createLab } from '../lab/lab.js';
import type { LabNode } from '../lab/node.js';
import { must, until } from '../lab/run.js';
import { needHeartbeat } from './need.js';

const systole = fileURLToPath(new URL('../../src/systole.js', import.meta.url));

const haCf = `logfile ${logFile}
keepalive 200ms
deadtime 2
initdead 8
bcast eth0
bcast eth1
auto_failback off
node a b
`;

async function said(node: LabNode, ...argv: string[]): Promise<string> {
  return (await node.exec(argv)).stdout.trim();
}

/** The two files of a directory, the uuid in hexadecimal. */
async function identity(node: LabNode, dir: string): Promise<{ uuid: string; generation: number }> {
  const uuid = await said(node, 'od', '-An', '-tx1', `${dir}/hb_uuid`);
  return { uuid: uuid.replace(/\s/g, ''), generation: Number(await said(node, 'cat', `${dir}/hb_generation`)) };
}

const [theirs, ours] = ['/var/lib/heartbeat', '/var/lib/systole'];

t.test('there and back again beside a Heartbeat', { timeout: 240_000 }, async (t) => {
  if (!(await needHeartbeat(t))) return;
  const packages = await heartbeatPackages();
  if ('missing' in packages) throw new Error(packages.missing);
  const lab = await createLab({ nodes: ['a', 'b'], networks: ['eth0', 'eth1'], packages: [packages.folder] });
  t.teardown(() => lab.close());
  const [a, b] = [lab.node('a'), lab.node('b')];
  for (const node of [a, b]) {
    node.writeFile(`${configFolder}/ha.cf`, haCf);
    node.writeFile(`${configFolder}/authkeys`, `auth 1\n1 ${defaultKey}\n`, 0o600);
    node.writeFile(`${configFolder}/haresources`, addressLine('b', ['10.77.100.1'], 'eth0'));
    await startHeartbeat(node);
  }
  const seenByB = (word: string) =>
    until(`b sees a ${word}`, async () => (await said(b, 'cl_status', 'nodestatus', 'a')) === word, {
      limitMs: 60_000,
      everyMs: 300,
    });
  await seenByB('active');

  const early = await a.exec([systole, 'import']);
  t.equal(early.code, 1);
  t.match(early.stderr, /^systole: refused: Heartbeat runs \(process \d+\): stop it first/);
  await must(a.namespace.enter([heartbeatProgram, '-k']), { timeoutMs: 60_000 });
  const before = await identity(a, theirs);
  t.match(await said(a, systole, 'import', '--dry-run'), /^nothing is changed/);
  t.match(await said(a, systole, 'import'), `generation ${before.generation} is taken over: the next start uses`);
  t.same(await identity(a, ours), before);
  await seenByB('dead');

  const daemon = await a.spawn([systole, 'daemon']);
  await seenByB('active');
  const { nodes } = JSON.parse(await said(a, systole, 'status', '--json'));
  t.equal(nodes[0].uuid.replaceAll('-', ''), before.uuid);
  t.ok(nodes[0].generation > before.generation, `${nodes[0].generation} after ${before.generation}`);
  const asked = await b.exec(['cl_status', 'clientstatus', 'a', 'ipfail']);
  t.match(asked, { code: 1, stdout: 'offline\n', stderr: '' }, 'and it says which clients it has: none');
  t.match((await a.exec([systole, 'export'])).stderr, /^systole: refused: a systole daemon \(process \d+\) uses/);
  daemon.signal('SIGTERM');
  await daemon.ended;
  t.match(await said(a, systole, 'export'), /^generation \d+ is taken over, instead of \d+/);
  const after = await identity(a, theirs);
  t.equal(after.uuid, before.uuid);
  t.ok(after.generation >= nodes[0].generation);
  t.equal(await said(a, 'stat', '-c', '%a', `${theirs}/hb_generation`), '644');
  await seenByB('dead');

  await startHeartbeat(a);
  await seenByB('active');
  t.ok((await identity(a, theirs)).generation > after.generation);
  const log = b.readFile(logFile);
  t.match(log, /Heartbeat restart on node a/);
  t.notMatch(log, /changed its uuid|uuid changed|replay|bad node|should_drop_message/);
  t.match(await said(b, 'cl_status', 'rscstatus'), /local|all/);
});
