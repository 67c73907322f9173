/** `npm run bench -- mysql`: a database on a shared disk through power-offs and moves; rows lost, servers at once, outages. */
import { type Cause, type DatabaseRun, databasePackages, runDatabase } from '../test/lab/database-run.js';
import { missingForLab } from '../test/lab/lab.js';
import type { MysqlOptions } from './options.js';
import { writeResults } from './results.js';
import { summarise } from './stats.js';
import { ms, table } from './table.js';

/** Gives the exit code: 0 when nothing was lost and never two servers ran. */
export async function benchMysql({ runs }: MysqlOptions): Promise<number> {
  const missing = await missingForLab();
  const packages = missing === null ? await databasePackages() : { missing };
  if ('missing' in packages) {
    process.stderr.write(`bench: ${packages.missing}\n`);
    return 1;
  }
  const causes = Array.from({ length: runs }, (): Cause[] => ['power-off', 'move']).flat();
  const run = await runDatabase(packages.folders, causes);
  process.stdout.write(`${report(run)}\n\nwritten to ${writeResults('mysql', run)}\n`);
  return run.lost.length === 0 && run.twoServers === 0 ? 0 : 1;
}

function report({ acknowledged, lost, outages, twoServers, looks }: DatabaseRun): string {
  const rows = (['power-off', 'move'] as const).map((cause) => {
    const { count, median, min, max } = summarise(outages.filter((one) => one.cause === cause).map((one) => one.ms));
    return [cause, String(count), ms(median), ms(min), ms(max)];
  });
  return [
    `${acknowledged} rows acknowledged, ${lost.length} of them lost; two servers at once in ${twoServers} of ${looks} looks.`,
    'The longest time without an acknowledgement around each event, in ms:',
    table(['event', 'runs', 'median', 'min', 'max'], rows),
  ].join('\n');
}
