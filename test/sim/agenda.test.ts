import t from 'tap';
import { Agenda } from '../../src/sim/agenda.js';
import { Dice } from '../../src/sim/dice.js';

t.test('things come in the order of their time, then of their insertion', async (t) => {
  const dice = new Dice(5);
  const agenda = new Agenda<string>();
  const expected: { at: number; what: string }[] = [];
  for (let i = 0; i < 500; i++) {
    const at = dice.integer(0, 40);
    agenda.add(at, `${i}`);
    expected.push({ at, what: `${i}` });
  }
  expected.sort((a, b) => a.at - b.at || Number(a.what) - Number(b.what));
  t.equal(agenda.size, 500);
  t.equal(agenda.nextAt(), expected[0]?.at);
  t.same(
    expected.map(() => agenda.take()),
    expected.map(({ what }) => what),
  );
  t.equal(agenda.take(), undefined);
  t.equal(agenda.nextAt(), Number.POSITIVE_INFINITY);
});
