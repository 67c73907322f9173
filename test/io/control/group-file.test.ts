import t from 'tap';
import { groupNumber } from '../../../src/io/control/group-file.js';

t.test('groups by name', async (t) => {
  const file = `${t.testdir({ group: 'root:x:0:\n\nbroken\nhaclient:x:112:hacluster,op\nodd:x:y:\n' })}/group`;
  t.equal(await groupNumber('haclient', file), 112);
  t.equal(await groupNumber('root', file), 0);
  for (const name of ['broken', 'odd', 'nobody', 'op']) t.equal(await groupNumber(name, file), null, name);
  t.equal(await groupNumber('root', '/no/such/file'), null);
});
