import t from 'tap';
import { usageLines, verbs } from '../../src/cli/verbs.js';
import { version } from '../../src/version.js';
import { runCommand } from '../support/fake-daemon.js';
import { golden } from '../support/golden.js';
import { shortDir } from '../support/short-dir.js';

t.test('help and version', async (t) => {
  const help = await runCommand('systole', ['--help']);
  t.match(help, { code: 0, err: /^$/ });
  t.equal(help.out, golden('cli/help.txt', help.out));
  t.same(await runCommand('systole', ['--version']), { code: 0, out: `${version}\n`, err: '' });
  const none = await runCommand('systole', []);
  t.match(none, { code: 2, out: /^$/, err: help.out });
  const verb = await runCommand('systole', ['status', '--help']);
  t.match(verb, { code: 0, out: /^usage: systole status \[--json\] \[--watch\]\n/ });
});

t.test('the table knows every verb of the interface', async (t) => {
  const words =
    'daemon check status node resource standby takeover plan simulate why history decode release import export maintenance';
  t.same(Object.keys(verbs).sort(), words.split(' ').sort());
  t.ok(usageLines().every((line) => line.length <= 100));
});

t.test('wrong usage is exit code 2, one line, and the usage', async (t) => {
  const wrong: [string[], RegExp][] = [
    [['statsu'], /^systole: unknown verb "statsu"; did you mean status\?\n$/],
    [['move', 'vip', 'b'], /^systole: unknown verb "move"; did you mean resource move\?\n$/],
    [['xyzzy'], /^systole: unknown verb "xyzzy"; systole --help names them\n$/],
    [['toString'], /^systole: unknown verb "toString"/],
    [['status', '--jsn'], /^systole: unknown option --jsn; did you mean --json\?\nusage: systole status/],
    [['status', '--run'], /^systole: option --run needs a value\n/],
    [['status', '--run='], /^systole: option --run needs a value\n/],
    [['status', '--json=1'], /^systole: option --json takes no value\n/],
    [['status', '-x'], /^systole: unknown option -x\n/],
    [['status', 'now'], /^systole: "now" is one word too many\n/],
    [['node'], /^systole: node needs to be told what: standby, online, list, add or forget\n/],
    [['node', 'standbye'], /^systole: node does not know "standbye"; did you mean standby\?\n/],
    [['node', 'standby'], /^systole: NODE is missing\nusage: systole node standby NODE\n/],
    [['resource'], /^systole: resource needs to be told what/],
    [['resource', 'move', 'g'], /^systole: NODE is missing\n/],
    [
      ['resource', 'move', 'g', 'a', '--timeout', 'soon'],
      /^systole: --timeout takes seconds, up to a day, not "soon"\n/,
    ],
    [['standby', 'everything'], /^systole: there is no set "everything" of resources; there are: all, local,/],
    [['standby', 'all', 'local'], /^systole: "local" is one word too many/],
  ];
  for (const [args, err] of wrong)
    t.match(await runCommand('systole', args), { code: 2, out: /^$/, err }, args.join(' '));
});

t.test('what is not built yet says so', async (t) => {
  const words = [['plan'], ['simulate', 'x'], ['why', 'g'], ['history'], ['node', 'fence', 'b']];
  for (const args of words) {
    const { code, err, out } = await runCommand('systole', args);
    t.match({ code, err, out }, { code: 2, out: /^$/, err: /^systole: "[a-z ]+" is not built yet\n$/ }, args.join(' '));
  }
});

t.test('the environment stands for the common options, which come first', async (t) => {
  const [one, two] = [shortDir(t), shortDir(t)];
  const byVariable = await runCommand('systole', ['status'], { SYSTOLE_RUN: one });
  t.match(byVariable, { code: 3, err: new RegExp(`no socket ${one}/control.sock`) });
  const byOption = await runCommand('systole', ['status', '--run', two], { SYSTOLE_RUN: one });
  t.match(byOption, { code: 3, err: new RegExp(`no socket ${two}/control.sock`) });
});

t.test('check reads the directory it is told', async (t) => {
  const dir = t.testdir({});
  t.match(await runCommand('systole', ['check', '--config', dir, '--node', 'a']), { code: 1 });
});
