import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { ScriptCall } from '../../../src/events.js';
import { createScriptRunner } from '../../../src/io/agents/script.js';
import { loadMemoryFiles } from '../../../src/io/kernel/memory-file.js';
import { createRcRunner } from '../../../src/io/scripts/runner.js';

async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`not in time: ${what}`);
    await sleep(10);
  }
}

const memoryFiles = loadMemoryFiles();

function setUp(
  t: Test,
  scripts: Readonly<Record<string, string>>,
  limits: { timeoutMs?: number; maxWaiting?: number } = {},
) {
  const dir = t.testdir(
    Object.fromEntries(Object.entries(scripts).map(([name, text]) => [name, `#!/bin/sh\n${text}\n`])),
  );
  for (const name of Object.keys(scripts)) chmodSync(`${dir}/${name}`, 0o755);
  const lines: string[] = [];
  const runner = createRcRunner({
    dir,
    environment: { PATH: '/usr/bin:/bin', HA_DIR: '/etc/ha.d', OUT: `${dir}/out` },
    scripts: createScriptRunner(() => memoryFiles),
    log: { log: (level, text) => lines.push(`${level}: ${text}`), close: async () => {} },
    ...limits,
  });
  t.teardown(() => runner.close());
  const out = () => (existsSync(`${dir}/out`) ? readFileSync(`${dir}/out`, 'utf8') : '');
  return { dir, runner, lines, out };
}

const call = (name: string, env: ScriptCall['env'] = {}): ScriptCall => ({ name, env, reason: 'b sent it' });

t.test('one after the other, with its type and variables; none of ours can be changed', async (t) => {
  const { dir, runner, lines, out } = setUp(t, {
    note: 'echo begin $1 $HA_src $HA_DIR >>$OUT; sleep 0.05; echo end >>$OUT',
  });
  for (const src of ['b', 'c', 'd']) runner.run(call('note', { HA_src: src, HA_DIR: '/tmp', PATH: '/tmp' }));
  await until('all three ran', () => out().split('end').length === 4);
  const once = (src: string) => `begin note ${src} /etc/ha.d\nend\n`;
  t.equal(out(), once('b') + once('c') + once('d'));
  t.equal(lines[0], `info: Running ${dir}/note note (b sent it)`);
});

t.test('a script that fails, hangs or is not there holds nobody up', async (t) => {
  const { runner, lines, out } = setUp(
    t,
    { bad: 'echo sorry; exit 4', slow: 'sleep 600', good: 'echo done >>$OUT' },
    { timeoutMs: 200 },
  );
  for (const name of ['bad', 'slow', 'gone', 'good']) runner.run(call(name));
  await until('the last one ran', () => out() === 'done\n');
  t.match(
    lines.filter((line) => line.startsWith('warn')),
    [
      /bad ended with exit code 4: sorry$/,
      /slow took longer than 0.2 s and was ended$/,
      /gone was not run: .*no such file/,
    ],
  );
});

t.test('too many are dropped and told', async (t) => {
  const { runner, lines, out } = setUp(t, { note: 'echo x >>$OUT; sleep 0.2' }, { maxWaiting: 2 });
  for (let i = 0; i < 5; i += 1) runner.run(call('note'));
  t.match(
    lines.filter((line) => line.startsWith('warn')),
    Array.from({ length: 2 }, () => /rc.d\/note is not run \(b sent it\): 2 scripts wait already$/),
  );
  await until('three ran', () => out() === 'x\nx\nx\n');
});
