import t from 'tap';
import { planSteps, stepNames, stepTimeoutMs } from '../../src/resources/plan.js';
import { testGroup } from '../support/config.js';

const steps = (...resources: string[]) =>
  planSteps(testGroup({ resources })).map((step) => step.map(({ name }) => name).join(' + '));

t.test('neighbouring addresses are one step, everything else its own', async (t) => {
  for (const [resources, expected] of [
    [['web'], ['web']],
    [['10.0.0.1'], ['10.0.0.1']],
    [['10.0.0.1', 'IPaddr2::10.0.0.2', 'IPv6addr::fe80::1'], ['10.0.0.1 + IPaddr2::10.0.0.2 + IPv6addr::fe80::1']],
    [
      ['10.0.0.1', 'web', '10.0.0.2'],
      ['10.0.0.1', 'web', '10.0.0.2'],
    ],
    [
      ['disk', '10.0.0.1', '10.0.0.2', 'db', 'web'],
      ['disk', '10.0.0.1 + 10.0.0.2', 'db', 'web'],
    ],
  ] as const) {
    t.same(steps(...resources), expected, resources.join(' '));
  }
});

t.test('a step may take as long as its slowest resource', async (t) => {
  const [step = []] = planSteps(testGroup({ resources: ['10.0.0.1', '10.0.0.2'] }));
  const [first, second] = step;
  if (first === undefined || second === undefined) return t.fail();
  const slow = { ...second, timeouts: { startMs: 1, stopMs: 99_000, statusMs: 5000, monitorMs: 5000 } };
  t.equal(stepTimeoutMs([first, slow], 'start'), 10_000);
  t.equal(stepTimeoutMs([first, slow], 'stop'), 99_000);
  t.equal(stepTimeoutMs([first, slow], 'status'), 5000);
});

t.test('names for a log line', async (t) => {
  for (const [count, text] of [
    [1, 'r1'],
    [3, 'r1 r2 r3'],
    [4, 'r1 r2 r3 and 1 more'],
    [1000, 'r1 r2 r3 and 997 more'],
  ] as const) {
    t.equal(stepNames(Array.from({ length: count }, (_, index) => ({ name: `r${index + 1}` }))), text);
  }
});
