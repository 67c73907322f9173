import t from 'tap';
import { Electorate, type NodesWord } from '../../src/membership/electorate.js';

const word = (nodes: string, nodesKnown = '', nodesChange = ''): NodesWord => ({ nodes, nodesKnown, nodesChange });
const electorate = (self: string, nodes: string) => new Electorate({ self, nodes: nodes.split(' ') });
const outsiders = (one: Electorate) => [...one.outsiders.keys()].sort().join(' ');
const told = (...entries: [string, string][]) => ({
  change: '',
  told: Object.fromEntries(entries.map(([name, nodes]) => [name, { nodes, known: '' }])),
});

t.test('all nodes count that any node names, as it said last', async (t) => {
  const a = electorate('a', 'a b x');
  t.same([a.votes, a.word], [3, word('a b x')]);
  a.hear('b', word('a b c d'), 7);
  t.same([a.votes, outsiders(a), a.outsiders.get('c')], [5, 'c d', 7]);
  a.hear('b', word('a b c'), 8);
  t.same([a.votes, outsiders(a), a.outsiders.get('c')], [4, 'c', 7], 'c has counted for longer');
  a.hear('b', word('a b x'), 9);
  t.same([a.votes, outsiders(a)], [3, '']);
});

t.test('a list without this node is one of others: only its length counts', async (t) => {
  const a = electorate('a', 'a b');
  a.hear('b', word('b c'), 1);
  t.same([a.votes, outsiders(a)], [2, '']);
  a.hear('b', word('b c d'), 1);
  t.same([a.votes, outsiders(a)], [3, '']);
});

t.test('what was heard is told on once, so that no two keep it alive', async (t) => {
  const [a, b, c] = [electorate('a', 'a b c'), electorate('b', 'a b c'), electorate('c', 'a b c')];
  const exchange = () => {
    for (const [from, to] of [
      ['b', a],
      ['c', a],
      ['a', b],
      ['c', b],
      ['a', c],
      ['b', c],
    ] as const) {
      to.hear(from, { a, b, c }[from].word, 1);
    }
  };
  exchange();
  a.hear('c', word('a b c d e'), 1);
  t.equal(a.word.nodesKnown, 'd e');
  b.hear('a', a.word, 1);
  t.same([b.votes, b.word.nodesKnown], [5, ''], 'b counts them and does not tell of them');
  exchange();
  exchange();
  t.same([a.votes, b.votes, c.votes], [3, 3, 3]);
});

t.test('a change is told on by all, until there is a newer one', async (t) => {
  const [a, b, c] = [electorate('a', 'a b'), electorate('b', 'a b'), electorate('c', 'a b c')];
  a.order({ added: ['c'], deleted: [] }, 1);
  t.equal(a.word.nodesChange, '1 a b c');
  b.hear('a', a.word, 1);
  t.same([b.votes, b.word.nodesChange], [3, '1 a b c']);
  c.hear('b', b.word, 1);
  t.same([c.votes, c.word.nodesChange], [3, '1'], 'its file says the same');
  b.order({ added: [], deleted: ['c'] }, 1);
  t.equal(b.word.nodesChange, '2 a b');
  a.hear('b', b.word, 1);
  b.hear('a', word('a b', '', '1 a b c'), 1);
  t.same([a.votes, a.word.nodesChange, b.votes], [2, '2', 2], 'the older one is not believed any more');
});

t.test('two changes at once both hold', async (t) => {
  const [a, b] = [electorate('a', 'a b'), electorate('b', 'a b')];
  a.order({ added: ['c'], deleted: [] }, 1);
  b.order({ added: ['d'], deleted: [] }, 1);
  a.hear('b', b.word, 1);
  b.hear('a', a.word, 1);
  t.same([a.word.nodesChange, b.word.nodesChange], ['1 a b c d', '1 a b c d']);
});

t.test('whom a deleted node counted is not deleted with it', async (t) => {
  const a = electorate('a', 'a b');
  a.hear('b', word('a b c d'), 1);
  a.order({ added: [], deleted: ['b'] }, 1);
  a.setNames(['a'], 1);
  a.forget('b', 1);
  t.same([a.votes, outsiders(a)], [3, 'c d']);
  a.order({ added: [], deleted: ['c', 'd'] }, 1);
  t.same([a.votes, outsiders(a)], [1, '']);
});

t.test('a stranger counts when it may have quorum without this node', async (t) => {
  const a = electorate('a', 'a b');
  a.hear('b', word('a b'), 1);
  a.hearOutsider('c', word('a b c'), 1);
  t.equal(a.votes, 2, 'b is not with it');
  a.hearOutsider('x', word('x y'), 1);
  t.equal(a.votes, 2, 'another cluster');
  a.hear('b', word('a b c'), 1);
  t.equal(a.votes, 3);
  const alone = electorate('a', 'a b');
  alone.hearOutsider('c', word('a b c'), 1);
  t.equal(alone.votes, 3, 'b may be with it');
  const pair = electorate('a', 'a b');
  pair.hear('b', word('a b'), 1);
  for (const name of ['c', 'd', 'e']) {
    t.equal(pair.votes, 2);
    pair.hearOutsider(name, word('a b c d e'), 1);
  }
  t.equal(pair.votes, 5, 'three of five');
});

t.test('what was heard outlives the node, also when its file names fewer then', async (t) => {
  const a = electorate('a', 'a b c');
  a.hear('b', word('a b c'), 1);
  const again = electorate('a', 'a b');
  again.start(a.saved, 5);
  t.same([again.votes, outsiders(again), again.outsiders.get('c')], [3, 'c', 5]);
  t.same(again.sayers('c'), ['b']);
  const alone = electorate('a', 'a');
  alone.start(again.saved, 5);
  t.equal(alone.votes, 3, 'c was one of its nodes once');
  alone.hear('b', word('b'), 6);
  t.equal(alone.votes, 1);
});

t.test('of a pair nothing is kept, and nothing is written twice', async (t) => {
  const a = electorate('a', 'a b');
  a.hear('b', word('a b'), 1);
  t.equal(a.saved, undefined);
  a.hear('b', word('a b c'), 1);
  const { saved } = a;
  t.same(saved, told(['b', 'a b c'], ['a', 'a b']));
  a.hear('b', word('a b c', 'd'), 1);
  a.hear('b', word('a b c'), 1);
  t.same(a.saved, saved);
  const again = electorate('a', 'a b');
  again.start(saved, 1);
  t.same(again.saved, saved);
});

t.test('whoever reckons with two may act alone', async (t) => {
  const a = electorate('a', 'a b c');
  a.hear('b', word('a b'), 1);
  t.equal(a.mayActAlone('b'), true);
  a.hear('b', word('a b', 'c'), 1);
  t.equal(a.mayActAlone('b'), false);
  a.hear('b', word('a b', '', '3 a b c'), 1);
  t.equal(a.mayActAlone('b'), false);
  t.equal(a.mayActAlone('c'), false, 'it has not said');
});

t.test('what no node can have said does no harm', async (t) => {
  const a = electorate('a', 'a b');
  const names = Array.from({ length: 5000 }, (_, index) => `n${index}`).join(' ');
  a.hear('b', word(`a ${names} ${'x'.repeat(1000)}`, names, `zz ${names}`), 1);
  t.ok(a.votes < 300, `${a.votes}`);
  a.hear('b', word('a b', '', `ffffffffff ${names}`), 1);
  t.ok(a.votes <= 102, `${a.votes}`);
  a.hear('b', word('a b'), 1);
  a.order({ added: [], deleted: names.split(' ') }, 1);
  t.equal(a.votes, 2);
});
