import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { fakeDaemon, runCommand } from '../support/fake-daemon.js';
import { shortDir } from '../support/short-dir.js';
import { aStatus } from '../support/status.js';

/** A configuration directory with three agents of which `bad` cannot stop; each writes what it does to `trace`. */
function configuration(t: { teardown: (work: () => void) => void }, haresources: string): string {
  const dir = shortDir(t);
  writeFileSync(
    `${dir}/ha.cf`,
    'keepalive 1\ndeadtime 10\nucast lo 127.0.0.1\nnode a b\nauto_failback on\nlogfile /dev/null\n',
  );
  writeFileSync(`${dir}/authkeys`, 'auth 1\n1 sha1 secret\n', { mode: 0o600 });
  writeFileSync(`${dir}/haresources`, haresources);
  mkdirSync(`${dir}/resource.d`);
  for (const name of ['good', 'better', 'bad']) {
    const exit = name === 'bad' ? 'echo busy; exit 1' : 'exit 0';
    writeFileSync(`${dir}/resource.d/${name}`, `#!/bin/sh\necho ${name} $* >>${dir}/trace\n${exit}\n`);
    chmodSync(`${dir}/resource.d/${name}`, 0o755);
  }
  return dir;
}

const trace = (dir: string): string[] => readFileSync(`${dir}/trace`, 'utf8').trim().split('\n');

t.test('everything is stopped, right to left', async (t) => {
  const dir = configuration(t, 'a good::1 better\nb good::2\n');
  const ended = await runCommand('systole', ['release', '--config', dir, '--node', 'a', '--run', dir]);
  t.match(ended, { code: 0, err: /^$/ });
  t.same(ended.out.trim().split('\n').sort(), ['better: stopped', 'good::1: stopped', 'good::2: stopped']);
  const done = trace(dir);
  t.same([...done].sort(), ['better stop', 'good 1 stop', 'good 2 stop']);
  t.ok(done.indexOf('better stop') < done.indexOf('good 1 stop'));
});

t.test('what cannot be stopped is told, and the rest is stopped all the same', async (t) => {
  const dir = configuration(t, 'a good bad better\n');
  const ended = await runCommand('systole', ['release', '--config', dir, '--node', 'a', '--run', dir]);
  t.same(ended, {
    code: 1,
    out: 'better: stopped\ngood: stopped\n',
    err: 'systole: bad: NOT stopped: stop ended with exit code 1 (generic error): busy\nsystole: 1 resource could not be stopped\n',
  });
  t.same(trace(dir), ['better stop', 'bad stop', 'good stop']);
});

t.test('errors of ha.cf and authkeys are no obstacle', async (t) => {
  const dir = configuration(t, 'a good better\n');
  writeFileSync(`${dir}/ha.cf`, 'keepalvie 1\nucast gone0 127.0.0.1\nnode a b\nauto_failback on\nlogfile /dev/null\n');
  rmSync(`${dir}/authkeys`);
  const ended = await runCommand('systole', ['release', '--config', dir, '--node', 'a', '--run', dir]);
  t.match(ended, { code: 0, out: 'better: stopped\ngood: stopped\n' });
  t.match(ended.err, /unknown directive "keepalvie".*\n(.*\n)*systole: going on all the same/);
});

t.test('an error of haresources releases nothing', async (t) => {
  const dir = configuration(t, 'a good nosuch\n');
  const ended = await runCommand('systole', ['release', '--config', dir, '--node', 'a', '--run', dir]);
  t.match(ended, { code: 1, out: /^$/ });
});

t.test('a daemon that runs is warned of, and no obstacle', async (t) => {
  const dir = configuration(t, 'a good\n');
  const daemon = await fakeDaemon(t, aStatus());
  const ended = await runCommand('systole', ['release', '--config', dir, '--node', 'a', '--run', daemon.runDir]);
  t.match(ended, { code: 0, out: 'good: stopped\n', err: /^systole: warning: a daemon runs here/ });
});

t.test('a configuration that cannot be read releases nothing', async (t) => {
  const dir = shortDir(t);
  const ended = await runCommand('systole', ['release', '--config', dir, '--node', 'a', '--run', dir]);
  t.match(ended, { code: 1, out: /^$/ });
  t.match(ended.err, /cannot be read: nothing is released\n$/);
});
