import t from 'tap';
import { formatHealth, parseHealth } from '../../src/membership/health-words.js';

t.test('what is written is read again', async (t) => {
  for (const text of ['', '-disk:10', '-disk:10 ?web:1 .x.y-z_1:never']) t.equal(formatHealth(parseHealth(text)), text);
});

t.test('what cannot be read says nothing; an unknown sign is a doubt', async (t) => {
  for (const [text, expected] of [
    ['- -: -disk -disk: -disk:x -disk:-1 -disk:9999999999 :1 -:never', []],
    ['-disk:10 nonsense  -web:2', ['disk', 'web']],
  ] as const) {
    t.same(
      parseHealth(text).map(({ check }) => check),
      expected,
      text,
    );
  }
  t.same(parseHealth('!disk:never'), [{ check: 'disk', state: 'doubtful', weight: null }]);
});
