import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ownNetwork, until } from './support/own-network.js';
import { projectRoot } from './support/paths.js';

/** A node with an address and nobody else to hear. Gives its directory. */
function place(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'systole-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  for (const sub of ['etc', 'state', 'run']) mkdirSync(join(dir, sub));
  const timing = ['keepalive 100ms', 'deadtime 1', 'initdead 1', 'realtime off'];
  const haCf = [...timing, 'auto_failback on', 'ucast lo 127.0.0.1', 'node a b', ''].join('\n');
  writeFileSync(join(dir, 'etc/ha.cf'), haCf);
  writeFileSync(join(dir, 'etc/authkeys'), 'auth 1\n1 sha1 secret\n', { mode: 0o600 });
  chmodSync(join(dir, 'etc/authkeys'), 0o600);
  writeFileSync(join(dir, 'etc/haresources'), 'a IPaddr2::10.9.0.50/32/lo\n');
  return dir;
}

/** The daemon in its directory, with what it says. */
function daemonIn(t: Test, dir: string) {
  const places = ['--config', join(dir, 'etc'), '--state', join(dir, 'state'), '--run', join(dir, 'run')];
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'dist/src/systole.js'), 'daemon', ...places, '--node', 'a'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  return { child, ended, said: () => said };
}

if (ownNetwork(t, import.meta.url)) {
  t.test('told to stop while it starts, it looks what a former life left up, stops that, and leaves', async (t) => {
    const dir = place(t);
    execFileSync('ip', ['addr', 'add', '10.9.0.50/32', 'dev', 'lo']);
    // Reading its generation from a pipe holds the start until something is written.
    const generation = join(dir, 'state/hb_generation');
    execFileSync('mkfifo', [generation]);
    const { child, ended, said } = daemonIn(t, dir);
    await until('the start', () => said().includes('Configuration validated'));
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    writeOnceRead(generation);
    t.equal(await ended, 0, 'it left in order');
    t.match(said(), 'Heartbeat shutdown complete.');
    t.notMatch(execFileSync('ip', ['addr', 'show', 'dev', 'lo'], { encoding: 'utf8' }), '10.9.0.50');
  });

  t.test('told to read its configuration again, it knows an agent that came since the start', async (t) => {
    const dir = place(t);
    const { child, said } = daemonIn(t, dir);
    await until('the start', () => said().includes('Local status now set to'));
    mkdirSync(join(dir, 'etc/resource.d'));
    writeFileSync(join(dir, 'etc/resource.d/web'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(dir, 'etc/haresources'), 'a IPaddr2::10.9.0.50/32/lo web\n');
    child.kill('SIGHUP');
    await until('the answer', () => /Config errors|takes effect at the next start/.test(said()));
    t.notMatch(said(), 'Config errors');
  });
}

/** Writes a number to a pipe as soon as somebody reads it. Opening it waits for that, so another process does it. */
function writeOnceRead(path: string): void {
  spawn('timeout', ['20', 'sh', '-c', `echo 5 > '${path}'`], { stdio: 'ignore' });
}
