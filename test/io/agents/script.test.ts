import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createScriptRunner, type ScriptEnd } from '../../../src/io/agents/script.js';
import { loadMemoryFiles } from '../../../src/io/kernel/memory-file.js';

const files = loadMemoryFiles();
const runner = createScriptRunner(() => files);

interface Run {
  readonly script: string;
  readonly args?: readonly string[];
  readonly timeoutMs?: number;
  readonly environment?: Record<string, string>;
}

/** Writes a script, runs it, and gives how it ended. */
function run(t: Test, options: Run): { dir: string; end: Promise<ScriptEnd> } {
  const dir = t.testdir({ script: options.script });
  chmodSync(`${dir}/script`, 0o755);
  const end = runner.run({
    path: `${dir}/script`,
    args: options.args ?? [],
    environment: { PATH: '/usr/bin:/bin', DIR: dir, ...options.environment },
    timeoutMs: options.timeoutMs ?? 30_000,
  });
  return { dir, end };
}

const alive = (pid: number): boolean => {
  try {
    // A zombie is gone for our purposes: nobody may have reaped it yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<boolean> {
  const limit = performance.now() + 10_000;
  while (!condition() && performance.now() < limit) await sleep(10);
  return condition();
}

const pidIn = (path: string): number => Number(readFileSync(path, 'utf8').trim());

t.test('a script does not inherit what the out-of-memory killer thinks of the daemon', async (t) => {
  const own = '/proc/self/oom_score_adj';
  const before = readFileSync(own, 'utf8');
  // Protecting takes privileges that not every root has; offering takes none.
  writeFileSync(own, '300');
  t.teardown(() => writeFileSync(own, before));
  const { end } = run(t, { script: `#!/bin/sh\ncat ${own}\n` });
  t.same(await end, { end: 'exited', exitCode: 0, output: '0\n' });
  t.equal(readFileSync(own, 'utf8'), '300\n', 'the daemon keeps it');
});

t.test('a script gets its arguments, its environment and nothing else', async (t) => {
  const script = '#!/bin/sh\necho "$# $1|$2 $3"\npwd\nenv\ncat\nexit 5\n';
  const { end } = run(t, { script, args: ['10.0.0.1/24', 'two words', 'start'], environment: { HA_CURHOST: 'a' } });
  const ended = await end;
  t.match(ended, { end: 'exited', exitCode: 5 });
  const output = 'output' in ended ? ended.output : '';
  t.match(output, /^3 10\.0\.0\.1\/24\|two words start\n\/\n/);
  t.match(output, 'HA_CURHOST=a');
  t.notMatch(output, /^HOME=/m);
});

t.test('standard error is caught with standard output, in order', async (t) => {
  const { end } = run(t, { script: '#!/bin/sh\necho one; echo two >&2; echo three\n' });
  t.match(await end, { end: 'exited', exitCode: 0, output: 'one\ntwo\nthree\n' });
});

t.test('a megabyte of output is no trouble, and its end is kept', async (t) => {
  const { end } = run(t, {
    script: '#!/bin/sh\nhead -c 1048576 /dev/zero | tr "\\0" x\necho\necho the end\n',
  });
  const ended = await end;
  t.match(ended, { end: 'exited', exitCode: 0 });
  t.match('output' in ended && ended.output, /x\nthe end\n$/);
  t.ok('output' in ended && ended.output.length <= 65_536);
});

t.test('endless output takes no more memory than allowed', async (t) => {
  const { end } = run(t, { script: '#!/bin/sh\nyes 2>/dev/null\nexit 0\n' });
  t.match(await end, { end: 'exited', exitCode: 0 }, 'the writes fail, and yes ends');
});

t.test('a daemon that a script leaves behind is not waited for, and lives on', async (t) => {
  const { dir, end } = run(t, { script: '#!/bin/sh\nsleep 60 & echo $! >$DIR/pid\necho started\n' });
  t.match(await end, { end: 'exited', exitCode: 0, output: 'started\n' });
  const pid = pidIn(`${dir}/pid`);
  t.ok(alive(pid));
  process.kill(pid, 'SIGKILL');
});

t.test('a hanging script is ended with all its children', async (t) => {
  const { dir, end } = run(t, {
    script: '#!/bin/sh\necho working\nsleep 60 & echo $! >$DIR/child\nwait\n',
    timeoutMs: 1000,
  });
  t.match(await end, { end: 'timedOut', output: 'working\n', allGone: true });
  t.ok(await until(() => !alive(pidIn(`${dir}/child`))));
});

t.test('a script that ignores SIGTERM is killed', async (t) => {
  const { dir, end } = run(t, {
    script: '#!/bin/sh\ntrap "" TERM\necho $$ >$DIR/pid\nwhile :; do sleep 1; done\n',
    timeoutMs: 1000,
  });
  const began = performance.now();
  t.match(await end, { end: 'timedOut', allGone: true });
  t.ok(performance.now() - began >= 2500, 'after its grace');
  t.ok(await until(() => !alive(pidIn(`${dir}/pid`))));
});

t.test('a script may tidy up on SIGTERM', async (t) => {
  const { dir, end } = run(t, {
    script: '#!/bin/sh\ntrap "echo tidy >$DIR/tidy; exit 0" TERM\necho $$ >$DIR/pid\nsleep 60 & wait\n',
    timeoutMs: 1000,
  });
  t.match(await end, { end: 'timedOut' }, 'and has timed out all the same');
  t.ok(existsSync(`${dir}/tidy`));
});

t.test('a script that is killed says by what', async (t) => {
  const { end } = run(t, { script: '#!/bin/sh\necho last words\nkill -9 $$\n' });
  t.same(await end, { end: 'killed', signal: 'SIGKILL', output: 'last words\n' });
});

t.test('what cannot be run gives a sentence', async (t) => {
  const dir = t.testdir({ plain: '#!/bin/sh\n', lost: '#!/no/such/shell\n', directory: {} });
  chmodSync(`${dir}/plain`, 0o644);
  chmodSync(`${dir}/lost`, 0o755);
  const call = { args: ['start'], environment: {}, timeoutMs: 5000 };
  for (const [name, text] of [
    ['plain', /^cannot run .*plain: permission denied \(is it executable\?\)$/],
    ['missing', /^cannot run .*missing: there is no such file/],
    ['lost', /^cannot run .*lost: there is no such file, or its interpreter/],
    ['directory', /^cannot run .*directory: permission denied/],
  ] as const) {
    t.match(await runner.run({ ...call, path: `${dir}/${name}` }), { end: 'notRun', text }, name);
  }
  t.match(await runner.run({ ...call, path: '/bin/true', args: ['a\0b'] }), { end: 'notRun', text: /^cannot run/ });
});

t.test('no descriptor is left open', async (t) => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  const path = `${t.testdir({ script: '#!/bin/sh\nexit 0\n' })}/script`;
  chmodSync(path, 0o755);
  writeFileSync(path, '#!/bin/sh\nexit 0\n');
  for (let count = 0; count < 100; count += 1) {
    await runner.run({ path, args: [], environment: {}, timeoutMs: 10_000 });
  }
  t.ok(open() <= before + 10);
});

