import t from 'tap';
import { formatNodeList, NodeList, parseNodeList } from '../../src/membership/node-list.js';
import { textMessage } from '../../src/wire/message.js';

const fieldsOf = (fields: readonly { name: string; value: string }[]) =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

t.test('lists have a blank behind each name, and one when there is none', async (t) => {
  t.equal(formatNodeList(['a', 'b']), 'a b ');
  t.equal(formatNodeList([]), ' ');
  t.same(parseNodeList('a B  a\tc '), ['a', 'b', 'c']);
  t.same(parseNodeList(' '), []);
  t.same(parseNodeList(undefined), []);
});

t.test('who asks for the nodes is told all of them, as a captured Heartbeat tells it', async (t) => {
  const list = new NodeList({ self: 'node2', nodes: ['node1', 'node2'] });
  const answer = list.answer('node1', textMessage({ t: 'reqnodes', dest: 'node2' }));
  t.equal(answer?.type, 'repnodes');
  t.same(fieldsOf(answer?.fields ?? []), { dest: 'node1', nodelist: 'node1 node2 ', delnodelist: ' ' });
});

t.test('other messages are not answered', async (t) => {
  const list = new NodeList({ self: 'a', nodes: ['a', 'b'] });
  for (const type of ['repnodes', 'starting', 'resource']) t.equal(list.answer('b', textMessage({ t: type })), null);
});

t.test('majorities are reckoned by the longest list that any node announced last', async (t) => {
  const list = new NodeList({ self: 'a', nodes: ['a', 'b'] });
  t.equal(list.votes, 2);
  const hear = (from: string, nodes: string) => list.hear(from, { nodes, nodesKnown: '', nodesChange: '' }, 1);
  hear('b', 'a b c');
  t.equal(list.votes, 3);
  hear('d', 'a');
  t.equal(list.votes, 3, 'a shorter one does not count');
  hear('b', '');
  t.equal(list.votes, 2, 'it does not say, as a Heartbeat');
  hear('b', 'a b c');
  list.delete('b', 2);
  t.equal(list.votes, 1, 'it belongs to the cluster no more');
});
