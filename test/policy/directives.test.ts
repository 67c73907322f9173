import t from 'tap';
import { Directives } from '../../src/policy/directives.js';
import { prng } from '../support/prng.js';

t.test('an order is in force until it is taken back', async (t) => {
  const directives = new Directives();
  t.equal(directives.get('standby', 'a'), null);
  t.equal(directives.version('standby', 'a'), 0);
  directives.set('standby', 'a', 'on', 'b');
  t.equal(directives.get('standby', 'a'), 'on');
  t.equal(directives.get('standby', 'b'), null);
  t.equal(directives.get('move', 'a'), null);
  t.equal(directives.text(), 'standby/a=on@1@b');
  directives.set('standby', 'a', null, 'a');
  t.equal(directives.get('standby', 'a'), null);
  t.equal(directives.version('standby', 'a'), 2);
  t.equal(directives.text(), 'standby/a=@2@a', 'that it was taken back is remembered');
});

t.test('the text is sorted and read again', async (t) => {
  const directives = new Directives();
  directives.set('move', 'G', 'b!', 'a');
  directives.set('cleanup', 'G', 'now', 'a');
  for (let count = 0; count < 15; count++) directives.set('standby', 'a', 'on', 'b');
  t.equal(directives.text(), 'cleanup/G=now@2@a move/G=b!@1@a standby/a=on@11@b');
  const other = new Directives();
  t.equal(other.merge(directives.text()), true);
  t.equal(other.text(), directives.text());
  t.equal(other.merge(directives.text()), false, 'nothing new');
});

t.test('of two orders the later one is in force, whatever comes first', async (t) => {
  for (const [one, two, winner] of [
    ['move/G=a@1@a', 'move/G=b@2@a', 'move/G=b@2@a'],
    ['move/G=a@1@a', 'move/G=b@1@b', 'move/G=b@1@b'],
    ['move/G=a@1@a', 'move/G=b@1@a', 'move/G=b@1@a'],
    ['move/G=a@a@a', 'move/G=@9@a', 'move/G=a@a@a'],
    ['move/G=a@1@a', 'move/G=@2@a', 'move/G=@2@a'],
  ] as const) {
    for (const [first, second] of [
      [one, two],
      [two, one],
    ] as const) {
      const directives = new Directives();
      directives.merge(first);
      directives.merge(second);
      t.equal(directives.text(), winner, `${first}, then ${second}`);
    }
  }
});

t.test('an older order is no news', async (t) => {
  const directives = new Directives();
  directives.merge('move/G=a@5@a');
  t.equal(directives.merge('move/G=b@4@z'), false);
  t.equal(directives.merge(''), false);
});

t.test('words that are no orders are left out', async (t) => {
  const directives = new Directives();
  for (const word of [
    'x',
    'fence/a=on@1@a',
    'standby/=on@1@a',
    'standby/a@1@a',
    'standby/a=on@g@a',
    'standby/a=on@1@',
    '=@@',
  ]) {
    t.equal(directives.merge(word), false, word);
  }
  t.equal(directives.text(), '');
  t.equal(directives.merge('nonsense standby/a=on@1@a more'), true);
});

t.test('nodes that hear one another in any order come to the same orders', async (t) => {
  const dice = prng(5);
  const pick = <T>(from: readonly T[]): T => from[dice.below(from.length)] as T;
  const names = ['a', 'b', 'c'];
  const nodes = new Map(names.map((name) => [name, new Directives()]));
  for (let step = 0; step < 300; step++) {
    const name = pick(names);
    const node = nodes.get(name);
    if (dice.below(2) === 0) node?.set(pick(['standby', 'move']), pick(['x', 'y', 'z']), pick(['on', null, 'b']), name);
    else node?.merge(nodes.get(pick(names))?.text() ?? '');
  }
  for (let round = 0; round < 3; round++) {
    for (const one of nodes.values()) for (const two of nodes.values()) one.merge(two.text());
  }
  t.equal(new Set([...nodes.values()].map((node) => node.text())).size, 1);
});

t.test('orders are forgotten rather than grow beyond a datagram: those first that matter least', async (t) => {
  const directives = new Directives();
  directives.set('standby', 'b', 'on', 'a');
  directives.set('move', 'kept', 'b', 'a');
  for (let group = 0; group < 300; group++) {
    directives.set('move', `done${group}`, 'b', 'a');
    directives.markDone('move', `done${group}`, '!');
    directives.set('move', `back${group}`, null, 'a');
  }
  t.equal(directives.get('move', 'kept'), 'b', 'what is in force stays before what is done or taken back');
  for (let group = 0; group < 2000; group++) directives.set('move', `group${group}`, 'a-node-with-a-name', 'a');
  t.ok(directives.text().length <= 24_000, `${directives.text().length} characters`);
  t.equal(directives.get('standby', 'b'), 'on', 'a standby is forgotten last');
  t.equal(directives.get('move', 'kept'), null, 'of the others the oldest are');
  t.equal(directives.get('move', 'group1999'), 'a-node-with-a-name');
  t.equal(
    directives
      .text()
      .split(' ')
      .filter((word) => word.includes('back') || word.includes('done')).length,
    0,
  );
});

t.test('a new order is later than every order ever seen', async (t) => {
  const directives = new Directives();
  directives.merge('move/G=b@ff@z');
  directives.set('standby', 'a', 'on', 'a');
  t.equal(directives.version('standby', 'a'), 256);
});

t.test('orders about strangers do not grow without bound, and push out nothing of ours', async (t) => {
  const directives = new Directives();
  directives.know({ nodes: ['a', 'b'], groups: [] });
  directives.set('standby', 'b', 'on', 'a');
  for (let from = 0; from < 20_000; from += 500) {
    const orders = Array.from({ length: 500 }, (_, n) => `standby/stranger${from + n}=on@ff@z`);
    directives.merge(orders.join(' '));
    t.ok(directives.text().length <= 24_000, `${directives.text().length} characters`);
  }
  t.equal(directives.get('standby', 'b'), 'on');
  t.equal(directives.get('standby', 'stranger19999'), 'on', 'kept for others while there is room');
});

t.test('texts and names that no node can have written are left out', async (t) => {
  const directives = new Directives();
  const long = 'x'.repeat(102);
  for (const word of [
    `standby/${long}=on@1@a`,
    `move/G=${long}@1@a`,
    `standby/a=on@1@${long}`,
    'standby/a=on@fffffffffff@a',
  ]) {
    t.equal(directives.merge(word), false, word);
  }
  t.equal(directives.merge('standby/a=on@1@a '.repeat(4000)), false);
  t.equal(directives.text(), '');
});

t.test('an order about the node with the longest name is read, with both marks at its end', async (t) => {
  const name = 'x'.repeat(99);
  for (const value of [name, `${name}*`, `${name}!`, `${name}*!`]) {
    const directives = new Directives();
    directives.set('standby', name, 'on', name);
    directives.set('move', 'G', value, name);
    const other = new Directives();
    other.merge(directives.text());
    t.equal(other.text(), directives.text());
  }
});

t.test('after the highest version there are still orders that all can read', async (t) => {
  const directives = new Directives();
  directives.merge('move/G=b@ffffffffff@z');
  directives.set('standby', 'a', 'on', 'a');
  const other = new Directives();
  t.equal(other.merge(directives.text()), true);
  t.equal(other.get('standby', 'a'), 'on');
});
