import t from 'tap';
import { type Ended, fakeDaemon, runCommand } from '../../support/fake-daemon.js';
import { golden } from '../../support/golden.js';
import { shortDir } from '../../support/short-dir.js';
import { aGroup, aNode, aStatus } from '../../support/status.js';

const status = aStatus({
  nodes: [
    aNode('a', { local: true }),
    aNode('b', { state: 'dead', links: [{ name: 'eth0', medium: 'ucast', state: 'dead' }] }),
  ],
  pingNodes: [
    { name: '10.0.0.254', state: 'up' },
    { name: '10.0.0.253', state: 'dead' },
  ],
  groups: [aGroup('mine'), aGroup('theirs', { preferred: 'b' })],
});

const questions: readonly string[] = [
  'hbstatus',
  'hbstatus -m',
  'hbstatus -v',
  'hbstatus -v -m',
  'listnodes',
  'listnodes -n',
  'listnodes -p',
  'listnodes -m',
  'listnodes -v',
  'listnodes -nv',
  'listnodes -np',
  'listnodes -v -m',
  'nodestatus a',
  'nodestatus A',
  'nodestatus b',
  'nodestatus 10.0.0.254',
  'nodestatus 10.0.0.253',
  'nodestatus a -m',
  'nodestatus -m b',
  'nodestatus carl',
  'nodestatus',
  'nodetype a',
  'nodetype 10.0.0.253',
  'nodetype a -m',
  'nodetype carl',
  'nodetype',
  'nodetype B -m',
  'nodeweight a',
  'nodeweight a -m',
  'nodeweight carl',
  'nodesite a',
  'nodesite a -m',
  'listhblinks a',
  'listhblinks a -v',
  'listhblinks b -m -v',
  'listhblinks carl',
  'listhblinks',
  'hblinkstatus a eth0',
  'hblinkstatus b eth0',
  'hblinkstatus a eth1 -m',
  'hblinkstatus a eth7',
  'hblinkstatus a',
  'clientstatus a ipfail',
  'clientstatus a ipfail 500',
  'clientstatus a ipfail -m',
  'clientstatus b ipfail',
  'clientstatus carl ipfail',
  'clientstatus a',
  'rscstatus',
  'rscstatus -m',
  'hbparameter -p deadtime',
  'hbparameter -p keepalive -m',
  'parameter -p deadtime',
  'hbparameter -p nonsense',
  'hbparameter -pdeadtime',
  'hbparameter -p',
  'hbparameter',
  'hbstatus -x',
  'nonsense',
  'nodestatus a -x',
];

const transcript = (question: string, { code, err, out }: Ended): string =>
  `$ cl_status ${question}\n${out}${err.replace(/^(?=.)/gm, '(stderr) ')}exit ${code}\n\n`;

t.test('every question, with its answer and exit code', async (t) => {
  const daemon = await fakeDaemon(t, status);
  let text = '';
  for (const question of questions) {
    const ended = await runCommand('cl_status', question.split(' '), { SYSTOLE_RUN: daemon.runDir });
    text += transcript(question, ended);
  }
  t.equal(text, golden('cli/cl_status.txt', text));
});

t.test('without a daemon', async (t) => {
  const environment = { SYSTOLE_RUN: shortDir(t) };
  const ask = (...args: string[]): Promise<Ended> => runCommand('cl_status', args, environment);
  t.same(await ask('hbstatus'), { code: 1, out: 'Heartbeat is stopped on this machine.\n', err: '' });
  const verbose = await ask('hbstatus', '-v');
  t.match(verbose.out, /^Heartbeat is stopped on this machine\.\n\(cannot reach the daemon: .*\)\n$/);
  t.same(await ask('nodestatus', 'a'), {
    code: 1,
    out: '',
    err: "ERROR: Cannot signon with heartbeat\nERROR: REASON: hb_api_signon: Can't initiate connection to heartbeat\n",
  });
});

t.test('without arguments it tells its usage and is content', async (t) => {
  const ended = await runCommand('cl_status', []);
  t.equal(ended.code, 0);
  t.match(ended.out, /^usage: cl_status SUBCOMMAND/);
});
