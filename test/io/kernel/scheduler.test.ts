import { execFileSync } from 'node:child_process';
import t from 'tap';

const module = new URL('../../../src/io/kernel/scheduler.js', import.meta.url).href;

/** What an expression of the module gives in a process of its own. */
function inChild(expression: string): unknown {
  const code = `import * as s from '${module}'; import { execFileSync } from 'node:child_process'; import { readFileSync } from 'node:fs';
    console.log(JSON.stringify(await (${expression})))`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
}

/** Field 41 of /proc/PID/stat (the 39th after the name) is the scheduling policy: 2 is round-robin. */
const policy = `.split(') ')[1].split(' ')[38]`;

t.test('real-time priority spares the children', async (t) => {
  if (process.getuid?.() !== 0 && process.env.CI !== 'true') return t.pass('not run', { skip: 'needs root' });
  const [done, own, child] = inChild(
    `[s.becomeRealtime(), readFileSync('/proc/self/stat', 'utf8')${policy}, execFileSync('cat', ['/proc/self/stat'], { encoding: 'utf8' })${policy}]`,
  ) as unknown[];
  t.same([done, own, child], [{ ok: true }, '2', '0']);
});

t.test('a program is started with the priority of its parent, and has none itself', async (t) => {
  if (process.getuid?.() !== 0 && process.env.CI !== 'true') return t.pass('not run', { skip: 'needs root' });
  const start = `s.createPromptStart()({ path: '/bin/cat', args: ['/proc/self/stat'] }, ({ path, args }) => [path, execFileSync(path, args, { encoding: 'utf8' })${policy}])`;
  t.same(inChild(start), ['/bin/cat', '0'], 'an ordinary parent');
  const [, [path, child], own, plain] = inChild(
    `[s.becomeRealtime(), ${start}, readFileSync('/proc/self/stat', 'utf8')${policy}, execFileSync('cat', ['/proc/self/stat'], { encoding: 'utf8' })${policy}]`,
  ) as [unknown, string[], string, string];
  t.same([path, child, own], ['/usr/bin/chrt', '0', '2']);
  t.equal(plain, '0', 'and other children are spared as before');
});

t.test('a refusal says why', async (t) => {
  t.match(inChild('s.becomeRealtime(1000)'), {
    ok: false,
    reason: /^cannot get real-time priority: invalid argument \(EINVAL\)$/,
  });
});
