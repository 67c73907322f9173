import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { LoggingConfig } from '../../src/config/types.js';
import { createLogger } from '../../src/io/logger.js';
import { shortDir } from '../support/short-dir.js';
import { listenDatagrams } from '../support/unix-datagrams.js';

const nothing: LoggingConfig = { facility: null, logfile: null, debugfile: null, debug: 0, syslogmsgfmt: true };

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

async function until(condition: () => boolean): Promise<boolean> {
  const limit = performance.now() + 10_000;
  while (!condition() && performance.now() < limit) await sleep(5);
  return condition();
}

t.test('debugfile gets everything, logfile and standard error info and up', async (t) => {
  const dir = t.testdir({ err: '' });
  const stderr = openSync(`${dir}/err`, constants.O_WRONLY | constants.O_APPEND);
  const log = createLogger({
    config: { ...nothing, logfile: `${dir}/log`, debugfile: `${dir}/debug` },
    stderr,
  });
  log.log('debug', 'a detail');
  log.log('info', 'Link b:eth0 up.');
  log.log('crit', 'Cluster node b returning after partition.');
  await log.close(5000);
  closeSync(stderr);
  const forms = /^\w{3} \d\d \d\d:\d\d:\d\d \S+ heartbeat: \[\d+\]: (.*)$/gm;
  const texts = (path: string): string[] => [...read(path).matchAll(forms)].map((match) => match[1] ?? '');
  t.same(texts(`${dir}/log`), ['info: Link b:eth0 up.', 'CRIT: Cluster node b returning after partition.']);
  t.same(texts(`${dir}/debug`)[0], 'debug: a detail');
  t.equal(texts(`${dir}/debug`).length, 3);
  t.match(
    read(`${dir}/err`),
    /^heartbeat\[\d+\]: \d{4}\/\d\d\/\d\d_\d\d:\d\d:\d\d info: Link b:eth0 up\.\nheartbeat.*CRIT/,
  );
  t.same(log.lost, { stderr: 0, debugfile: 0, logfile: 0 });
});

t.test('debug lines go to logfile when debug is on and there is no debugfile', async (t) => {
  const dir = t.testdir({});
  const log = createLogger({ config: { ...nothing, logfile: `${dir}/log`, debug: 1 }, stderr: null });
  log.log('debug', 'a detail');
  await log.close(5000);
  t.match(read(`${dir}/log`), 'debug: a detail');
});

t.test('repeats of a throttled line are counted', async (t) => {
  const dir = t.testdir({});
  const log = createLogger({ config: { ...nothing, logfile: `${dir}/log` }, stderr: null });
  for (let count = 0; count < 100; count += 1) log.log('warn', 'bad packet', 'bad packet');
  log.log('info', 'other');
  await log.close(5000);
  const lines = read(`${dir}/log`).trim().split('\n');
  t.equal(lines.length, 3);
  t.match(lines[2], /WARN: bad packet \(repeated 99 times in 10 s\)$/);
});

t.test('a full disk neither throws nor waits, and is told on standard error', async (t) => {
  const dir = t.testdir({ err: '' });
  const stderr = openSync(`${dir}/err`, constants.O_WRONLY | constants.O_APPEND);
  const log = createLogger({
    config: { ...nothing, logfile: '/dev/full' },
    stderr,
    maxQueuedCharacters: 10_000,
    retryMs: 20,
  });
  const before = performance.now();
  for (let count = 0; count < 1000; count += 1) log.log('info', `line ${count}`);
  t.ok(performance.now() - before < 2000, 'a thousand lines are taken at once');
  t.ok(await until(() => read(`${dir}/err`).includes('no space left on device')));
  await log.close(1000);
  closeSync(stderr);
  t.ok((log.lost.logfile ?? 0) > 500, 'what does not fit is counted');
  const complaints = read(`${dir}/err`).match(/Log file \/dev\/full cannot be written/g);
  t.equal(complaints?.length, 1, 'told once');
});

