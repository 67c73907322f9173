import t from 'tap';
import type { ClaimState } from '../../src/membership/claims.js';
import { lawfulOwner, type Rival } from '../../src/policy/rivals.js';

const order = ['a', 'b'];
const rival = (text: string): Rival => {
  const [node = '', state = '', term = '1'] = text.split(' ');
  return { node, claim: { group: 'G', state: state as ClaimState, term: Number(term) } };
};

t.test('who goes on, and why', async (t) => {
  for (const [one, two, winner, reason] of [
    ['a wanted 9', 'b started 1', 'b', 'it runs on b already'],
    ['a wanted 9', 'b starting 1', 'b', 'it runs on b already'],
    ['a started 1', 'b wanted 9', 'a', 'it runs on a already'],
    ['a started 1', 'b started 2', 'b', 'b started it later, after the other owner was given up'],
    ['a started 2', 'b starting 1', 'a', 'a started it later, after the other owner was given up'],
    ['a wanted 1', 'b wanted 2', 'b', 'b started it later, after the other owner was given up'],
    ['a started', 'b started', 'a', "both started it at the same time and a comes first in the group's order"],
    ['a wanted', 'b wanted', 'a', "both started it at the same time and a comes first in the group's order"],
    ['x started', 'b started', 'b', "both started it at the same time and b comes first in the group's order"],
    ['x started', 'y started', 'x', "both started it at the same time and x comes first in the group's order"],
  ] as const) {
    t.same(lawfulOwner(rival(one), rival(two), order), { node: winner, reason }, `${one} against ${two}`);
  }
});

t.test('both rivals come to the same answer', async (t) => {
  const texts = ['a', 'b', 'x', 'y'].flatMap((node) =>
    ['wanted', 'starting', 'started'].flatMap((state) => [1, 2].map((term) => `${node} ${state} ${term}`)),
  );
  for (const one of texts) {
    for (const two of texts) {
      if (one[0] === two[0]) continue;
      const there = lawfulOwner(rival(one), rival(two), order);
      t.same(lawfulOwner(rival(two), rival(one), order), there, `${one} against ${two}`);
    }
  }
});
