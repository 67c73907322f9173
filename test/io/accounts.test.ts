import t from 'tap';
import { readAccounts } from '../../src/io/accounts.js';

t.test('users and groups by name; of two the first counts, nonsense is left out', async (t) => {
  const dir = t.testdir({
    passwd: 'root:x:0:0:root:/root:/bin/sh\nbad line\nx:x:one:1::/:\nroot:x:5:5::/tmp:/bin/sh\n',
    group: 'ops:x:70:a,b\nops:x:71:\n',
  });
  const { users, groups } = await readAccounts(dir);
  t.same([...users], [['root', { uid: 0, gid: 0, home: '/root' }]]);
  t.same([...groups], [['ops', 70]]);
});

t.test('files that are not there hold nobody', async (t) => {
  const { users, groups } = await readAccounts('/no/such/place');
  t.equal(users.size + groups.size, 0);
});
