import t from 'tap';
import type { Effect } from '../../src/events.js';
import { Betterment } from '../../src/sim/betterment.js';
import { fakeWorld, groupName } from './fake-world.js';

const none = { type: 'tick', at: 0 } as const;

/** Group `groupName` leaves a for b because of ping nodes. */
function stop(reason = 'b reaches 1 of 1 ping nodes, a reaches 0'): Effect {
  const action = { ticket: 1, group: groupName, operation: 'stop', resources: [], timeoutMs: 1 } as const;
  return { type: 'run', action, reason };
}

function watch() {
  const world = fakeWorld({ pings: ['gw'] });
  const violations: string[] = [];
  const betterment = new Betterment(world, (text) => violations.push(text));
  const [a, b] = [world.node('a'), world.node('b')];
  return { world, violations, betterment, a, b };
}

t.test('a move to a better place is none of its business', async (t) => {
  const { world, violations, betterment, a } = watch();
  world.pingNet.cut(a.index, 0, 1000);
  betterment.stepped(5000, a, none, [stop()]);
  t.same(violations, []);
  t.equal(betterment.moves, 1);
  betterment.stepped(5001, a, none, [stop()]);
  t.equal(betterment.moves, 1, 'the next step of the same stop');
  betterment.stepped(5002, a, none, [stop('failback to b, which comes first')]);
  t.equal(betterment.moves, 1, 'another reason');
  betterment.holding(6000, a, groupName, true);
  betterment.stepped(7000, a, none, [stop()]);
  t.equal(betterment.moves, 2);
});

t.test('a move to a place that is no better is found out', async (t) => {
  const { world, violations, betterment, a, b } = watch();
  betterment.stepped(20_000, a, none, [stop()]);
  t.match(violations, [/leaves a, which reaches 1 ping nodes, for b, which reaches 1/]);
  world.pingNet.cut(a.index, 0, 30_000);
  world.pingNet.cut(b.index, 0, 30_000);
  betterment.holding(30_000, a, groupName, true);
  betterment.stepped(33_000, a, none, [stop()]);
  t.match(violations[1], /leaves a, which reaches 0 ping nodes, for b, which reaches 0/);
});

t.test('so is a to and fro', async (t) => {
  const { world, violations, betterment, a } = watch();
  world.pingNet.cut(a.index, 0, 1000);
  for (let round = 0; round < 5; round++) {
    betterment.holding(5000, a, groupName, true);
    betterment.stepped(5000, a, none, [stop()]);
  }
  betterment.finish();
  t.match(violations, ['groups moved 5 times for ping nodes, which changed 1 times']);
});
