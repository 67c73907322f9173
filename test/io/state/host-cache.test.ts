import { readFileSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { formatHosts, parseHosts, readHosts, writeHosts } from '../../../src/io/state/host-cache.js';
import { createStateWriter, loadIdentity } from '../../../src/io/state-files.js';
import { memoryLog } from '../../support/memory-log.js';

/** As Heartbeat 3.0.6 wrote it with `autojoin any` (and `crm respawn`, without which it takes no autojoin). */
const real = 'a\t79fb1505-5b44-4c9a-ad8d-e1b839e47107\t100\t\nb\tf5b8b8c8-908a-439a-a5e1-c065bd9a36da\t100\t\n';
const bytes = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');
const hosts = [
  { name: 'a', uuid: bytes('79fb15055b444c9aad8de1b839e47107') },
  { name: 'b', uuid: bytes('f5b8b8c8908a439aa5e1c065bd9a36da') },
];

t.test('Heartbeat’s own file is read, and written byte for byte', (t) => {
  t.same(parseHosts(real), hosts);
  t.equal(formatHosts(hosts), real);
  const unheard = [{ name: 'c', uuid: '' }];
  t.same(parseHosts(formatHosts(unheard)), unheard);
  t.same(parseHosts('A\t79fb1505-5b44-4c9a-ad8d-e1b839e47107\n'), [hosts[0]], 'that of Heartbeat 2 too');
  t.same(parseHosts(''), []);
  t.end();
});

t.test('what is no such file is told apart', async (t) => {
  for (const bad of ['a\n', 'a 79fb1505-5b44-4c9a-ad8d-e1b839e47107\n', `${real}\0\n`, 'a\t79fb1505\t100\t\n']) {
    t.equal(parseHosts(bad), null, JSON.stringify(bad));
  }
  t.equal(parseHosts(formatHosts(Array.from({ length: 101 }, (_, i) => ({ name: `n${i}`, uuid: '' })))), null);
  const dir = t.testdir({ hostcache: 'rubbish\n' });
  await t.rejects(readHosts(dir), { message: /hostcache is damaged/ });
  t.equal(await readHosts(t.testdir({})), null);
});

t.test('both files of a directory', async (t) => {
  const dir = t.testdir({});
  await writeHosts(dir, { known: hosts, deleted: [{ name: 'z', uuid: '' }] });
  t.equal(readFileSync(`${dir}/hostcache`, 'latin1'), real);
  t.equal(statSync(`${dir}/hostcache`).mode & 0o777, 0o600);
  t.same(await readHosts(dir), { known: hosts, deleted: [{ name: 'z', uuid: '' }] });
});

const options = { method: 'file', self: 'a', nowSeconds: 1_700_000_000 } as const;

t.test('with autojoin they outlive the daemon; without, nobody looks at them', async (t) => {
  const dir = t.testdir({});
  const log = memoryLog();
  const writer = createStateWriter(dir, log);
  writer.save({ directives: 'kept', generations: {}, held: {}, hosts: { known: hosts, deleted: [] } });
  await writer.flush();
  t.notMatch(readFileSync(`${dir}/state.json`, 'utf8'), /hosts/);
  const open = await loadIdentity(dir, { ...options, autojoin: true, log });
  t.same(open.saved, { directives: 'kept', generations: {}, held: {}, hosts: { known: hosts, deleted: [] } });
  const closed = await loadIdentity(dir, { ...options, log });
  t.same(closed.saved, { directives: 'kept', generations: {}, held: {} });
  t.same(log.lines, []);
});

t.test('damaged ones are moved aside and told of', async (t) => {
  const dir = t.testdir({});
  writeFileSync(`${dir}/hostcache`, 'rubbish\n');
  const log = memoryLog();
  const { saved } = await loadIdentity(dir, { ...options, autojoin: true, log });
  t.same(saved, { directives: '', generations: {}, held: {} });
  t.equal(readFileSync(`${dir}/hostcache.bad`, 'utf8'), 'rubbish\n');
  t.match(log.lines.join('\n'), /hostcache is damaged.*the nodes met before are forgotten/);
});
