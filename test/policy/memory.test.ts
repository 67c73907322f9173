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
