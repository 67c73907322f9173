import t from 'tap';
import { formatState, parseState } from '../../../src/io/state/saved-state.js';

t.test('what is kept of the nodes is read again, and files without it are read as before', async (t) => {
  const saved = { directives: '', generations: { a: 1 }, held: {} };
  const nodes = { change: '2 a b', told: { b: { nodes: 'a b c', known: 'd' } } };
  t.same(parseState(formatState(saved)), { saved });
  t.same(parseState(formatState({ ...saved, nodes })), { saved: { ...saved, nodes } });
});

t.test('what is no such thing is refused', async (t) => {
  for (const nodes of [null, 'a b', { change: 1, told: {} }, { change: '' }, { change: '', told: { b: 'a b' } }]) {
    const text = JSON.stringify({ version: 1, directives: '', generations: {}, nodes });
    t.same(parseState(text), { reason: 'what it says of the nodes cannot be read' }, text);
  }
});
