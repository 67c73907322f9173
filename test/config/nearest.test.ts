import t from 'tap';
import { editDistance, hint, nearest } from '../../src/config/nearest.js';

t.test('distances', (t) => {
  const rows: [string, string, number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['node', 'node', 0],
    ['node', 'NODE', 0],
    ['node', 'nod', 1],
    ['node', 'nodes', 1],
    ['node', 'nade', 1],
    ['node', 'ndoe', 1],
    ['eth0', 'ens3', 3],
    ['keepalive', 'kepealvie', 2],
  ];
  for (const [from, to, distance] of rows) {
    t.equal(editDistance(from, to), distance, `${from} -> ${to}`);
    t.equal(editDistance(to, from), distance, `${to} -> ${from}`);
  }
  t.end();
});

t.test('the nearest word, if it is near enough to be meant', (t) => {
  const words = ['keepalive', 'deadtime', 'deadping', 'node', 'bcast', 'ucast', 'mcast'];
  const rows: [string, string | null][] = [
    ['keepalve', 'keepalive'],
    ['deadtme', 'deadtime'],
    ['Node', 'node'],
    ['dcast', 'bcast'],
    ['cast', 'bcast'],
    ['serial', null],
    ['x', null],
    ['x'.repeat(10_000), null],
  ];
  for (const [word, expected] of rows) t.equal(nearest(word, words), expected, word.slice(0, 20));
  t.end();
});

t.test('hints', (t) => {
  t.equal(hint('alpa', ['alpha', 'beta']), '; did you mean "alpha"?');
  t.equal(hint('gateway', ['alpha', 'beta'], 'the nodes'), '; the nodes are alpha, beta');
  t.equal(hint('gateway', ['alpha'], 'the node'), '; the node is alpha');
  t.equal(hint('gateway', ['alpha', 'beta']), '');
  t.equal(hint('gateway', [], 'the nodes'), '');
  t.equal(
    hint(
      'q',
      'abcdefghi'
        .repeat(1)
        .split('')
        .map((letter) => letter.repeat(9)),
      'letters',
    ),
    '',
    'not too many',
  );
  t.end();
});
