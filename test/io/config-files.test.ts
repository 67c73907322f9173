import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import t from 'tap';
import { readConfigFiles, readHostFacts } from '../../src/io/config-files.js';

t.test('files, and what is in their place', async (t) => {
  const dir = t.testdir({ 'ha.cf': 'node a\n', authkeys: 'auth 1\n', haresources: {} });
  chmodSync(`${dir}/authkeys`, 0o640);
  const files = await readConfigFiles(dir);
  t.match(files.haCf, { path: `${dir}/ha.cf`, text: 'node a\n', regular: true });
  t.match(files.authkeys, { mode: 0o640, text: 'auth 1\n' });
  t.match(files.haresources, { regular: false, text: '' });
  t.same(files.resourcesIni, { path: `${dir}/resources.ini`, missing: 'there is no such file', unreadable: false });
});

t.test('nothing in the place of a file can hold the reader', { timeout: 20_000 }, async (t) => {
  const dir = t.testdir({ 'ha.cf': '' });
  execFileSync('mkfifo', [`${dir}/authkeys`]);
  symlinkSync('haresources', `${dir}/haresources`);
  truncateSync(`${dir}/ha.cf`, 17 * 1024 * 1024);
  const files = await readConfigFiles(dir);
  t.match(files.haCf, { missing: 'it is larger than 16 MB', unreadable: true });
  t.match(files.authkeys, { regular: false, text: '' });
  t.match(files.haresources, { missing: 'too many symbolic links', unreadable: true });
});

t.test('facts of the host', async (t) => {
  const dir = t.testdir({
    'resource.d': { Good: '#!/bin/sh\n', Ksh: '#!/nowhere/ksh\n', Plain: 'not executable', Folder: {} },
  });
  for (const name of ['Good', 'Ksh']) chmodSync(`${dir}/resource.d/${name}`, 0o755);
  symlinkSync('Good', `${dir}/resource.d/Linked`);
  symlinkSync('nowhere', `${dir}/resource.d/Broken`);
  const host = await readHostFacts({ haDir: dir });
  t.equal(host.nodeName, hostname().toLowerCase());
  t.ok(host.interfaces.includes('lo'));
  t.same(host.findAgent('Good'), { path: `${dir}/resource.d/Good`, class: 'heartbeat' });
  t.same(
    [...(host.missingInterpreters ?? [])].filter(([, lacking]) => lacking === '/nowhere/ksh'),
    [['Ksh', '/nowhere/ksh']],
  );
  t.equal(host.lacksIp, false);
  t.same(host.findAgent('Linked'), { path: `${dir}/resource.d/Linked`, class: 'heartbeat' });
  for (const name of ['Plain', 'Folder', 'Broken', 'nosuch']) t.equal(host.findAgent(name), null, name);
  t.ok(host.notExecutable?.has('Plain'));
  for (const name of ['Good', 'Linked', 'Folder', 'Broken']) t.notOk(host.notExecutable?.has(name), name);
  for (const name of ['Good', 'Linked', 'IPaddr2']) t.ok(host.agentNames.includes(name), name);
});

t.test('the name of the node', async (t) => {
  const dir = t.testdir({ nodeinfo: '\n  Gamma of the lab\n' });
  t.equal((await readHostFacts({ haDir: dir })).nodeName, 'gamma');
  t.equal((await readHostFacts({ haDir: dir, nodeName: 'Delta' })).nodeName, 'delta');
  mkdirSync(`${dir}/empty`);
  writeFileSync(`${dir}/empty/nodeinfo`, '\n');
  t.equal((await readHostFacts({ haDir: `${dir}/empty` })).nodeName, hostname().toLowerCase());
});
