/** The agent mysql with two real replicas of each other: a node whose replica is behind serves no stale read on the service address. */
import t from 'tap';
import { databasePackages } from '../lab/database-run.js';
import { createLab } from '../lab/lab.js';
import { makeDatabase, prepareMariadb, sql } from '../lab/mariadb.js';
import { needLab } from '../lab/need.js';
import type { LabNode } from '../lab/node.js';
import { must, until } from '../lab/run.js';
import { startReading } from '../lab/sql-reader.js';
import { projectRoot } from '../support/paths.js';

t.setTimeout(300_000);

const service = '10.77.100.1';
const datadir = '/var/lib/mysql';
const agent = `${projectRoot}resource.d/mysql`;
const delayS = 6;

async function call(node: LabNode, verb: string, ...words: string[]): Promise<string> {
  const argv = [agent, 'replication=yes', `ip=${service}`, ...words, verb];
  const { code, stderr } = await node.exec(argv, { timeoutMs: 120_000 });
  return `${code} ${stderr}`.trim();
}

async function prepare(node: LabNode, number: number): Promise<void> {
  const more = [`server-id = ${number}`, 'log-bin = bin', 'bind-address = *'];
  await prepareMariadb(node, { datadir, more });
  await makeDatabase(node, { datadir });
  // The server as the service manager would start it: in shared storage's mode the agent does just that.
  await must(node.namespace.enter([agent, 'start']), { timeoutMs: 120_000 });
  await sql(node, "SET sql_log_bin=0; CREATE USER copier@'%'; GRANT ALL ON *.* TO copier@'%';");
}

const follow = (node: LabNode, source: LabNode): Promise<string> =>
  sql(
    node,
    `RESET MASTER; CHANGE MASTER TO MASTER_HOST='${source.address('eth0')}', MASTER_USER='copier', MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=4;`,
  );

t.test('the service address opens when the replica has caught up, and not before', async (t) => {
  if (!(await needLab(t))) return;
  const packages = await databasePackages();
  if ('missing' in packages) {
    if (process.env.CI === 'true') t.fail(packages.missing);
    else t.pass('no MariaDB on this machine', { skip: packages.missing });
    return;
  }
  const lab = await createLab({ nodes: ['a', 'b'], networks: ['eth0'], packages: packages.folders });
  t.teardown(() => lab.close());
  const [a, b] = [lab.node('a'), lab.node('b')];
  await Promise.all([prepare(a, 1), prepare(b, 2)]);
  await Promise.all([follow(a, b), follow(b, a)]);
  await Promise.all([a, b].map((node) => sql(node, 'START SLAVE;')));
  t.equal(await call(a, 'start'), '0', 'a serves');
  t.equal(await call(a, 'monitor'), '0');
  t.match(await call(b, 'monitor'), /^7/, 'b does not, though its server runs');
  await sql(a, 'CREATE DATABASE proof; CREATE TABLE proof.state (n INT); INSERT INTO proof.state VALUES (1);');
  await until('b has it', async () => (await sql(b, 'SELECT n FROM proof.state').catch(() => '')) === '1\n');

  t.comment(`b is made ${delayS} s late, then a writes the newest value and hands over`);
  await sql(b, `STOP SLAVE; CHANGE MASTER TO master_delay=${delayS}; START SLAVE;`);
  await sql(a, 'UPDATE proof.state SET n = 2;');
  t.equal(await call(a, 'stop'), '0');
  // The address is there from the beginning, so that only the blocked port keeps clients away.
  await must(b.namespace.enter(['ip', 'addr', 'add', `${service}/16`, 'dev', 'eth0']));
  const stale = await sql(b, 'SELECT n FROM proof.state');
  const beganMs = performance.now();
  const starting = call(b, 'start');
  await until(
    'the port is blocked',
    async () => (await b.exec(['nft', 'list', 'tables'])).stdout.includes('systole_mysql_3306'),
    { everyMs: 5 },
  );
  const reader = startReading(lab, {
    packages: packages.folders[0],
    address: service,
    user: 'copier',
    query: 'SELECT n FROM proof.state',
  });
  t.equal(await starting, '0');
  const tookMs = performance.now() - beganMs;
  await until('a client reads', () => reader.values.length > 0);
  await reader.stop();
  t.equal(stale, '1\n', 'b was behind when it began');
  t.comment(
    `the start took ${tookMs.toFixed(0)} ms; ${reader.refused()} reads were refused, ${reader.values.length} answered`,
  );
  t.ok(reader.refused() > 0, 'clients were kept away');
  t.same([...new Set(reader.values)], ['2'], 'and no answer was stale');
  t.equal(await call(b, 'monitor'), '0');
  t.match(await call(a, 'monitor'), /^7/);

  t.comment('a replica that is stopped never catches up');
  t.equal(await call(b, 'stop'), '0');
  await sql(b, 'STOP SLAVE SQL_THREAD;');
  t.match(await call(b, 'start'), /^1 ERROR: .*executes nothing.*stays blocked/);
  t.match(await call(b, 'start', 'catch_up_late=open'), /^0 WARNING: .*let in all the same/);
});
