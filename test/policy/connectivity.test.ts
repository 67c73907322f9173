import t from 'tap';
import { Comparison } from '../../src/policy/connectivity.js';
import { reaches } from '../support/announcement.js';

/** `compare('a +gw', 'b -gw', 'c')` */
function compare(...texts: string[]): Comparison {
  return new Comparison(
    texts.map((text) => {
      const [name = '', ...words] = text.split(' ');
      return { name, connectivity: words.length === 0 ? new Map() : reaches(words.join(' ')) };
    }),
  );
}

t.test('who is worse, and why', async (t) => {
  for (const [members, name, why] of [
    [['a +gw', 'b -gw'], 'b', 'a reaches 1 of 1 ping nodes, b reaches 0'],
    [['a +gw', 'b -gw'], 'a', null],
    [['a +x +y', 'b +x -y', 'c -x -y'], 'b', 'a reaches 2 of 2 ping nodes, b reaches 1'],
    [['a +x +y', 'b +x -y', 'c -x -y'], 'c', 'a reaches 2 of 2 ping nodes, c reaches 0'],
    [['a +gw', 'b ?gw'], 'b', null],
    [['a ?gw', 'b -gw'], 'b', null],
    [['a +x ?y', 'b -x -y'], 'b', 'a reaches 1 of 2 ping nodes, b reaches 0'],
    [['a +x +y', 'b +x'], 'b', null],
    [['a +x', 'b -y'], 'b', null],
    [['a +gw', 'b'], 'b', null],
    [['a', 'b -gw'], 'b', null],
    [['a +gw'], 'a', null],
    [[], 'a', null],
  ] as const) {
    t.equal(compare(...members).whyWorse(name), why, `${members.join(', ')}: ${name}`);
  }
});

t.test('never all are worse', async (t) => {
  const signs = ['+', '?', '-'];
  const words = signs.flatMap((x) => signs.map((y) => `${x}x ${y}y`));
  for (const a of words) {
    for (const b of words) {
      const comparison = compare(`a ${a}`, `b ${b}`, 'c ?x ?y');
      const worse = ['a', 'b', 'c'].filter((name) => comparison.whyWorse(name) !== null);
      t.ok(worse.length < 3);
      const best = ['a', 'b', 'c'].filter((name) => comparison.isBest(name));
      t.ok(best.length > 0 && best.every((name) => !worse.includes(name)));
      for (const name of best) {
        for (const other of worse)
          t.notOk(comparison.mayBeWorse(name, other), 'a move for it is sure to be for the better');
      }
    }
  }
});
