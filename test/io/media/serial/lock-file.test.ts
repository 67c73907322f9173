import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { lockTty } from '../../../../src/io/media/serial/lock-file.js';

const own = `${String(process.pid).padStart(10)}\n`;

t.test('a lock is made, and goes', async (t) => {
  const folder = t.testdir();
  const unlock = await lockTty('/dev/ttyS0', folder);
  t.same(readdirSync(folder), ['LCK..ttyS0'], 'named as UUCP does');
  t.equal(readFileSync(`${folder}/LCK..ttyS0`, 'latin1'), own, 'ten characters and a newline');
  await unlock();
  t.same(readdirSync(folder), []);
  await unlock();
});

t.test('a living holder keeps it', async (t) => {
  const folder = t.testdir({ 'LCK..ttyS0': `${String(process.ppid).padStart(10)}\n` });
  await t.rejects(lockTty('/dev/ttyS0', folder), {
    message: `serial line /dev/ttyS0 is in use by process ${process.ppid} (${folder}/LCK..ttyS0)`,
  });
  t.same(readdirSync(folder), ['LCK..ttyS0'], 'and nothing is left behind');
});

t.test('a dead one, nonsense and our own number are taken over', async (t) => {
  for (const text of ['   4194999\n', 'nobody\n', '', own]) {
    const folder = t.testdir({ 'LCK..ttyS0': text });
    const unlock = await lockTty('/dev/ttyS0', folder);
    t.equal(readFileSync(`${folder}/LCK..ttyS0`, 'latin1'), own);
    await unlock();
  }
});

t.test('a lock that another has taken meanwhile is left alone', async (t) => {
  const folder = t.testdir();
  const unlock = await lockTty('/dev/ttyS0', folder);
  writeFileSync(`${folder}/LCK..ttyS0`, '1\n');
  await unlock();
  t.equal(readFileSync(`${folder}/LCK..ttyS0`, 'latin1'), '1\n');
});

t.test('nothing is written or read through what another has put there', async (t) => {
  const folder = t.testdir({ victim: 'precious\n' });
  const temporary = `${folder}/LTMP.${process.pid}.ttyS0`;
  for (const name of [temporary, `${folder}/LCK..ttyS0`]) {
    symlinkSync(`${folder}/victim`, name);
    const unlock = await lockTty('/dev/ttyS0', folder);
    t.equal(readFileSync(`${folder}/victim`, 'utf8'), 'precious\n');
    t.ok(lstatSync(`${folder}/LCK..ttyS0`).isFile());
    await unlock();
    t.same(readdirSync(folder), ['victim']);
  }
  execFileSync('mkfifo', [`${folder}/LCK..ttyS0`]);
  const unlock = await lockTty('/dev/ttyS0', folder);
  t.equal(readFileSync(`${folder}/LCK..ttyS0`, 'latin1'), own, 'nor does a named pipe hold it up');
  await unlock();
  mkdirSync(temporary);
  await t.rejects(lockTty('/dev/ttyS0', folder), { message: /^serial line \/dev\/ttyS0 cannot be locked: E/ });
});

t.test('without the folder nobody locks by it', async (t) => {
  const unlock = await lockTty('/dev/ttyS0', `${t.testdir()}/none`);
  await unlock();
  t.pass('and neither do we');
});
