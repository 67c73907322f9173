import t from 'tap';
import { Records } from '../../src/resources/records.js';
import { testGroup } from '../support/config.js';

const names = (...list: string[]) => list.map((name) => ({ name }));

function records(failureTimeoutMs: number | null = 1000): Records {
  return new Records(testGroup({ resources: ['disk', 'web'], watch: { failureTimeoutMs } }).resources);
}

t.test('what succeeded is in its new state, what did not has failed once more', async (t) => {
  const some = records();
  const outcome = (resource: string, good: boolean) =>
    ({ resource, outcome: good ? 'succeeded' : 'failed', exitCode: null, text: '' }) as const;
  some.note([outcome('disk', true), outcome('web', false), outcome('unknown', false)], 'started', 0);
  t.same([some.state('disk'), some.state('web'), some.state('unknown')], ['started', 'failed', 'unknown']);
  t.same([some.failures('disk'), some.failures('web'), some.failures('unknown')], [0, 1, 0]);
  t.ok(some.are(names('disk'), 'started'));
  t.notOk(some.are(names('disk', 'web'), 'started'));
});

t.test('failures count for their time, from the last of them on', async (t) => {
  const some = records();
  some.fail('web', 0);
  some.fail('web', 900);
  some.fail('disk', 1000);
  t.equal(some.nextDeadline(), 1900);
  t.notOk(some.expire(1899));
  t.notOk(some.expire(1900), 'one of two resources still has one');
  t.equal(some.failures('web'), 0);
  t.ok(some.expire(2000), 'none is left');
  t.notOk(some.expire(9000), 'and that is no news any more');
  t.equal(some.nextDeadline(), Number.POSITIVE_INFINITY);
});

t.test('without a time they count until they are forgotten by order', async (t) => {
  const some = records(null);
  some.fail('web', 0);
  t.notOk(some.expire(1e12));
  t.equal(some.failures('web'), 1);
  some.forget();
  t.equal(some.failures('web'), 0);
});

t.test('what was put back is counted', async (t) => {
  const some = records();
  some.noteHealed('web');
  some.noteHealed('web');
  some.noteHealed('unknown');
  t.same(
    some.all().map(({ resource, healed }) => [resource.name, healed]),
    [
      ['disk', 0],
      ['web', 2],
    ],
  );
});

t.test('what could not be started for a reason is down when its stop fails for the same', async (t) => {
  const some = records();
  const ended = (resource: string, exitCode: number) => ({ resource, outcome: 'failed', exitCode, text: '' }) as const;
  some.noteStarts([ended('disk', 5), ended('web', 1)]);
  const stops = some.judgeStops([ended('disk', 5), ended('web', 1), ended('disk', 6)]);
  t.same(
    stops.map(({ outcome }) => outcome),
    ['succeeded', 'failed', 'failed'],
  );
  some.noteStarts([{ ...ended('disk', 0), outcome: 'succeeded' }]);
  t.same(some.judgeStops([ended('disk', 5)])[0]?.outcome, 'failed', 'it has run since');
});
