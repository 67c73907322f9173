/** How commands end whose reader goes, or does not read. */
import { spawn } from 'node:child_process';
import t from 'tap';
import { fakeDaemon } from '../support/fake-daemon.js';
import { projectRoot, systoleBin } from '../support/paths.js';
import { aGroup, aStatus } from '../support/status.js';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function shell(command: string): Promise<Ended> {
  const child = spawn('bash', ['-c', `set -o pipefail; ${command}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const addresses = Array.from({ length: 20_000 }, (_, i) => ({
  ...{ name: `IPaddr2::10.${i}`, agent: 'IPaddr2', class: 'builtin' as const, state: 'started' as const, failures: 0 },
}));
const groups = [aGroup('x', { resources: addresses })];
const systole = (verb: string, runDir: string) => `"${process.execPath}" "${systoleBin}" ${verb} --run "${runDir}"`;

t.test('a reader that goes early changes nothing about the exit code, and nothing is said of it', async (t) => {
  const daemon = await fakeDaemon(t, aStatus({ groups }));
  const well = await shell(`${systole('status', daemon.runDir)} | head -1`);
  t.match(well, { code: 0, err: '' });
  t.match(well.out, /^[^\n]+\n$/);
  daemon.status = aStatus({ groups: [...groups, aGroup('y', { owner: null, state: 'stopped' })] });
  t.match(await shell(`${systole('status', daemon.runDir)} | head -1`), { code: 1, err: '' });
  t.match(await shell(`${systole('status --json', daemon.runDir)} | head -c 1`), { code: 1, out: '{', err: '' });
  t.match(await shell(`${systole('status', daemon.runDir)} 2>&1 | true`), { code: 1, out: '', err: '' });
});

t.test('what would go on for ever ends with its reader', async (t) => {
  const daemon = await fakeDaemon(t, aStatus());
  t.match(await shell(`${systole('status --watch --json', daemon.runDir)} | head -1`), { code: 0, err: '' });
});

t.test('a reader that never reads is not waited for without end', async (t) => {
  const script = `
    const { exitWith } = await import('${projectRoot}dist/src/cli/exit.js');
    const { print } = await import('${projectRoot}dist/src/cli/terminal.js');
    await exitWith(async () => { for (let i = 0; i < 20_000; i++) print('x'.repeat(100)); return 0; }, 600);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  t.equal(code, 1);
  t.equal(err, 'systole: nobody has read what this command says for 0 min: given up\n');
});

t.test('one that reads slowly is', async (t) => {
  const script = `
    const { exitWith } = await import('${projectRoot}dist/src/cli/exit.js');
    const { print } = await import('${projectRoot}dist/src/cli/terminal.js');
    await exitWith(async () => { for (let i = 0; i < 20_000; i++) print('x'.repeat(99)); return 0; }, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let bytes = 0;
  child.stdout.on('data', (chunk) => {
    bytes += chunk.length;
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 5);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.same({ code, bytes }, { code: 0, bytes: 2_000_000 });
});
