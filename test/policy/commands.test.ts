import t from 'tap';
import { parseHealth } from '../../src/membership/health-words.js';
import { applyCommand, type CommandContext, type OrderCommand, parseMove } from '../../src/policy/commands.js';
import { Directives } from '../../src/policy/directives.js';
import type { Member } from '../../src/policy/placement.js';
import { reaches } from '../support/announcement.js';
import { testConfig } from '../support/config.js';

const { groups } = testConfig({
  nodes: ['a', 'b', 'c'],
  groups: [
    { resources: ['web'], preferred: 'a', alias: 'site' },
    { resources: ['db'], preferred: 'b' },
    { resources: ['mail'], preferred: 'a' },
  ],
});
const id = (name: string) => groups.find((group) => group.name === name)?.id ?? '';

/** Node a commands; a holds web, b holds db, nobody holds mail, unless said otherwise. */
function context(wishes: { owners?: Record<string, string | null>; members?: string[] } = {}): CommandContext {
  const owners: Record<string, string | null> = wishes.owners ?? { web: 'a', db: 'b', mail: null };
  return {
    self: 'a',
    nodes: ['a', 'b', 'c'],
    groups,
    members: (wishes.members ?? ['a', 'b']).map(member),
    ownerOf: ({ name }) => owners[name] ?? null,
    directives: new Directives(),
  };
}

function member(text: string): Member {
  const [name = '', trouble] = text.split(' ');
  const unavailable = trouble === 'standby' ? 'is in standby' : null;
  return {
    name,
    unavailable,
    failures: new Set(trouble === 'failed' ? [id('web')] : []),
    doubts: new Set(),
    broken: new Set(),
    connectivity: pings(trouble),
    health: parseHealth(/^h/.test(trouble ?? '') ? (trouble ?? '').slice(1) : ''),
  };
}

const pings = (trouble = '') => (/^[+-]/.test(trouble) ? reaches(trouble) : new Map());

function run(command: OrderCommand, wishes: Parameters<typeof context>[0] = {}) {
  const where = context(wishes);
  const result = applyCommand(command, where);
  return { text: `${result.ok ? 'ok' : 'refused'}: ${result.text}`, orders: where.directives.text() };
}

t.test('what each command answers and orders', async (t) => {
  for (const [command, text, orders] of [
    [{ verb: 'node-standby', node: 'b' }, 'ok: b is in standby', 'standby/b=on@1@a'],
    [{ verb: 'node-standby', node: 'B' }, 'ok: b is in standby', 'standby/b=on@1@a'],
    [{ verb: 'node-online', node: 'b' }, 'ok: b is already online', 'standby/b=@1@a'],
    [{ verb: 'node-standby', node: 'nobody' }, 'refused: there is no node "nobody"', ''],
    [{ verb: 'move', group: 'web', node: 'b' }, 'ok: web is to move to b', `move/${id('web')}=b@1@a`],
    [{ verb: 'move', group: 'site', node: 'B' }, 'ok: web is to move to b', `move/${id('web')}=b@1@a`],
    [{ verb: 'move', group: 'web', node: 'nobody' }, 'refused: there is no node "nobody"', ''],
    [
      { verb: 'move', group: 'web', node: 'c' },
      'refused: web cannot move to c: c is not in the view of nodes that act together now',
      '',
    ],
    [{ verb: 'move', group: 'wep', node: 'b' }, 'refused: there is no group "wep"; did you mean "web"?', ''],
    [{ verb: 'clear', group: 'web' }, 'ok: web goes where its configuration says', `move/${id('web')}=@1@a`],
    [{ verb: 'clear', group: 'nothing' }, 'refused: there is no group "nothing"', ''],
    [{ verb: 'cleanup', group: 'db' }, 'ok: failures of db are forgotten on all nodes', `cleanup/${id('db')}=now@1@a`],
    [{ verb: 'cleanup', group: 'nothing' }, 'refused: there is no group "nothing"', ''],
  ] as const) {
    t.same(run(command), { text, orders }, JSON.stringify(command));
  }
});

t.test('standby twice, then online', async (t) => {
  const where = context();
  applyCommand({ verb: 'node-standby', node: 'b' }, where);
  t.match(applyCommand({ verb: 'node-standby', node: 'b' }, where), { ok: true, text: 'b is already in standby' });
  t.equal(where.directives.version('standby', 'b'), 2, 'an order all the same: an earlier one may be on its way');
  t.match(applyCommand({ verb: 'node-online', node: 'b' }, where), { ok: true, text: 'b is online' });
  t.equal(where.directives.get('standby', 'b'), null);
});

