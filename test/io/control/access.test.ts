import t from 'tap';
import type { ApiauthEntry } from '../../../src/config/types.js';
import type { Accounts } from '../../../src/io/accounts.js';
import { accessOf } from '../../../src/io/control/access.js';

const accounts: Accounts = {
  users: new Map([
    ['root', { uid: 0, gid: 0, home: '/root' }],
    ['operator', { uid: 1001, gid: 1001, home: '/' }],
  ]),
  groups: new Map([
    ['haclient', 70],
    ['ops', 80],
  ]),
};

const entry = (users: string[], groups: string[] = []): ApiauthEntry => ({ users, groups });
const peer = (uid: number, ...gids: number[]) => ({ pid: 1, uid, gids });
const access = (apiauth: Readonly<Record<string, ApiauthEntry>>, own = 0) => accessOf(apiauth, accounts, own);

t.test('by default root does everything, group haclient asks, others nothing', async (t) => {
  const { rightsOf, door, unknown } = access({});
  t.equal(rightsOf(peer(0, 0)), 'all');
  t.equal(rightsOf(peer(1001, 1001, 70)), 'ask', 'a supplementary group counts');
  t.equal(rightsOf(peer(1001, 1001)), 'none');
  t.same(door, { open: false, group: 70 });
  t.same(unknown, []);
});

t.test('systole names who may give orders, anon who may ask', async (t) => {
  const { rightsOf, door } = access({ systole: entry(['operator'], ['ops']), anon: entry(['1002']) });
  t.equal(rightsOf(peer(1001, 5)), 'all');
  t.equal(rightsOf(peer(7, 80)), 'all');
  t.equal(rightsOf(peer(1002, 5)), 'ask', 'by number');
  t.equal(rightsOf(peer(7, 70)), 'none', 'haclient only by default');
  t.same(door, { open: true });
});

t.test('default stands for systole where that is not written', async (t) => {
  t.equal(access({ default: entry(['operator']) }).rightsOf(peer(1001)), 'all');
  t.equal(access({ default: entry(['operator']), systole: entry(['root']) }).rightsOf(peer(1001)), 'none');
  t.equal(access({ ipfail: entry(['operator']) }).rightsOf(peer(1001)), 'none');
});

t.test('one group needs no open door', async (t) => {
  t.same(access({ systole: entry([], ['haclient']) }).door, { open: false, group: 70 });
  t.same(access({ systole: entry(['root'], ['ops']), anon: entry([], ['ops']) }).door, { open: false, group: 80 });
  t.same(access({ systole: entry([], ['ops']) }).door, { open: true }, 'haclient still asks');
  t.same(accessOf({}, { users: new Map(), groups: new Map() }, 0).door, { open: false, group: null });
});

t.test('names nobody has let nobody in and are told', async (t) => {
  const { rightsOf, unknown, door } = access({ systole: entry(['nobdy'], ['op', '99']) });
  t.same(unknown, ['user nobdy', 'group op']);
  t.equal(rightsOf(peer(5, 99)), 'all');
  t.same(door, { open: true });
});

t.test('a daemon that is not root serves its own user', async (t) => {
  const { rightsOf, door } = access({ systole: entry(['operator']) }, 1001);
  t.equal(rightsOf(peer(1001)), 'all');
  t.same(door, { open: false, group: 70 });
});
