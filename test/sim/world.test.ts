import t from 'tap';
import type { Event } from '../../src/events.js';
import { inboxLimit } from '../../src/sim/node.js';
import { Transcript, WorldDigest } from '../../src/sim/transcript.js';
import { fakeWorld, groupName, settle } from './fake-world.js';

t.test('the naive pair settles on the lowest node, and on the other when it is gone', async (t) => {
  const world = fakeWorld();
  settle(world);
  t.same(world.holders(groupName), ['a']);
  world.crash(world.node('a'));
  t.same(world.holders(groupName), [], 'resources die with their machine');
  world.runUntil(13_000);
  t.same(world.holders(groupName), ['b']);
  world.boot(world.node('a'));
  world.runUntil(20_000);
  t.same(world.holders(groupName), ['a']);
});

t.test('a restart raises the generation and brings back what was saved', async (t) => {
  const seen: { node: string; event: Event }[] = [];
  const world = fakeWorld({ seen });
  settle(world);
  world.crash(world.node('a'));
  world.boot(world.node('a'));
  const starts = seen.flatMap(({ node, event }) => (node === 'a' && event.type === 'start' ? [event] : []));
  t.same(
    starts.map(({ generation }) => generation),
    [1, 2],
  );
  t.same(starts[1]?.saved, { directives: 'kept', generations: { a: 1 }, held: {} });
});

t.test('each node has a clock of its own that only moves forward', async (t) => {
  const seen: { node: string; event: Event }[] = [];
  settle(fakeWorld({ seen }));
  const times = (name: string) => seen.filter(({ node }) => node === name).map(({ event }) => event.at);
  for (const name of ['a', 'b'])
    t.same(
      times(name),
      [...times(name)].sort((x, y) => x - y),
    );
  t.not(times('a')[0], times('b')[0]);
});

t.test('a paused node is deaf and dumb, keeps a bounded number of packets, and what it runs stays up', async (t) => {
  const seen: { node: string; event: Event }[] = [];
  const world = fakeWorld({ seen, nodes: ['a', 'b', 'c'] });
  settle(world);
  const a = world.node('a');
  world.pause(a, 200_000, 'runs');
  const before = seen.length;
  world.runUntil(world.now + 150_000);
  t.notOk(seen.slice(before).some(({ node }) => node === 'a'));
  t.same(world.holders(groupName), ['a', 'b'], 'the naive core needs fencing');
  t.equal(a.inbox.length, inboxLimit);
  const during = seen.length;
  world.runUntil(world.now + 60_000);
  const woken = seen.slice(during).filter(({ node }) => node === 'a');
  const first = woken[0]?.event.at;
  t.equal(
    woken.filter(({ event }) => event.at === first).length,
    inboxLimit + 1,
    'all packets and the late tick at once',
  );
});

t.test('timers come first or packets first, by seed', async (t) => {
  const firsts = new Set<string>();
  for (let seed = 1; seed < 10; seed++) {
    const seen: { node: string; event: Event }[] = [];
    const world = fakeWorld({ seen, seed });
    settle(world);
    world.pause(world.node('a'), 5000, 'runs');
    world.runUntil(world.now + 4900);
    const during = seen.length;
    world.runUntil(world.now + 200);
    firsts.add(seen.slice(during).find(({ node }) => node === 'a')?.event.type ?? '');
  }
  t.same([...firsts].sort(), ['packet', 'tick']);
});

t.test('a suspended machine does not notice the time', async (t) => {
  const world = fakeWorld();
  settle(world);
  const a = world.node('a');
  const before = a.localTime(world.now);
  world.pause(a, 5000, 'stands');
  world.runUntil(world.now + 5001);
  t.ok(a.localTime(world.now) - before < 2);
});

t.test('a graceful stop gives up first; a core that does not is found out', async (t) => {
  const world = fakeWorld();
  settle(world);
  world.shutdown(world.node('a'));
  world.runUntil(world.now + 1000);
  t.equal(world.node('a').state, 'off');
  t.not(world.holders(groupName)[0], 'a');

  const hasty = fakeWorld({ flaws: { leavesAtOnce: true } });
  const transcript = new Transcript();
  hasty.observers.push(transcript);
  settle(hasty);
  hasty.shutdown(hasty.node('a'));
  t.match(transcript.lines.join('\n'), /exits while IPaddr2.* is up/);
});

t.test('a core that asks for a tick it just had is found out', async (t) => {
  const world = fakeWorld({ flaws: { busyLoop: true } });
  const transcript = new Transcript();
  world.observers.push(transcript);
  world.boot(world.node('a'));
  world.runUntil(5);
  t.match(transcript.lines.join('\n'), /a busy loop/);
});

t.test('equal seeds make equal worlds', async (t) => {
  const digest = (seed: number) => {
    const world = fakeWorld({ seed, quality: { loss: 0.1, jitterMs: 50, duplication: 0.1 } });
    const made = new WorldDigest();
    world.observers.push(made);
    settle(world);
    return made.text();
  };
  t.equal(digest(1), digest(1));
  t.not(digest(1), digest(2));
});
