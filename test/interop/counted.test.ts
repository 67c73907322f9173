import t from 'tap';
import { objectionTo } from './counted.js';
import { allOn, home } from './member.js';

const systole = { name: 'a', product: 'systole' } as const;
const heartbeat = { name: 'b', product: 'heartbeat' } as const;

t.test('each group that moved is stopped once and started once', async (t) => {
  const away = { before: home, after: allOn('b') };
  t.equal(objectionTo(['stop a'], systole, away), null);
  t.equal(objectionTo(['start a'], heartbeat, away), null);
  t.equal(objectionTo(['start b', 'start a'], systole, { before: allOn('b'), after: allOn('a') }), null);
  t.equal(objectionTo([], systole, { before: home, after: home }), null);
});

t.test('more than that, or less, is told', async (t) => {
  const away = { before: home, after: allOn('b') };
  t.equal(objectionTo([], heartbeat, away), 'the agents on b were to do this: start a; they did: nothing');
  t.equal(
    objectionTo(['start a', 'stop a', 'start a'], heartbeat, away),
    'the agents on b were to do this: start a; they did: start a, start a, stop a',
  );
  t.match(objectionTo(['stop a', 'start a'], systole, { before: home, after: home }), /^the agents on a/);
});

t.test('a Heartbeat may ask for what is so already', async (t) => {
  const all = { before: home, after: allOn('a') };
  t.equal(objectionTo(['stop a again', 'stop b'], heartbeat, all), null);
  t.match(objectionTo(['start a again', 'start b'], systole, all), /start a again/);
});
