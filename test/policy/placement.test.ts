import t from 'tap';
import { parseHealth } from '../../src/membership/health-words.js';
import { parseMove } from '../../src/policy/commands.js';
import { type Member, place } from '../../src/policy/placement.js';
import { reaches } from '../support/announcement.js';
import { testGroup } from '../support/config.js';

const words = { preferred: 'a', nodeOrder: ['a', 'b', 'c'] };
const group = testGroup(words);
const staying = testGroup({ ...words, failback: false });

/** `members('a', 'b standby', 'c failed', 'd +gw', 'e doubted', 'f broken', 'g h-disk:10')`. */
function members(...texts: string[]): Member[] {
  return texts.map((text) => {
    const [name = '', trouble] = text.split(' ');
    return {
      name,
      unavailable: trouble === 'standby' ? 'is in standby' : null,
      failures: new Set(trouble === 'failed' ? [group.id] : ['another group']),
      doubts: new Set(trouble === 'doubted' || trouble === 'broken' ? [group.id] : []),
      broken: new Set(trouble === 'broken' ? [group.id] : []),
      connectivity: /^[+?-]/.test(trouble ?? '') ? reaches((trouble ?? '').replaceAll(',', ' ')) : new Map(),
      health: parseHealth(/^h/.test(trouble ?? '') ? (trouble ?? '').slice(1).replaceAll(',', ' ') : ''),
    };
  });
}

t.test('where a group goes that nobody holds', async (t) => {
  for (const [there, node, reason] of [
    [['a', 'b'], 'a', 'a is preferred'],
    [['b', 'c'], 'b', 'b comes next: a is not in the view'],
    [['a standby', 'b'], 'b', 'b comes next: a is in standby'],
    [['a failed', 'b'], 'b', 'b comes next: its start failed on a'],
    [['a failed', 'c'], 'c', 'c comes next: its start failed on a; b is not in the view'],
    [[], null, 'no node can run it: a is not in the view; b is not in the view; c is not in the view'],
    [
      ['a standby', 'b failed', 'x'],
      null,
      'no node can run it: a is in standby; its start failed on b; c is not in the view',
    ],
  ] as const) {
    t.same(place({ group, members: members(...there), owner: null, move: null }), { node, reason }, there.join(', '));
  }
});

t.test('where a group goes that somebody holds', async (t) => {
  for (const [of, there, owner, node, reason] of [
    [group, ['a', 'b'], 'a', 'a', 'a holds it'],
    [group, ['a', 'b'], 'b', 'a', 'failback to a, which comes first'],
    [staying, ['a', 'b'], 'b', 'b', 'b holds it and failback is off'],
    [staying, ['a', 'b standby'], 'b', 'a', 'a is preferred'],
    [staying, ['a', 'b failed'], 'b', 'a', 'a is preferred'],
    [staying, ['a', 'c'], 'b', 'a', 'a is preferred'],
    [
      staying,
      ['a standby', 'b standby'],
      'b',
      null,
      'no node can run it: a is in standby; b is in standby; c is not in the view',
    ],
    [group, ['b', 'c'], 'c', 'b', 'failback to b, which comes first'],
    [group, ['a', 'b', 'x'], 'x', 'a', 'a is preferred'],
  ] as const) {
    const placement = place({ group: of, members: members(...there), owner, move: null });
    t.same(placement, { node, reason }, `${there.join(', ')}, on ${owner}, failback ${of.failback}`);
  }
});

t.test('what an operator’s wish changes', async (t) => {
  for (const [of, there, owner, move, node, reason] of [
    [group, ['a', 'b'], 'a', 'b', 'b', 'an operator moved it to b'],
    [group, ['a', 'b'], null, 'b', 'b', 'an operator moved it to b'],
    [group, ['a', 'b'], 'b', 'b', 'b', 'b holds it'],
    [group, ['a', 'c'], 'a', 'b', 'a', 'a holds it'],
    [group, ['a', 'b standby'], 'a', 'b', 'a', 'a holds it'],
    [group, ['a', 'b failed', 'c'], 'c', 'b', 'a', 'failback to a, which comes first'],
    [staying, ['a', 'b'], 'a', 'b', 'b', 'an operator moved it to b'],
    [staying, ['a', 'b'], 'a', 'b!', 'a', 'a holds it and failback is off'],
    [group, ['a', 'b'], 'a', 'b!', 'b', 'failback to b, which comes first'],
    [group, ['a', 'b'], 'b', 'b!', 'b', 'b holds it'],
    [group, ['a', 'c'], null, 'b!', 'a', 'a comes next: b is not in the view'],
  ] as const) {
    const order = parseMove(move);
    const placement = place({ group: of, members: members(...there), owner, move: order });
    t.same(placement, { node, reason }, `${there.join(', ')}, on ${owner}, moved to ${move}, failback ${of.failback}`);
  }
});

