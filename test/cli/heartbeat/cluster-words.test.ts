import t from 'tap';
import { heldWord, nodeTable } from '../../../src/cli/heartbeat/cluster-words.js';
import type { NodeState } from '../../../src/status.js';
import { aGroup, aNode, aStatus } from '../../support/status.js';

t.test('what a node holds, in one word', async (t) => {
  const mine = (owner: string | null) => aGroup('mine', { owner });
  const theirs = (owner: string | null) => aGroup('theirs', { owner, preferred: 'b' });
  const held = (...groups: ReturnType<typeof aGroup>[]): string => heldWord(aStatus({ groups }));
  t.equal(held(mine('a'), theirs('b')), 'local');
  t.equal(held(mine('a'), theirs('a')), 'all');
  t.equal(held(mine('b'), theirs('a')), 'foreign');
  t.equal(held(mine('b'), theirs('b')), 'none');
  t.equal(held(mine(null), theirs(null)), 'none');
  t.equal(held(mine('a'), mine('b'), theirs('b')), 'local', 'any of them counts: none must mean none');
  t.equal(held(mine('a'), aGroup('moving', { owner: 'b', state: 'starting' })), 'transition');
  t.equal(held(mine('a'), aGroup('stuck', { owner: null, state: 'failed' })), 'local');
});

t.test('where there are no groups of a kind, the word is what it would be with Heartbeat', async (t) => {
  const self = aNode('a', { local: true });
  const held = (peer: NodeState, standby = false): string =>
    heldWord(aStatus({ groups: [], nodes: [{ ...self, standby }, aNode('b', { state: peer })] }));
  t.equal(held('active'), 'local');
  t.equal(held('dead'), 'all');
  t.equal(held('active', true), 'none');
  t.equal(heldWord(aStatus({ nodes: [{ ...self, state: 'up' }] })), 'transition');
});

t.test('states Heartbeat does not know are dead', async (t) => {
  const words = (['active', 'up', 'init', 'dead', 'left', 'fencing', 'fenced'] as const).map((state) => {
    return nodeTable(aStatus({ nodes: [aNode('b', { state })] }))[0]?.status;
  });
  t.same(words, ['active', 'up', 'init', 'dead', 'dead', 'dead', 'dead']);
});
