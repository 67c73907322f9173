import t from 'tap';
import { serverOptions } from '../../../src/agents/mysql/my-cnf.js';
import { fakeWorld } from '../frame/fake-world.js';

t.test('groups, includes, spellings', async (t) => {
  const world = fakeWorld({
    files: {
      '/etc/my.cnf': [
        '[client]\nsocket = /not/this',
        '[mysqld]\npid-file = /run/one.pid # a comment\nskip-networking\n!includedir /etc/my.d/\nuser = "db"',
        '[mariadb-10.11]\nuser = other',
      ].join('\n'),
      '/etc/my.d/b.cnf': '[mariadbd]\nloose-socket=/run/b.sock\n',
      '/etc/my.d/a.cnf': '[server]\nsocket=/run/a.sock\ndatadir=/srv/db\n!include /etc/my.cnf\n',
      '/etc/my.d/c.cnf.bak': '[mysqld]\nuser=nobody\n',
    },
  });
  t.same(Object.fromEntries((await serverOptions('/etc/my.cnf', world)) ?? []), {
    pid_file: '/run/one.pid',
    skip_networking: '',
    socket: '/run/b.sock',
    datadir: '/srv/db',
    user: 'db',
  });
  t.equal(await serverOptions('/etc/none.cnf', world), null);
});
