import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { ClientConfig } from '../../../src/config/types.js';
import type { Launch } from '../../../src/io/clients/launch.js';
import type { ClientEnd } from '../../../src/io/clients/respawn-rule.js';
import { Supervisor, type SupervisorOptions } from '../../../src/io/clients/supervisor.js';
import { shortDir } from '../../support/short-dir.js';

const asRoot = process.getuid?.() === 0;
const own = asRoot ? 'root' : '';
const skip = asRoot ? false : 'needs root';

async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`not in time: ${what}`);
    await sleep(10);
  }
}

const client = (command: string, over: Partial<ClientConfig> = {}): ClientConfig => ({
  user: own,
  command,
  failfast: false,
  line: 1,
  ...over,
});

interface Watched {
  readonly supervisor: Supervisor;
  readonly lines: string[];
  readonly failfast: string[];
}

function watch(clients: readonly ClientConfig[], more: Partial<SupervisorOptions> = {}): Watched {
  const lines: string[] = [];
  const failfast: string[] = [];
  const supervisor = new Supervisor({
    clients,
    environment: { PATH: process.env.PATH ?? '', HA_CURHOST: 'a' },
    log: { log: (level, text) => lines.push(`${level}: ${text}`), close: async () => {} },
    onFailfast: (text) => failfast.push(text),
    ...more,
  });
  return { supervisor, lines, failfast };
}

const fileOf = (t: Test): string => `${t.testdir({})}/out`;
const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not written yet.
    return '';
  }
};

t.test('a program runs as its user, with his groups, and is started again', { skip }, async (t) => {
  // In /tmp, where that user gets to.
  const dir = shortDir(t);
  const path = `${dir}/out`;
  writeFileSync(path, '');
  chmodSync(dir, 0o755);
  chmodSync(path, 0o666);
  const user = /^(?!root:)([^:]+):[^:]*:\d+:/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1] ?? 'nobody';
  const { supervisor, lines } = watch([
    client(`id -un >>${path}; echo $HA_CURHOST $HOME >>${path}; exec sleep 60`, { user }),
  ]);
  supervisor.start();
  supervisor.start();
  await until('it says who it is', () => textOf(path).split('\n').length > 2);
  t.match(textOf(path), new RegExp(`^${user}\na /\\S*\n$`));
  const pid = Number(/pid (\d+)/.exec(lines.join('\n'))?.[1]);
  process.kill(pid, 'SIGKILL');
  await until('it is back', () => textOf(path).split('\n').length > 4);
  await supervisor.stop();
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  t.match(lines, [
    /^info: Starting child client "id -un .*" as /,
    /^info: Starting "id -un .*" as uid \d+ gid \d+ \(pid \d+\)$/,
    /^error: Client "id -un .*" \(pid=\d+\) killed by signal SIGKILL\.$/,
    /^info: Respawning client "id -un .*":$/,
    /^info: Starting "id -un/,
    /^info: killing client "id -un .*" process group \d+ with signal 15$/,
    /^info: Client "id -un .*" \(pid=\d+\) killed by signal SIGTERM\.$/,
  ]);
});

t.test('they end in reverse order; one that ignores SIGTERM is killed', { skip }, async (t) => {
  const path = fileOf(t);
  const says = (word: string) =>
    `trap 'echo ${word} >>${path}; exit 0' TERM; echo up >>${path}; while :; do sleep 0.05; done`;
  const deaf = `trap '' TERM; echo up >>${path}; while :; do sleep 0.05; done`;
  const { supervisor, lines } = watch(
    [says('first'), deaf, says('last')].map((command) => client(command)),
    {
      graceMs: 300,
    },
  );
  supervisor.start();
  await until('all are up', () => textOf(path) === 'up\nup\nup\n');
  await supervisor.stop();
  t.equal(textOf(path), 'up\nup\nup\nlast\nfirst\n');
  t.match(lines.join('\n'), /killed by signal SIGKILL/);
});

