/** The two cl_status side by side: Heartbeat's asks a pair of Heartbeats, ours a pair of systoles that has the same files and the same history. */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { addressLine, configFolder, defaultKey } from '../lab/cluster-files.js';
import { heartbeatPackages, heartbeatProgram, startHeartbeat } from '../lab/heartbeat.js';
import { createLab, type Lab } from '../lab/lab.js';
import { must, until } from '../lab/run.js';
import { needHeartbeat } from './need.js';

const networks = ['eth0', 'eth1'];
const bin = (name: string): string => fileURLToPath(new URL(`../../src/${name}.js`, import.meta.url));

/** Two nodes with broadcast on both networks: a Heartbeat that hears itself finds its own links up, as we do. */
const haCf = `logfile /var/log/ha-log
keepalive 200ms
deadtime 2
warntime 900ms
initdead 8
bcast eth0
bcast eth1
auto_failback off
node a b
ping 10.77.0.99
`;

/** One pair, and how it is asked. */
interface Side {
  readonly lab: Lab;
  readonly clStatus: string;
  readonly start: (name: string) => Promise<unknown>;
  readonly stop: (name: string) => Promise<unknown>;
}

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function writeFiles(lab: Lab): Promise<void> {
  for (const name of ['a', 'b']) {
    const node = lab.node(name);
    node.writeFile(`${configFolder}/ha.cf`, haCf);
    node.writeFile(`${configFolder}/authkeys`, `auth 1\n1 ${defaultKey}\n`, 0o600);
    const groups = addressLine('a', ['10.77.100.1'], 'eth0') + addressLine('b', ['10.77.100.2'], 'eth0');
    node.writeFile(`${configFolder}/haresources`, groups);
  }
}

/** Everything that a difference in words may stand in, and that is no difference in meaning. */
function comparable({ code, out, err }: Said): Said {
  return {
    code,
    out: out.replace(/(version:?\s).*/i, '$1N'),
    err: err
      .replace(/^.*cl_status: \[\d+\]: /gm, '')
      .replace(/^ERROR: Error: getopt returned.*\n/gm, '')
      .replace(/^\(.*\)$/gm, '(reason)'),
  };
}

async function ask({ lab, clStatus }: Side, name: string, question: string): Promise<Said> {
  const args = question === '' ? [] : question.split(' ');
  const { code, stdout, stderr } = await lab.node(name).exec([clStatus, ...args]);
  return { code, out: stdout, err: stderr };
}

const parameters =
  'keepalive deadtime warntime initdead deadping udpport baud auto_failback autojoin cluster compression ' +
  'compression_threshold conn_logd_time coredumps debugfile enable_config_writes hbgenmethod hopfudge log_badpack logfacility logfile ' +
  'max_rexmit_delay memreserve msgfmt node realtime record_config_changes syslogmsgfmt traditional_compression uuidfrom nonsense';

const questions = [
  ...['hbstatus', 'hbstatus -m', 'hbstatus -v', 'hbstatus -v -m', 'hbstatus -x', 'hbstatus more'],
  ...['listnodes', 'listnodes -n', 'listnodes -p', 'listnodes -m', 'listnodes -v', 'listnodes -vm', 'listnodes -np'],
  ...['nodestatus a', 'nodestatus b', 'nodestatus B -m', 'nodestatus zz', 'nodestatus', 'nodestatus -x b'],
  ...['nodetype b', 'nodetype b -m', 'nodetype zz', 'nodetype', 'nodeweight b', 'nodeweight b -m', 'nodeweight zz'],
  ...['nodeweight', 'nodesite b', 'nodesite b -m', 'nodesite zz', 'nodesite'],
  ...['listhblinks a', 'listhblinks b -v', 'listhblinks b -m', 'listhblinks b -mv', 'listhblinks zz', 'listhblinks'],
  ...['hblinkstatus b eth0', 'hblinkstatus b eth1 -m', 'hblinkstatus b eth9', 'hblinkstatus zz eth0', 'hblinkstatus b'],
  ...['nodestatus 10.77.0.99', 'nodestatus 10.77.0.99 -m', 'nodetype 10.77.0.99', 'nodeweight 10.77.0.99'],
  ...['listhblinks 10.77.0.99 -v', 'hblinkstatus 10.77.0.99 10.77.0.99'],
  ...['clientstatus a nobody', 'clientstatus a nobody -m', 'clientstatus zz nobody', 'clientstatus b', 'clientstatus'],
  ...['rscstatus', 'rscstatus -m', 'rscstatus -v', 'hbparameter', 'hbparameter -p', 'nonsense'],
  'hbparameter -p keepalive -m',
  ...parameters.split(' ').map((name) => `hbparameter -p ${name}`),
];

