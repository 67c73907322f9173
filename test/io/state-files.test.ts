import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { Logger } from '../../src/io/seams.js';
import { releaseState } from '../../src/io/state/holder.js';
import { createStateWriter, loadIdentity } from '../../src/io/state-files.js';
import { memoryLog } from '../support/memory-log.js';

const options = (log: Logger, nowSeconds = 1_700_000_000) => ({ method: 'file' as const, self: 'a', nowSeconds, log });

t.test('a first start makes everything, in the formats of Heartbeat', async (t) => {
  const dir = `${t.testdir({})}/deep/state`;
  const log = memoryLog();
  const identity = await loadIdentity(dir, options(log));
  t.equal(identity.generation, 1_700_000_000);
  t.equal(identity.uuid.length, 16);
  t.same(identity.saved, { directives: '', generations: {}, held: {} });
  t.equal(readFileSync(`${dir}/hb_generation`, 'latin1'), '     1700000000\n');
  t.equal(readFileSync(`${dir}/hb_uuid`).toString('latin1'), identity.uuid);
  t.equal(statSync(`${dir}/hb_uuid`).mode & 0o777, 0o600);
  t.same(readdirSync(dir).sort(), ['daemon.pid', 'hb_generation', 'hb_uuid'], 'nothing is left lying about');
  t.same(log.lines, []);
});

t.test('the generation grows with every start, whatever the clock says, and the uuid stays', async (t) => {
  const dir = t.testdir({});
  const log = memoryLog();
  const first = await loadIdentity(dir, options(log));
  const second = await loadIdentity(dir, options(log));
  const clockBack = await loadIdentity(dir, options(log, 5));
  const clockForth = await loadIdentity(dir, options(log, 1_800_000_000));
  t.same(
    [second, clockBack, clockForth].map(({ generation }) => generation - first.generation),
    [1, 2, 100_000_000],
  );
  t.equal(clockForth.uuid, first.uuid);
  t.same(log.lines, []);
});

t.test('hbgenmethod time goes by the clock, but not back, and leaves the file alone', async (t) => {
  const dir = t.testdir({ hb_generation: '             17\n' });
  const { generation } = await loadIdentity(dir, { method: 'time', self: 'a', nowSeconds: 99, log: memoryLog() });
  t.equal(generation, 99);
  const back = await loadIdentity(dir, { method: 'time', self: 'a', nowSeconds: 9, log: memoryLog() });
  t.equal(back.generation, 18);
  t.equal(readFileSync(`${dir}/hb_generation`, 'utf8'), '             17\n');
});

t.test('a generation of this node that others know is surpassed, whatever file and clock say', async (t) => {
  const saved = { version: 1, directives: '', generations: { a: 41, b: 99 } };
  const dir = t.testdir({ hb_generation: '              7\n', 'state.json': JSON.stringify(saved) });
  const { generation } = await loadIdentity(dir, options(memoryLog(), 30));
  t.equal(generation, 42);
});

t.test('two daemons cannot have one state directory', async (t) => {
  const dir = t.testdir({});
  const other = spawn('sleep', ['60']);
  t.teardown(() => other.kill());
  const start = readFileSync(`/proc/${other.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
  writeFileSync(`${dir}/daemon.pid`, `${other.pid} ${start}\n`);
  await t.rejects(loadIdentity(dir, options(memoryLog())), {
    message: `cannot use the state directory ${dir}: another daemon (process ${other.pid}) uses it`,
  });
  t.same(readdirSync(dir), ['daemon.pid'], 'and nothing was changed');
  writeFileSync(`${dir}/daemon.pid`, `${other.pid} 1\n`);
  t.equal((await loadIdentity(dir, options(memoryLog()))).generation, 1_700_000_000, 'the number of another process');
  await releaseState(dir);
  t.notOk(readdirSync(dir).includes('daemon.pid'));
});

t.test('files that hold rubbish are told and made anew', async (t) => {
  const dir = t.testdir({ hb_generation: 'rubbish', hb_uuid: 'short', 'state.json': '{"version":1' });
  const log = memoryLog();
  const identity = await loadIdentity(dir, options(log));
  t.equal(identity.generation, 1_700_000_000);
  t.equal(readFileSync(`${dir}/hb_uuid`).toString('latin1'), identity.uuid);
  t.match(log.lines, [
    /^error: .*state\.json cannot be used \(it is not JSON\) and is now .*state\.json\.bad/,
    /^warn: .*hb_generation holds no generation number/,
    /^warn: .*hb_uuid holds no uuid of 16 bytes/,
  ]);
  t.equal(readFileSync(`${dir}/state.json.bad`, 'utf8'), '{"version":1', 'the old one is kept');
});

t.test('other wrong contents', async (t) => {
  for (const text of ['null', '7', '{}', '{"version":2}', '{"version":1,"directives":3,"generations":{}}']) {
    const dir = t.testdir({ 'state.json': text, hb_generation: '99999999999', hb_uuid: '\0'.repeat(16) });
    const log = memoryLog();
    const { generation, saved, uuid } = await loadIdentity(dir, options(log));
    t.equal(log.lines.length, 3, text);
    t.equal(generation, 1_700_000_000);
    t.notMatch(uuid, /^\0+$/);
    t.same(saved.generations, {});
  }
});

t.test('a directory that cannot be used is refused', async (t) => {
  const dir = t.testdir({ file: '', held: { hb_generation: {} } });
  const log = memoryLog();
  await t.rejects(loadIdentity(`${dir}/file/state`, options(log)), {
    message: /^cannot use the state directory .*ENOTDIR/,
  });
  await t.rejects(loadIdentity(`${dir}/held`, options(log)), { message: /^cannot use the state directory/ });
});

t.test('what was saved is there at the next start; the last one wins', async (t) => {
  const dir = t.testdir({});
  const writer = createStateWriter(dir, memoryLog());
  for (let count = 0; count <= 100; count += 1) {
    writer.save({ directives: `standby ${count}`, generations: { a: count, ä: 1 }, held: { G: count } });
  }
  await writer.flush();
  const { saved } = await loadIdentity(dir, options(memoryLog()));
  t.same(saved, { directives: 'standby 100', generations: { a: 100, ä: 1 }, held: { G: 100 } });
  await writer.flush();
  t.pass('flushing nothing is done at once');
});

t.test('a state that cannot be written is told, and written as soon as it can be', async (t) => {
  const dir = `${t.testdir({})}/later`;
  const log = memoryLog();
  const writer = createStateWriter(dir, log);
  writer.save({ directives: 'one', generations: {}, held: {} });
  await writer.flush();
  t.match(log.lines, [/^error: .*state\.json cannot be written: ENOENT/]);
  mkdirSync(dir);
  writeFileSync(`${dir}/state.json.new`, 'left by a crash');
  await writer.flush();
  t.match(readFileSync(`${dir}/state.json`, 'utf8'), '"directives": "one"');
  t.match(log.lines[1], 'can be written again');
});
