import { mkdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import t from 'tap';
import { createFileTarget } from '../../../src/io/log/file-target.js';

t.test('a file that was moved away is noticed within a minute', async (t) => {
  const dir = t.testdir({});
  let nowMs = 0;
  const target = createFileTarget(`${dir}/log`, () => nowMs);
  const write = (text: string): Promise<number> => target.write(Buffer.from(text));
  await write('one\n');
  renameSync(`${dir}/log`, `${dir}/log.1`);
  nowMs = 59_000;
  await write('two\n');
  nowMs = 60_000;
  await write('three\n');
  nowMs = 61_000;
  unlinkSync(`${dir}/log`);
  await write('four, into the void\n');
  nowMs = 121_000;
  await write('five\n');
  target.close();
  t.equal(readFileSync(`${dir}/log.1`, 'utf8'), 'one\ntwo\n');
  t.equal(readFileSync(`${dir}/log`, 'utf8'), 'five\n');
});

t.test('what stands in the place of a file does not hold the writer up', async (t) => {
  const dir = t.testdir({});
  mkdirSync(`${dir}/log`);
  const target = createFileTarget(`${dir}/log`, () => 0);
  await t.rejects(target.write(Buffer.from('x')), { code: 'EISDIR' });
  await t.rejects(createFileTarget('/no/such/dir/log', () => 0).write(Buffer.from('x')), { code: 'ENOENT' });
});