t.test('a script that cannot be run is told apart from one that fails, with real-time priority too', async (t) => {
  if (process.getuid?.() !== 0 && process.env.CI !== 'true') return t.pass('not run', { skip: 'needs root' });
  const module = (path: string) => new URL(`../../../src/io/${path}.js`, import.meta.url).href;
  const dir = t.testdir({ good: '#!/bin/sh\necho done; exit 127\n', strange: '#!/no/such/shell\n', plain: '' });
  for (const name of ['good', 'strange']) chmodSync(`${dir}/${name}`, 0o755);
  const code = `import { becomeRealtime } from '${module('kernel/scheduler')}';
    import { createScriptRunner } from '${module('agents/script')}';
    import { loadMemoryFiles } from '${module('kernel/memory-file')}';
    becomeRealtime();
    const runner = createScriptRunner(loadMemoryFiles);
    const run = (name) => runner.run({ path: '${dir}/' + name, args: [], environment: {}, timeoutMs: 10000 });
    console.log(JSON.stringify(await Promise.all(['good', 'strange', 'plain', 'missing'].map(run))));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  t.match(JSON.parse(text), [
    { end: 'exited', exitCode: 127, output: 'done\n' },
    { end: 'notRun', text: /there is no such file, or its interpreter/ },
    { end: 'notRun', text: /permission denied/ },
    { end: 'notRun', text: /there is no such file/ },
  ]);
});
