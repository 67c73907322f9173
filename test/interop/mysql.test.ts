/** The agent mysql with a real MariaDB on a shared disk: what was acknowledged is never lost, and never do two servers run. */
import t from 'tap';
import { databasePackages, runDatabase } from '../lab/database-run.js';
import { needLab } from '../lab/need.js';

t.setTimeout(300_000);

t.test('a power-off and a move, while rows are written', async (t) => {
  if (!(await needLab(t))) return;
  const packages = await databasePackages();
  if ('missing' in packages) {
    if (process.env.CI === 'true') t.fail(packages.missing);
    else t.pass('no MariaDB on this machine', { skip: packages.missing });
    return;
  }
  const { acknowledged, lost, outages, twoServers, looks } = await runDatabase(packages.folders, ['power-off', 'move']);
  t.comment(
    `${acknowledged} rows; without an answer: ${outages.map(({ cause, ms }) => `${cause} ${ms.toFixed(0)} ms`).join(', ')}`,
  );
  t.same(lost, [], 'not one acknowledged row is lost');
  t.equal(twoServers, 0, 'never two servers');
  t.ok(looks > 20 && acknowledged >= 200, 'and it was looked at');
});