t.test('a move says what stands in its way', async (t) => {
  for (const [target, obstacle] of [
    ['b standby', 'b is in standby'],
    ['b failed', 'its start failed on b (systole resource cleanup web)'],
  ] as const) {
    const { text, orders } = run({ verb: 'move', group: 'web', node: 'b' }, { members: ['a', target] });
    t.same({ text, orders }, { text: `refused: web cannot move to b: ${obstacle}`, orders: '' });
  }
});

t.test('hb_standby gives what the set names, as seen from the giver', async (t) => {
  const owners = { web: 'a', db: 'a', mail: null };
  const web = `move/${id('web')}=b`;
  const db = `move/${id('db')}=b`;
  for (const [set, text, moved] of [
    ['all', 'ok: a gives web to b, db to b', [web, db]],
    ['local', 'ok: a gives web to b', [web]],
    ['foreign', 'ok: a gives db to b', [db]],
    ['failback', 'ok: a gives db to b', [db]],
  ] as const) {
    const result = run({ verb: 'standby', set }, { owners });
    t.equal(result.text, text, set);
    for (const order of moved) t.ok(result.orders.includes(order), `${set}: ${order}`);
    t.equal(result.orders.split(' ').length, moved.length);
  }
});

t.test('hb_standby when it cannot be', async (t) => {
  for (const [set, wishes, text] of [
    ['all', { owners: { web: 'b' } }, 'ok: a holds none of the all resources'],
    ['all', { members: ['a'] }, 'refused: no other node can take web'],
    ['all', { members: ['a', 'b standby'] }, 'refused: no other node can take web'],
    [
      'all',
      { owners: { web: 'a', mail: 'a' }, members: ['a', 'b failed'] },
      'ok: a gives mail to b; no other node can take web',
    ],
    ['foreign', {}, 'ok: a holds none of the foreign resources'],
  ] as const) {
    const members: string[] | undefined = 'members' in wishes ? [...wishes.members] : undefined;
    const result = run({ verb: 'standby', set }, { ...wishes, ...(members ? { members } : {}) } as never);
    t.equal(result.text, text, JSON.stringify([set, wishes]));
  }
});

t.test('hb_takeover takes what the set names, as seen from the taker', async (t) => {
  const owners = { web: 'b', db: 'b', mail: 'a' };
  for (const [set, text, count] of [
    ['all', 'ok: a takes web, db', 2],
    ['local', 'ok: a takes web', 1],
    ['foreign', 'ok: a takes db', 1],
    ['failback', 'ok: a takes web', 1],
  ] as const) {
    const result = run({ verb: 'takeover', set }, { owners });
    t.equal(result.text, text, set);
    t.equal(result.orders.split('=a@').length - 1, count);
  }
  const all = run({ verb: 'takeover', set: 'all' }, { owners: { web: 'a', db: 'a', mail: 'a' } });
  t.same(all, { text: 'ok: a holds all of the all resources', orders: '' });
  const refused = run({ verb: 'takeover', set: 'all' }, { owners, members: ['a standby', 'b'] });
  t.same(refused, { text: 'refused: a cannot take web: a is in standby', orders: '' });
});

t.test('the text of a move order', async (t) => {
  for (const [value, move] of [
    [null, null],
    ['b', { node: 'b', done: false, regardless: false }],
    ['b!', { node: 'b', done: true, regardless: false }],
    ['b*', { node: 'b', done: false, regardless: true }],
    ['b*!', { node: 'b', done: true, regardless: true }],
  ] as const) {
    t.same(parseMove(value), move, String(value));
  }
});

t.test('an order to a node that reaches fewer ping nodes says so, and stands', async (t) => {
  const worse = run({ verb: 'move', group: 'web', node: 'b' }, { members: ['a +gw', 'b -gw'] });
  t.same(worse, {
    text: 'ok: web is to move to b, although a reaches 1 of 1 ping nodes, b reaches 0',
    orders: `move/${id('web')}=b*@1@a`,
  });
  t.match(run({ verb: 'standby', set: 'local' }, { members: ['a +gw', 'b -gw', 'c +gw'] }).text, /web to c/);
  t.match(run({ verb: 'takeover', set: 'all' }, { members: ['a -gw', 'b +gw'] }).orders, /=a\*@/);
});

t.test('an order to a node of worse health stands, one to a node that can hold nothing is refused', async (t) => {
  const worse = run({ verb: 'move', group: 'web', node: 'b' }, { members: ['a', 'b h-disk:10'] });
  t.same(worse, {
    text: 'ok: web is to move to b, although check disk failed on b, so that its health is -10 and that of a 0',
    orders: `move/${id('web')}=b*@1@a`,
  });
  t.same(run({ verb: 'move', group: 'web', node: 'b' }, { members: ['a', 'b h-disk:never'] }), {
    text: 'refused: web cannot move to b: check disk failed on b',
    orders: '',
  });
  t.match(run({ verb: 'standby', set: 'local' }, { members: ['a', 'b h-disk:never', 'c'] }).text, /web to c/);
});
