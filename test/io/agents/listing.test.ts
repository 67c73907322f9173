import { chmodSync, symlinkSync } from 'node:fs';
import t from 'tap';
import { listEnabledUnits, listOcfAgents, listOcfInstances, listUnits } from '../../../src/io/agents/listing.js';

t.test('OCF agents, heartbeat before the others', async (t) => {
  const dir = t.testdir({
    acme: { mysql: '', shop: '' },
    heartbeat: { mysql: '', '.hidden': '', folder: {} },
    zeta: { mysql: '' },
    '.ocf-dirs': { x: '' },
    note: 'a file',
  });
  for (const path of ['acme/mysql', 'heartbeat/mysql', 'heartbeat/.hidden', 'zeta/mysql'])
    chmodSync(`${dir}/${path}`, 0o755);
  symlinkSync('nowhere', `${dir}/heartbeat/broken`);
  symlinkSync('zeta', `${dir}/linked`);
  const agents = await listOcfAgents(dir);
  t.same(
    agents.map(({ provider, type, executable }) => `${provider}:${type} ${executable}`),
    ['heartbeat:mysql true', 'acme:mysql true', 'acme:shop false', 'linked:mysql true', 'zeta:mysql true'],
  );
  t.equal(agents[0]?.path, `${dir}/heartbeat/mysql`);
  t.same(await listOcfAgents(`${dir}/nowhere`), []);
});

t.test('instances', async (t) => {
  const dir = t.testdir({ mysql: { shop: 'a', '.b': 'b' }, note: '' });
  const read = async (path: string) => ({ path, text: 'text', mode: 0o644, regular: true });
  const found = await listOcfInstances(dir, read);
  t.same([...found.keys()].sort(), ['mysql/.b', 'mysql/shop']);
  t.match(found.get('mysql/shop'), { path: `${dir}/mysql/shop`, text: 'text' });
  t.equal((await listOcfInstances(`${dir}/nowhere`, read)).size, 0);
});

t.test('units', async (t) => {
  const dir = t.testdir({ a: { 'x.service': '', 'db@.service': '' }, b: { 'x.service': '' } });
  const units = await listUnits([`${dir}/a`, `${dir}/b`, `${dir}/nowhere`]);
  for (const name of ['x.service', 'db@.service']) t.ok(units.has(name), name);
});

t.test('enabled units', async (t) => {
  const dir = t.testdir({
    'multi-user.target.wants': { 'x.service': '' },
    'y.service': '',
    'z.target.requires': { 'z.service': '' },
  });
  t.same([...(await listEnabledUnits(dir))].sort(), ['x.service', 'z.service']);
});
