import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { processesWith } from '../lab/namespace.js';
import { needLab } from '../lab/need.js';
import { until } from '../lab/run.js';
import { projectRoot } from '../support/paths.js';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly left: readonly string[];
}

/** Runs the demo as a terminal does, in a process group of its own; `interruptAt` presses Ctrl-C when that was printed. */
async function runDemo(t: Test, interruptAt?: RegExp): Promise<Ended> {
  const mark = `DEMO_TEST=${process.pid}-${t.counts.total}-${Date.now()}`;
  const [name = '', value = ''] = mark.split('=');
  const child = spawn(process.execPath, [`${projectRoot}dist/bench/demo.js`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, [name]: value },
  });
  t.teardown(() => child.kill('SIGKILL'));
  let [output, isInterrupted] = ['', false];
  const take = (data: Buffer) => {
    output += String(data);
    if (interruptAt === undefined || isInterrupted || !interruptAt.test(output)) return;
    isInterrupted = true;
    process.kill(-(child.pid ?? 0), 'SIGINT');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise<number | null>((resolve) => child.on('close', (status) => resolve(status)));
  await until('its last process is reaped', () => processesWith(mark).length === 0, { limitMs: 2000 }).catch(() => {
    // What is left is the test's finding, below.
  });
  return { code, output, left: processesWith(mark) };
}

const hostState = () => [
  readFileSync('/proc/net/dev', 'utf8').match(/^ *\S+:/gm),
  readFileSync('/proc/self/mounts', 'utf8'),
];

t.test('the demo shows a failover, measures it, and leaves nothing behind', async (t) => {
  if (!(await needLab(t))) return;
  const before = hostState();
  const { code, output, left } = await runDemo(t);
  t.equal(code, 0) || t.comment(output);
  t.match(output, /OUTAGE: \d+ ms/);
  t.match(output, /node a: is dead/i, 'what the survivor saw');
  t.match(output, /a sees: a active, b active/, 'the node came back');
  t.same(left, []);
  t.same(hostState(), before, 'interfaces and mounts of the host are as before');
});

for (const [moment, pattern] of [
  ['while the daemons start', /starting systole/],
  ['after the power-off', /POWER OFF/],
] as const) {
  t.test(`Ctrl-C ${moment} cleans up`, async (t) => {
    if (!(await needLab(t))) return;
    const before = hostState();
    const { code, output, left } = await runDemo(t, pattern);
    t.equal(code, 130) || t.comment(output);
    t.same(left, []);
    t.same(hostState(), before);
  });
}
