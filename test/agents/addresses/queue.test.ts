import t from 'tap';
import { type Change, ChangeQueue } from '../../../src/agents/addresses/queue.js';
import { addressResource } from './samples.js';

/** A queue whose work is done by hand. */
function byHand() {
  const batches: { operation: string; changes: readonly Change[]; finish: () => void }[] = [];
  let interrupted = 0;
  const queue = new ChangeQueue(
    (operation, changes) => new Promise((finish) => batches.push({ operation, changes, finish })),
    () => {
      interrupted += 1;
    },
  );
  const succeed = (batch: number) => {
    for (const change of batches[batch]?.changes ?? []) {
      change.outcome = { resource: change.resource.name, outcome: 'succeeded', exitCode: null, text: '' };
    }
    batches[batch]?.finish();
  };
  const names = () =>
    batches.map(({ operation, changes }) => [operation, ...changes.map(({ resource }) => resource.name.slice(9))]);
  return { queue, batches, succeed, names, interrupted: () => interrupted };
}

const some = (...words: string[]) => words.map((word) => addressResource(word));
const turn = () => new Promise((resolve) => setImmediate(resolve));

t.test('calls of one turn go together, the others wait and keep their order', async (t) => {
  const { queue, succeed, names } = byHand();
  const first = queue.add('start', some('1.1.1.1', '1.1.1.2'), 10_000);
  const second = queue.add('start', some('1.1.1.3'), 10_000);
  await turn();
  t.same(names(), [['start', '1.1.1.1', '1.1.1.2', '1.1.1.3']]);
  const calls = [
    queue.add('start', some('1.1.1.4'), 10_000),
    queue.add('stop', some('1.1.1.1'), 10_000),
    queue.add('stop', some('1.1.1.2'), 10_000),
    queue.add('start', some('1.1.1.1'), 10_000),
  ];
  await turn();
  t.equal(names().length, 1, 'one batch at a time');
  succeed(0);
  t.same(
    (await first).map(({ resource, outcome }) => [resource, outcome]),
    [
      ['IPaddr2::1.1.1.1', 'succeeded'],
      ['IPaddr2::1.1.1.2', 'succeeded'],
    ],
  );
  t.equal((await second).length, 1);
  for (const batch of [1, 2, 3]) {
    await turn();
    succeed(batch);
  }
  await Promise.all(calls);
  t.same(names().slice(1), [
    ['start', '1.1.1.4'],
    ['stop', '1.1.1.1', '1.1.1.2'],
    ['start', '1.1.1.1'],
  ]);
});

t.test('timeouts', async (t) => {
  const { queue, batches, succeed, interrupted } = byHand();
  const running = queue.add('start', some('1.1.1.1'), 30);
  await turn();
  const waiting = queue.add('stop', some('1.1.1.1'), 30);
  const patient = queue.add('start', some('1.1.1.2'), 10_000);
  t.match(await running, [{ outcome: 'timedOut', text: 'ip did not finish within 30 ms' }]);
  t.equal(interrupted(), 1);
  t.equal(batches[0]?.changes[0]?.isWanted(), false, 'nothing more may be begun');
  t.match(await waiting, [{ outcome: 'timedOut', text: 'waited 30 ms for earlier changes of addresses' }]);
  t.equal(interrupted(), 1, 'what waits interrupts nothing');
  batches[0]?.finish();
  await turn();
  t.equal(batches[1]?.operation, 'start', 'the stop that timed out in line is not begun');
  succeed(1);
  t.match(await patient, [{ outcome: 'succeeded' }]);
});