async function until2(sides: readonly Side[], what: string, words: Readonly<Record<string, string>>): Promise<void> {
  for (const side of sides) {
    for (const [asked, word] of Object.entries(words)) {
      const [name = '', question = ''] = asked.split(': ');
      const settled = async () => (await ask(side, name, question)).out.trim() === word;
      await until(`${what}: ${asked} is ${word}`, settled, { limitMs: 60_000, everyMs: 300 });
    }
  }
}

t.test('cl_status answers as Heartbeat’s does', { timeout: 240_000 }, async (t) => {
  if (!(await needHeartbeat(t))) return;
  const packages = await heartbeatPackages();
  if ('missing' in packages) throw new Error(packages.missing);
  const labs = await Promise.all([
    createLab({ nodes: ['a', 'b'], networks, packages: [packages.folder] }),
    createLab({ nodes: ['a', 'b'], networks }),
  ]);
  t.teardown(() => Promise.all(labs.map((lab) => lab.close())));
  for (const lab of labs) await writeFiles(lab);
  const [theirs, ours] = labs;
  const sides: readonly [Side, Side] = [
    {
      lab: theirs,
      clStatus: 'cl_status',
      start: (name) => startHeartbeat(theirs.node(name)),
      stop: (name) => must(theirs.node(name).namespace.enter([heartbeatProgram, '-k']), { timeoutMs: 60_000 }),
    },
    {
      lab: ours,
      clStatus: bin('cl_status'),
      start: (name) => ours.node(name).spawn([bin('systole'), 'daemon']),
      stop: (name) => ours.node(name).exec(['sh', '-c', 'kill $(cut -d" " -f1 /var/lib/systole/daemon.pid)']),
    },
  ];
  const compare = async (situation: string, names: readonly string[], wanted: readonly string[]) => {
    await t.test(situation, async (t) => {
      for (const name of names) {
        for (const question of wanted) {
          const [real, own] = await Promise.all(sides.map(async (side) => comparable(await ask(side, name, question))));
          t.same(own, real, `${name}: cl_status ${question}`);
        }
      }
    });
  };

  await compare('stopped', ['a'], ['hbstatus', 'hbstatus -m', 'nodestatus a', 'rscstatus', 'hbparameter', 'nonsense']);
  for (const side of sides) for (const name of ['a', 'b']) await side.start(name);
  await until2(sides, 'both up', { 'a: rscstatus': 'local', 'b: rscstatus': 'local' });
  await compare('both hold their own', ['a'], questions);
  for (const side of sides) await side.stop('b');
  await until2(sides, 'b stopped', {
    'a: nodestatus b': 'dead',
    'a: rscstatus': 'all',
    'a: hblinkstatus b eth0': 'dead',
  });
  const afterwards = questions.filter((question) => !/parameter|nonsense|zz/.test(question));
  await compare('the other has left', ['a'], afterwards);
  for (const side of sides) await side.start('b');
  await until2(sides, 'b is back', { 'a: rscstatus': 'all', 'b: rscstatus': 'none', 'b: nodestatus b': 'active' });
  await compare('everything is on one, no failback', ['a', 'b'], ['rscstatus', 'rscstatus -m', 'listnodes -v']);
});
