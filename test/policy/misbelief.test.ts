import t from 'tap';
import { Misbelief } from '../../src/policy/misbelief.js';

const held = (node: string, state: 'wanted' | 'started' | 'stopping') => ({
  node,
  claim: { group: 'G', term: 1, state },
  hearsUs: true,
});

t.test('a node has looked when it leaves the phase of looking, once', async (t) => {
  const misbelief = new Misbelief();
  t.equal(misbelief.hasLooked('b', 'ready'), false, 'nothing was known before');
  t.equal(misbelief.hasLooked('b', 'probing'), false);
  t.equal(misbelief.hasLooked('b', 'ready'), true);
  t.equal(misbelief.hasLooked('b', 'ready'), false);
  t.equal(misbelief.hasLooked('b', 'leaving'), false);
});

t.test('a rival has yielded when its claim goes while the group is up here', async (t) => {
  const misbelief = new Misbelief();
  t.equal(misbelief.hasYielded('G', true, [held('b', 'wanted')]), false, 'a wish holds nothing');
  t.equal(misbelief.hasYielded('G', true, []), false);
  t.equal(misbelief.hasYielded('G', true, [held('b', 'started')]), false);
  t.equal(misbelief.hasYielded('G', true, [held('b', 'stopping')]), false, 'not yet');
  t.equal(misbelief.hasYielded('G', true, []), true);
  t.equal(misbelief.hasYielded('G', true, []), false);
  t.equal(misbelief.hasYielded('G', false, [held('b', 'stopping')]), false);
  t.equal(misbelief.hasYielded('G', true, []), false, 'it was not up here then: its start has announced it');
});
