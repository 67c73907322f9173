/** Heartbeat's own acceptance test against systole: what it complains about is what docs/basic-sanity-check.md says, no more and no less. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { heartbeatPackages } from '../lab/heartbeat.js';
import { projectRoot } from '../support/paths.js';
import { complaintsIn, runBasicSanityCheck } from './basic-sanity-check.js';
import { needHeartbeat } from './need.js';

t.setTimeout(600_000);

interface Row {
  readonly says: string;
  readonly heartbeat: string;
  readonly systole: string;
}

/** The rows of the page's table. */
function readTable(): Row[] {
  const text = readFileSync(`${projectRoot}docs/basic-sanity-check.md`, 'utf8');
  return [...text.matchAll(/^\|[^|]*\|[^|]*\| `(.+)` \| ([^|]*) \| ([^|]*) \|$/gm)].map(
    ([, says = '', heartbeat = '', systole = '']) => ({ says, heartbeat, systole }),
  );
}

t.test('the page has a verdict for every line', async (t) => {
  const rows = readTable();
  t.ok(rows.length > 30);
  for (const { says, systole } of rows) t.match(systole, /^(passes|not yet|does not apply|other)$/, says);
});

t.test('complaints are told from progress', async (t) => {
  const output = [
    'Using interface: eth0',
    'Starting heartbeat',
    '',
    'ERROR: Did not find [1:2] occurances of x in /tmp/lha-dir-31-1/log Fri Nov 20 17:47:58 UTC 2026',
    'ERROR: Found 0 instead.',
    'Nov 20 17:30:22 a heartbeat: [217]: ERROR: something',
    'ERROR: Did not find [1:2] occurances of x in /tmp/lha-dir-31-1/log Fri Nov 20 17:47:58 UTC 2026',
    '2 errors. Log file is stored in /tmp/linux-ha.testlog',
  ];
  t.same(complaintsIn(output.join('\n')), ['ERROR: Did not find [1:2] occurances of x', 'heartbeat: ERROR: something']);
});

t.test('systole does what the page says', async (t) => {
  if (!(await needHeartbeat(t))) return;
  const packages = await heartbeatPackages();
  if ('missing' in packages) throw new Error(packages.missing);
  const { complaints, errors, output, log } = await runBasicSanityCheck('systole', packages.folder);
  const rows = readTable();
  const unknown = complaints.filter((line) => !rows.some(({ says }) => says === line));
  t.same(unknown, [], 'nothing that the page does not know');
  for (const { says, systole } of rows) {
    if (systole === 'other') continue;
    const isSaid = complaints.includes(says);
    t.equal(isSaid, systole !== 'passes', `${systole}: ${says}`);
  }
  t.type(errors, 'number', 'it came to its end');
  t.match(log, /Rereading authentication file/, 'changed keys are reread');
  t.match(log, /a Heartbeat shutdown complete\./);
  if (!t.passing()) t.comment(`${output}\n${log}`);
});