t.test('a missing directory is told, and the lines come once it is there', async (t) => {
  const dir = t.testdir({});
  const log = createLogger({
    config: { ...nothing, logfile: `${dir}/later/log` },
    stderr: null,
    retryMs: 20,
    maxQueuedCharacters: 300,
  });
  for (let count = 0; count < 50; count += 1) log.log('info', `line ${count}`);
  await until(() => (log.lost.logfile ?? 0) > 0);
  const { lost } = log;
  mkdirSync(`${dir}/later`);
  t.ok(await until(() => read(`${dir}/later/log`).includes('log lines were lost')));
  log.log('info', 'after');
  await log.close(5000);
  const text = read(`${dir}/later/log`);
  t.match(text, /info: line 0\n/);
  t.match(
    text,
    new RegExp(`WARN: ${lost.logfile} log lines were lost while .*/later/log could not be written: ENOENT`),
  );
  t.match(text, /info: after\n$/);
});

t.test('a rotated file is opened anew on request', async (t) => {
  const dir = t.testdir({});
  const log = createLogger({ config: { ...nothing, logfile: `${dir}/log` }, stderr: null });
  log.log('info', 'old');
  await until(() => read(`${dir}/log`).includes('old'));
  renameSync(`${dir}/log`, `${dir}/log.1`);
  log.reopen();
  log.log('info', 'new');
  await log.close(5000);
  t.match(read(`${dir}/log.1`), /info: old\n$/);
  t.match(read(`${dir}/log`), /info: new\n$/);
});

t.test('standard error that nobody reads stops nothing', async (t) => {
  const dir = t.testdir({});
  execFileSync('mkfifo', [`${dir}/pipe`]);
  const stderr = openSync(`${dir}/pipe`, constants.O_RDWR);
  const log = createLogger({ config: nothing, stderr });
  const before = performance.now();
  for (let round = 0; round < 100; round += 1) {
    for (let count = 0; count < 100; count += 1) log.log('info', `a line of some length, number ${count}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await log.close(200);
  t.ok(performance.now() - before < 10_000);
  t.ok((log.lost.stderr ?? 0) > 0);
  closeSync(stderr);
});

t.test('syslog gets each line as one datagram', async (t) => {
  const dir = shortDir(t);
  const server = listenDatagrams(`${dir}/log`);
  const log = createLogger({ config: { ...nothing, facility: 'local0' }, syslogSocket: `${dir}/log`, stderr: null });
  log.log('info', 'Link b:eth0 up.');
  await log.close(1000);
  t.match(server.receive(), /^<134>\w{3} [ \d]\d \d\d:\d\d:\d\d heartbeat: \[\d+\]: info: Link b:eth0 up\.$/);
  server.close();
});

t.test(
  'a syslog socket that is full drops lines without waiting, and tells how many once it is read again',
  async (t) => {
    const dir = shortDir(t);
    const server = listenDatagrams(`${dir}/log`);
    const log = createLogger({ config: { ...nothing, facility: 'daemon' }, syslogSocket: `${dir}/log`, stderr: null });
    const before = performance.now();
    for (let count = 0; count < 2000; count += 1) log.log('info', `line ${count}`);
    await until(() => (log.lost.syslog ?? 0) > 0);
    t.ok(performance.now() - before < 5000, 'nothing waited');
    t.ok((log.lost.syslog ?? 0) > 100);
    while (server.receive() !== null);
    const { lost } = log;
    log.log('info', 'after');
    await log.close(1000);
    t.match(server.receive(), `WARN: ${lost.syslog} log lines were lost while syslog took none.`);
    t.match(server.receive(), /info: after$/);
    server.close();
  },
);

t.test('an absent syslog socket is found again when it appears', async (t) => {
  const dir = shortDir(t);
  writeFileSync(`${dir}/err`, '');
  const stderr = openSync(`${dir}/err`, constants.O_WRONLY | constants.O_APPEND);
  const log = createLogger({
    config: { ...nothing, facility: 'daemon' },
    syslogSocket: `${dir}/log`,
    stderr,
    retryMs: 10,
  });
  log.log('info', 'nobody hears');
  t.ok(await until(() => read(`${dir}/err`).includes('takes no lines: ENOENT')));
  const server = listenDatagrams(`${dir}/log`);
  await sleep(20);
  log.log('info', 'somebody hears');
  await log.close(1000);
  closeSync(stderr);
  t.match(server.receive(), '1 log lines were lost');
  t.match(server.receive(), /somebody hears$/);
  server.close();
});