t.test('the order of the members does not matter', async (t) => {
  const there = members('c', 'b', 'a standby');
  for (const some of [there, [...there].reverse()]) {
    t.equal(place({ group, members: some, owner: null, move: null }).node, 'b');
  }
});

t.test('what ping nodes change', async (t) => {
  for (const [of, there, owner, move, node, reason] of [
    // Whoever reaches fewer gives it away, failback or not.
    [group, ['a -gw', 'b +gw'], 'a', null, 'b', 'b reaches 1 of 1 ping nodes, a reaches 0'],
    [staying, ['a -gw', 'b +gw'], 'a', null, 'b', 'b reaches 1 of 1 ping nodes, a reaches 0'],
    [group, ['a +x,-y', 'b +x,+y'], 'a', null, 'b', 'b reaches 2 of 2 ping nodes, a reaches 1'],
    [group, ['a -gw', 'b ?gw', 'c +gw'], 'a', null, 'c', 'c reaches 1 of 1 ping nodes, a reaches 0'],
    // Equal, and doubts, move nothing.
    [group, ['a -gw', 'b -gw'], 'a', null, 'a', 'a holds it'],
    [group, ['a +x,-y', 'b -x,+y'], 'a', null, 'a', 'a holds it'],
    [group, ['a ?gw', 'b +gw'], 'a', null, 'a', 'a holds it'],
    [group, ['a -gw', 'b ?gw'], 'a', null, 'a', 'a holds it'],
    // Only what both ask is compared, and who asks nobody is not compared.
    [group, ['a +x,-y', 'b +x'], 'a', null, 'a', 'a holds it'],
    [group, ['a -gw', 'b'], 'a', null, 'a', 'a holds it'],
    // Nor does it go where it cannot.
    [group, ['a -gw', 'b standby'], 'a', null, 'a', 'a holds it'],
    [group, ['a -gw', 'b failed'], 'a', null, 'a', 'a holds it'],
    // It does not return to a worse place, nor while that is in doubt.
    [group, ['a -gw', 'b +gw'], 'b', null, 'b', 'b holds it'],
    [group, ['a ?gw', 'b +gw'], 'b', null, 'b', 'b holds it: whether a reaches as many ping nodes is not sure yet'],
    [group, ['a ?gw', 'b -gw'], 'b', null, 'a', 'failback to a, which comes first'],
    [group, ['a +gw', 'b +gw'], 'b', null, 'a', 'failback to a, which comes first'],
    [staying, ['a +gw', 'b ?gw'], 'b', null, 'b', 'b holds it and failback is off'],
    // Nobody holds it.
    [group, ['a -gw', 'b +gw'], null, null, 'b', 'b comes next: b reaches 1 of 1 ping nodes, a reaches 0'],
    [group, ['a ?gw', 'b +gw'], null, null, 'a', 'a is preferred'],
    [
      group,
      ['b -gw', 'c +gw'],
      'a',
      null,
      'c',
      'c comes next: a is not in the view; c reaches 1 of 1 ping nodes, b reaches 0',
    ],
    // An operator's word stands; that of yesterday does not, unless he knew.
    [group, ['a +gw', 'b -gw'], 'a', 'b', 'b', 'an operator moved it to b'],
    [group, ['a +gw', 'b -gw'], 'b', 'b', 'b', 'b holds it'],
    [group, ['a +gw', 'b -gw'], 'b', 'b!', 'a', 'a reaches 1 of 1 ping nodes, b reaches 0'],
    [group, ['a +gw', 'b -gw'], 'a', 'b*', 'b', 'an operator moved it to b'],
    [group, ['a +gw', 'b -gw'], 'b', 'b*!', 'b', 'b holds it'],
  ] as const) {
    const placement = place({ group: of, members: members(...there), owner, move: parseMove(move) });
    t.same(placement, { node, reason }, `${there.join(', ')}, on ${owner}, moved to ${move}, failback ${of.failback}`);
  }
});

