import t from 'tap';
import { Memory } from '../../src/policy/memory.js';

t.test('what stands on disk is not written again, what is new is', async (t) => {
  const memory = new Memory();
  memory.start({ directives: 'standby/a=on@1@a', generation: 5, held: {} });
  const now = { directives: 'standby/a=on@1@a', generation: 5, incarnations: 0, held: {} };
  const generations = () => ({ a: 5, b: 7 });
  t.equal(memory.changes(now, generations), null);
  t.same(memory.changes({ ...now, incarnations: 1 }, generations), {
    directives: now.directives,
    generations: { a: 5, b: 7 },
    held: {},
  });
  t.equal(memory.changes({ ...now, incarnations: 1 }, generations), null);
  t.ok(memory.changes({ ...now, incarnations: 1, generation: 6 }, generations), 'a new incarnation of its own');
  t.ok(
    memory.changes({ directives: '', incarnations: 1, generation: 6, held: {} }, generations),
    'an order taken back',
  );
  t.ok(memory.changes({ directives: '', incarnations: 1, generation: 6, held: { G: 3 } }, generations), 'a claim');
});

t.test('what was heard of the nodes is kept, and written again when it is another', async (t) => {
  const memory = new Memory();
  const nodes = { change: '1 a b c', told: {} };
  memory.start({ directives: '', generation: 5, held: {}, nodes });
  const now = { directives: '', generation: 5, incarnations: 0, held: {}, nodes };
  t.equal(
    memory.changes(now, () => ({})),
    null,
  );
  const newer = { change: '2 a b', told: {} };
  t.same(
    memory.changes({ ...now, nodes: newer }, () => ({})),
    { directives: '', generations: {}, held: {}, nodes: newer },
  );
});
