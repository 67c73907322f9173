import t from 'tap';
import { parseHealth } from '../../src/membership/health-words.js';
import { Fitness, failedOf, scoreOf, whyUnfit } from '../../src/policy/fitness.js';
import { reaches } from '../support/announcement.js';

/** `compare('a +gw -disk:10', 'b ?disk:never', 'c')`: words with a colon are health checks. */
function compare(...texts: string[]): Fitness {
  return new Fitness(
    texts.map((text) => {
      const [name = '', ...words] = text.split(' ');
      const pings = words.filter((word) => !word.includes(':'));
      const health = parseHealth(words.filter((word) => word.includes(':')).join(' '));
      return { name, connectivity: pings.length === 0 ? new Map() : reaches(pings.join(' ')), health };
    }),
  );
}

t.test('who is worse, and why', async (t) => {
  const less = 'check disk failed on b, so that its health is -10 and that of a 0';
  for (const [members, name, why] of [
    [['a', 'b -disk:10'], 'b', less],
    [['a', 'b -disk:10'], 'a', null],
    [['a', 'b ?disk:10'], 'b', null],
    [['a ?disk:10', 'b -disk:10'], 'b', null],
    [['a ?disk:never', 'b -disk:10'], 'b', null],
    [['a ?web:5', 'b -disk:10'], 'b', less.replace('a 0', 'a -5')],
    // Ping nodes come first, and what a node that surely reaches fewer says of its health does not count.
    [['a +gw -disk:10', 'b -gw'], 'b', 'a reaches 1 of 1 ping nodes, b reaches 0'],
    [['a +gw -disk:10', 'b -gw'], 'a', null],
    [['a +gw -disk:10', 'b ?gw'], 'a', null],
    [['a +gw', 'b +gw -disk:10'], 'b', less],
    [['a ?gw', 'b +gw -disk:10'], 'b', null],
    // A Heartbeat tells neither.
    [['a +gw -disk:10', 'b'], 'a', 'check disk failed on a, so that its health is -10 and that of b 0'],
  ] as const) {
    t.equal(compare(...members).whyWorse(name), why, `${members.join(', ')}: ${name}`);
  }
});

t.test('never all are worse, and a move is sure to be for the better', async (t) => {
  const health = ['', ' -x:2', ' ?x:2', ' -y:3', ' ?y:never'];
  const words = ['+g', '?g', '-g'].flatMap((ping) => health.map((text) => `${ping}${text}`));
  for (const a of words) {
    for (const b of words) {
      const fitness = compare(`a ${a}`, `b ${b}`, 'c ?g ?x:2');
      const worse = ['a', 'b', 'c'].filter((name) => fitness.whyWorse(name) !== null);
      const best = ['a', 'b', 'c'].filter((name) => fitness.isBest(name));
      t.ok(best.length > 0 && best.every((name) => !worse.includes(name)), `a ${a}, b ${b}`);
    }
  }
});

t.test('a failback that might be to a worse place waits', async (t) => {
  const fitness = compare('a ?disk:10', 'b', 'c -disk:10');
  t.equal(fitness.whyDoubtful('a', 'b'), 'whether a is as well is not sure yet');
  t.equal(fitness.whyDoubtful('a', 'c'), null);
  t.equal(compare('a ?gw', 'b +gw').whyDoubtful('a', 'b'), 'whether a reaches as many ping nodes is not sure yet');
});

t.test('who can hold nothing', async (t) => {
  for (const [text, holds, why] of [
    ['', false, null],
    ['-disk:10', false, null],
    ['-disk:never -web:never -x:1', true, 'checks disk, web failed on a'],
    ['?disk:never', false, null],
    ['.disk:never', false, 'check disk says nothing of a yet'],
    ['.disk:never', true, null],
    ['.disk:10', false, null],
  ] as const) {
    t.equal(whyUnfit('a', parseHealth(text), holds), why, text);
  }
});

t.test('score and failed checks', async (t) => {
  for (const [text, score, failed] of [
    ['', 0, []],
    ['-disk:10 ?web:5 -x:1', -11, ['disk', 'x']],
    ['-disk:never -x:1', null, ['disk', 'x']],
    ['.disk:never', 0, []],
  ] as const) {
    t.equal(scoreOf(parseHealth(text)), score, text);
    t.same(failedOf(parseHealth(text)), failed, text);
  }
});