/** Of these processes, which run. */
const running = (pids: readonly number[]): number[] =>
  pids.filter((pid) => {
    const stat = textOf(`/proc/${pid}/stat`);
    // An orphan may stay a zombie where init does not reap.
    return stat !== '' && !/\) [ZX] /.test(stat);
  });

t.test('what a list leaves behind goes before it is started again, and at the end', { skip }, async (t) => {
  const path = fileOf(t);
  const pids = (): number[] => textOf(path).split('\n').filter(Boolean).map(Number);
  const { supervisor, lines } = watch([client(`sleep 300 & echo $! >>${path}; sleep 0.05; exit 1`)], { pauseMs: 10 });
  supervisor.start();
  await until('the third life', () => pids().length >= 3);
  const before = pids();
  t.same(running(before.slice(0, -1)), [], 'the lives before left nothing');
  await supervisor.stop();
  t.same(running(pids()), []);
  const lived = lines.length;
  await sleep(100);
  t.equal(lines.length, lived, 'and it is not started again');
});

t.test('what a failfast program leaves behind goes, too', { skip }, async (t) => {
  const path = fileOf(t);
  const { supervisor, failfast } = watch(
    [
      client(`(trap '' TERM; echo up; while :; do sleep 0.05; done) >>${path} & echo $! >${path}.pid; exit 1`, {
        failfast: true,
      }),
    ],
    { graceMs: 100 },
  );
  supervisor.start();
  await until('it failed', () => failfast.length > 0);
  await supervisor.stop();
  t.same(running([Number(textOf(`${path}.pid`))]), []);
});

/** Programs that end at once, one way after the other; the last way for ever. */
function ending(...ends: readonly ClientEnd[]): Launch {
  let life = 0;
  return async () => ({
    pid: 1,
    user: { uid: 0, gid: 0, home: '/' },
    ended: Promise.resolve(ends[Math.min(life++, ends.length - 1)] as ClientEnd),
    stop: async () => {},
  });
}

t.test('exit code 100 ends it', async (t) => {
  const { supervisor, lines, failfast } = watch([client('/x', { failfast: true })], {
    launch: ending({ end: 'exited', exitCode: 100 }),
  });
  supervisor.start();
  await until('it is over', () => lines.length > 2);
  t.equal(lines[2], 'info: Client "/x" exited with return code 100.');
  t.same(failfast, []);
  t.same(supervisor.problems(), []);
});

t.test('a failfast program that fails is told once and not started again', async (t) => {
  for (const [end, text] of [
    [{ end: 'exited', exitCode: 3 }, 'Client "/x" exited with return code 3.'],
    [{ end: 'killed', signal: 'SIGSEGV' }, 'Client "/x" (pid=1) killed by signal SIGSEGV.'],
  ] as const) {
    const { supervisor, failfast, lines } = watch([client('/x', { failfast: true })], { launch: ending(end) });
    supervisor.start();
    await until('it failed', () => failfast.length > 0);
    t.same(failfast, [`${text} It is a failfast client: this node leaves the cluster.`]);
    t.notMatch(lines.join('\n'), /Respawning/);
  }
});

t.test('what cannot be started says why and is given up in the end', async (t) => {
  const { supervisor, lines } = watch([client('/x')], { launch: async () => 'there is no user x', pauseMs: 1 });
  supervisor.start();
  await until('it is given up', () => supervisor.problems().length > 0);
  t.equal(lines.filter((line) => line.includes('could not be started: there is no user x.')).length, 11);
  t.equal(lines.at(-1), 'error: Client "/x" respawning too fast');
  t.same(supervisor.problems(), ['the program /x ended again and again, and is not started any more']);
  await supervisor.stop();
});

t.test('an unknown user is told', async (t) => {
  const { supervisor, lines } = watch([client('/bin/true', { user: 'no-such-user' })]);
  supervisor.start();
  await until('it is told', () =>
    lines.some((line) => /could not be started: there is no user no-such-user/.test(line)),
  );
  await supervisor.stop();
  t.pass('and stopping what never ran is no trouble');
});
