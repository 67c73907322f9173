import t from 'tap';
import { needsLease, quorum } from '../../src/membership/quorum.js';

t.test('more than half of the configured nodes', async (t) => {
  for (const [members, configured, quorate] of [
    [0, 1, false],
    [1, 1, true],
    [0, 2, false],
    [1, 2, true],
    [2, 2, true],
    [0, 3, false],
    [1, 3, false],
    [2, 3, true],
    [3, 3, true],
    [2, 4, false],
    [3, 4, true],
    [2, 5, false],
    [3, 5, true],
    [8, 16, false],
    [9, 16, true],
  ] as const) {
    t.equal(quorum(members, configured).quorate, quorate, `${members} of ${configured}`);
  }
});

t.test('the reason says what is needed', async (t) => {
  t.equal(quorum(1, 3).reason, '1 of 3 nodes, 2 are needed');
  t.equal(quorum(1, 2).reason, 'one of two nodes goes on alone: nothing breaks the tie');
  t.equal(quorum(2, 2).reason, 'all configured nodes are here');
});

t.test('a lease is needed where a majority can be asked', async (t) => {
  t.same([1, 2, 3, 4].map(needsLease), [false, false, true, true]);
});

t.test('two majorities always share a node', async (t) => {
  for (let configured = 3; configured <= 16; configured++) {
    const smallest = Array.from({ length: configured + 1 }, (_, members) => members).find(
      (members) => quorum(members, configured).quorate,
    );
    t.ok(2 * (smallest ?? 0) > configured, `${smallest} of ${configured}`);
  }
});
