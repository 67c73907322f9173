import t from 'tap';
import { steadyAgents } from '../../src/sim/agents.js';
import { Ownership } from '../../src/sim/ownership.js';
import type { FakeWorldOptions } from './fake-world.js';
import { fakeWorld, groupName, settle } from './fake-world.js';

function watched(options: FakeWorldOptions, quorum: boolean) {
  const world = fakeWorld(options);
  const violations: string[] = [];
  const ownership = new Ownership(world, {
    quorum,
    graceMs: 2500,
    deadtimeMs: 3000,
    violated: (text) => violations.push(text),
  });
  world.observers.push(ownership);
  settle(world);
  const split = (durationMs: number) => {
    for (const link of [0, 1]) {
      world.network.cut(link, 0, 1);
      world.network.cut(link, 1, 0);
    }
    world.reconnected();
    world.runUntil(world.now + durationMs);
  };
  const heal = (durationMs: number) => {
    world.network.heal();
    world.reconnected();
    world.runUntil(world.now + durationMs);
  };
  return { world, violations, ownership, split, heal };
}

t.test('two nodes that do not hear each other may both own, and have a grace afterwards', async (t) => {
  const { world, violations, split, heal } = watched({}, false);
  split(20_000);
  t.same(world.holders(groupName), ['a', 'b']);
  heal(20_000);
  t.same(world.holders(groupName), ['a']);
  t.same(violations, []);
});

t.test('who keeps it after the grace is found out', async (t) => {
  const { violations, split, heal } = watched({ flaws: { stubborn: true } }, false);
  split(10_000);
  heal(2000);
  t.same(violations, []);
  heal(2000);
  t.match(violations[0], /is up on a and b, which have heard each other for \d+ ms/);
});

t.test('with quorum two owners are found out at once', async (t) => {
  const { violations, split } = watched({ nodes: ['a', 'b', 'c'] }, true);
  split(10_000);
  t.match(violations[0], /is up on a and b at once, although quorum is in force/);
});

t.test('a paused owner is excused until it had time to give up', async (t) => {
  const { world, violations, ownership } = watched({ nodes: ['a', 'b', 'c'], flaws: { stubborn: true } }, true);
  world.pause(world.node('a'), 10_000, 'runs');
  world.runUntil(world.now + 11_000);
  t.same(violations, []);
  t.same(ownership.excused, { stuck: 0, paused: 1 });
  world.runUntil(world.now + 4000);
  t.ok(violations.length > 0);
});

t.test('an owner whose stop fails is excused', async (t) => {
  const agents: typeof steadyAgents = (node, group, resource, operation, up) =>
    operation === 'stop'
      ? { durationMs: 10, succeeds: false, upAfter: true }
      : steadyAgents(node, group, resource, operation, up);
  const { world, violations, ownership } = watched({ agents }, true);
  world.shutdown(world.node('a'));
  world.runUntil(world.now + 30_000);
  t.same(world.holders(groupName), ['a', 'b']);
  t.same(violations, []);
  t.equal(ownership.excused.stuck, 1);
});

t.test('an owner whose stop fails is excused also while the other was just resumed', async (t) => {
  const agents: typeof steadyAgents = (node, group, resource, operation, up) =>
    node === 'a' && operation === 'stop'
      ? { durationMs: 10, succeeds: false, upAfter: true }
      : steadyAgents(node, group, resource, operation, up);
  // The paused one comes first in the pair: its excuse is over sooner than the other's.
  const { world, violations, ownership, split, heal } = watched({ nodes: ['b', 'a'], agents }, false);
  split(10_000);
  heal(1000);
  t.same(world.holders(groupName), ['b', 'a'], 'a could not stop it');
  world.pause(world.node('b'), 1000, 'stands');
  world.runUntil(world.now + 20_000);
  t.same(world.holders(groupName), ['b', 'a']);
  t.same(violations, []);
  t.equal(ownership.excused.stuck, 1);
});
