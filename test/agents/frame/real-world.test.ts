import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { realWorld } from '../../../src/agents/frame/real-world.js';

t.test('files', async (t) => {
  const dir = mkdtempSync('/tmp/systole-world-');
  t.teardown(() => rmSync(dir, { recursive: true }));
  const world = realWorld({ HA_RSCTMP: `${dir}/state`, PATH: '/usr/bin' });
  t.equal(world.stateDir, `${dir}/state`);
  const path = `${world.stateDir}/one`;
  t.equal(await world.read(path), null);
  await world.remove(path);
  await world.replace(path, 'text');
  await world.replace(path, 'other');
  t.equal(await world.read(path), 'other');
  t.same(readdirSync(world.stateDir), ['one']);
  await world.remove(path);
  t.equal(await world.read(path), null);
  await t.rejects(world.write(path, 'x'), { message: `cannot write ${path}: there is no such file` });
  writeFileSync(path, 'xxxxxxxx');
  await world.write(path, 'after');
  t.equal(await world.read(path), 'afterxxx', 'it is written into, not cut');
  await t.rejects(world.read(dir), { message: /^cannot read/ });
  await t.rejects(world.replace(dir, 'x'), { message: /^cannot write/ });
});

t.test('programs', async (t) => {
  const world = realWorld({ PATH: '/usr/bin:/bin' });
  t.equal(await world.hasProgram('sh'), true);
  t.equal(await world.hasProgram('/bin/sh'), true);
  t.equal(await world.hasProgram('systole-no-such-program'), false);
  t.equal(await world.hasProgram('/etc/passwd'), false);
  await world.leaveRunning(['true']);
  await t.rejects(world.leaveRunning(['/no/such/program']), { message: /^cannot start/ });
});
