import t from 'tap';
import { type Judgement, waitFor } from '../../src/cli/wait.js';
import { aStatus } from '../support/status.js';

const wait = (judgements: readonly Judgement[], timeoutMs = 30_000) => {
  const left = [...judgements];
  const progress: string[] = [];
  const outcome = waitFor({
    look: async () => aStatus(),
    judge: () => (left.length > 1 ? left.shift() : left[0]) ?? { kind: 'done', lines: [] },
    timeoutMs,
    progress: (line) => progress.push(line),
  });
  return { outcome, progress };
};

t.test('done is done', async (t) => {
  const { outcome, progress } = wait([
    { kind: 'waiting', text: 'one', lines: [] },
    { kind: 'done', lines: ['there'] },
  ]);
  t.same(await outcome, { reached: true, lines: ['there'] });
  t.same(progress, [], 'nothing is told within the first second');
});

t.test('rest and hopelessness count from the last change', async (t) => {
  const rest = wait([
    { kind: 'waiting', text: 'one', lines: ['x'] },
    { kind: 'waiting', text: 'two', lines: ['y'], doneAfterMs: 100 },
  ]);
  t.same(await rest.outcome, { reached: true, lines: ['y'] });
  const hopeless = wait([{ kind: 'waiting', text: 'one', lines: ['it failed'], hopelessAfterMs: 100 }]);
  t.same(await hopeless.outcome, { reached: false, lines: ['it failed'] });
});

t.test('a limit is kept, and every change is told once', async (t) => {
  const { outcome, progress } = wait([{ kind: 'waiting', text: 'still', lines: [] }], 1500);
  t.same(await outcome, { reached: false, lines: ['gave up waiting after 2 s'] });
  t.same(progress, ['still']);
});