t.test('what health changes', async (t) => {
  const worse = 'check disk failed on a, so that its health is -10 and that of b 0';
  for (const [of, there, owner, move, node, reason] of [
    // Whoever is surely less well gives it away, failback or not.
    [group, ['a h-disk:10', 'b'], 'a', null, 'b', worse],
    [staying, ['a h-disk:10', 'b'], 'a', null, 'b', worse],
    [
      group,
      ['a h-disk:10,-web:5', 'b h-disk:10'],
      'a',
      null,
      'b',
      'checks disk, web failed on a, so that its health is -15 and that of b -10',
    ],
    [group, ['a h-disk:10', 'b h?disk:10', 'c'], 'a', null, 'c', worse.replace('of b', 'of c')],
    [group, ['a h-disk:10', 'b h-disk:5', 'c'], 'a', null, 'c', worse.replace('of b', 'of c')],
    // Equal, and doubts, move nothing.
    [group, ['a h-disk:10', 'b h-web:10'], 'a', null, 'a', 'a holds it'],
    [group, ['a h?disk:10', 'b'], 'a', null, 'a', 'a holds it'],
    [group, ['a h.disk:10', 'b'], 'a', null, 'a', 'a holds it'],
    [group, ['a h-disk:10', 'b h?disk:10'], 'a', null, 'a', 'a holds it'],
    // Nor does it go where it cannot.
    [group, ['a h-disk:10', 'b standby'], 'a', null, 'a', 'a holds it'],
    // It does not return to a worse place, nor while that is in doubt.
    [group, ['a h-disk:10', 'b'], 'b', null, 'b', 'b holds it'],
    [group, ['a h?disk:10', 'b'], 'b', null, 'b', 'b holds it: whether a is as well is not sure yet'],
    [group, ['a h?disk:10', 'b h-disk:10'], 'b', null, 'a', 'failback to a, which comes first'],
    // Nobody holds it.
    [group, ['a h-disk:10', 'b'], null, null, 'b', `b comes next: ${worse}`],
    [group, ['a h?disk:10', 'b'], null, null, 'a', 'a is preferred'],
    // A node that can hold nothing.
    [staying, ['a h-disk:never', 'b h-disk:999'], 'a', null, 'b', 'b comes next: check disk failed on a'],
    [
      group,
      ['a h-disk:never'],
      'a',
      null,
      null,
      'no node can run it: check disk failed on a; b is not in the view; c is not in the view',
    ],
    [group, ['a h-disk:never', 'b'], 'b', 'a', 'b', 'b holds it'],
    [group, ['a h?disk:never', 'b'], 'a', null, 'a', 'a holds it'],
    [group, ['a h?disk:never', 'b'], 'b', null, 'b', 'b holds it: whether a is as well is not sure yet'],
    // One of which nothing is known keeps what it has, but takes nothing.
    [group, ['a h.disk:never', 'b'], 'a', null, 'a', 'a holds it'],
    [group, ['a h.disk:never', 'b'], null, null, 'b', 'b comes next: check disk says nothing of a yet'],
    [
      group,
      ['a h.disk:never'],
      null,
      null,
      null,
      'no node can run it: check disk says nothing of a yet; b is not in the view; c is not in the view',
    ],
    // An operator's word stands.
    [group, ['a', 'b h-disk:10'], 'a', 'b*', 'b', 'an operator moved it to b'],
    [group, ['a', 'b h-disk:10'], 'b', 'b*!', 'b', 'b holds it'],
    [group, ['a', 'b h-disk:10'], 'b', 'b!', 'a', 'check disk failed on b, so that its health is -10 and that of a 0'],
  ] as const) {
    const placement = place({ group: of, members: members(...there), owner, move: parseMove(move) });
    t.same(placement, { node, reason }, `${there.join(', ')}, on ${owner}, moved to ${move}, failback ${of.failback}`);
  }
});
