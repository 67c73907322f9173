import t from 'tap';
import { describeMembership } from '../../src/describe.js';
import type { MembershipEvent } from '../../src/membership/membership.js';
import { PingNodes } from '../../src/membership/ping-nodes.js';
import { pingConfigs } from '../support/config.js';

/** keepalive 100 ms, deadping 1000 ms: asked every 200 ms. Started at 0. */
function started(...names: string[]): PingNodes {
  const nodes = new PingNodes({ configs: pingConfigs(...names), keepaliveMs: 100, deadpingMs: 1000 });
  nodes.start(0);
  return nodes;
}

const said = (nodes: PingNodes) => [...nodes.connectivity()].map(([name, reach]) => `${name} ${reach}`).join(', ');
const lines = (events: MembershipEvent[]) => events.flatMap(describeMembership).map(({ text }) => text);

t.test('the life of a ping node, in Heartbeat’s words', async (t) => {
  const nodes = started('gw');
  t.same(nodes.states(), [{ name: 'gw', state: 'init' }]);
  t.equal(said(nodes), 'gw doubtful');
  t.same(lines(nodes.answered('gw', 0, 1)), ['Link gw:gw up.', 'Status update for node gw: status ping']);
  t.same(nodes.states(), [{ name: 'gw', state: 'up' }]);
  t.equal(said(nodes), 'gw reached', 'at once: it never was lost');
  t.same(nodes.answered('gw', 200, 201), [], 'no news');

  t.same(nodes.tick(699), []);
  t.same(nodes.tick(700), [{ kind: 'changed', node: 'gw' }]);
  t.equal(said(nodes), 'gw doubtful', 'half of deadping since the last request that was answered');
  t.same(nodes.states(), [{ name: 'gw', state: 'up' }]);
  t.same(lines(nodes.tick(1200)), ['Link gw:gw dead.', 'node gw: is dead (silent for 1000 ms)']);
  t.equal(said(nodes), 'gw dead');
  t.same(nodes.tick(5000), []);

  t.same(lines(nodes.answered('gw', 6000, 6001)), ['Link gw:gw up.', 'Status update for node gw: status ping']);
  t.same(nodes.states(), [{ name: 'gw', state: 'up' }]);
  t.equal(said(nodes), 'gw doubtful', 'it was lost, so it must go on for a while');
  for (const at of [6200, 6400, 6600, 6800]) nodes.answered('gw', at, at + 1);
  t.same(nodes.tick(7001), [], 'that it does is told by an answer, not by the clock');
  t.same(nodes.answered('gw', 7001, 7002), [{ kind: 'changed', node: 'gw' }]);
  t.equal(said(nodes), 'gw reached');
});

t.test('one that never answers', async (t) => {
  const nodes = started('gw', 'other');
  nodes.answered('other', 900, 901);
  t.same(lines(nodes.tick(1000)), ['node gw: is dead (never heard)']);
  t.equal(said(nodes), 'gw dead, other reached');
});

t.test('what it does next, and never in the past', async (t) => {
  const nodes = started('gw');
  t.equal(nodes.nextDeadline(), 0, 'asks');
  t.same(nodes.due(0), pingConfigs('gw'));
  t.same(nodes.due(0), []);
  t.equal(nodes.nextDeadline(), 200);
  t.same(nodes.due(149), []);
  t.equal(nodes.due(150).length, 1, 'a little early, when it is awake anyway');
  t.equal(nodes.nextDeadline(), 350);
  nodes.answered('gw', 150, 151);
  for (let at = 350; at < 3000; at = nodes.nextDeadline()) {
    nodes.tick(at);
    nodes.due(at);
    if (nodes.nextDeadline() <= at) t.fail(`a deadline of ${nodes.nextDeadline()} at ${at}`);
    if (at > 1500 && at < 1800) nodes.answered('gw', at, at);
  }
  t.equal(started().nextDeadline(), Number.POSITIVE_INFINITY, 'without ping nodes nothing');
  t.same(started().due(100), []);
});

t.test('how often it asks', async (t) => {
  for (const [keepaliveMs, deadpingMs, intervalMs] of [
    [100, 500, 100],
    [100, 2000, 400],
    [1000, 2000, 400],
    [100, 30_000, 1000],
    [1000, 30_000, 1000],
    [2000, 30_000, 2000],
  ] as const) {
    const nodes = new PingNodes({ configs: pingConfigs('gw'), keepaliveMs, deadpingMs });
    nodes.start(0);
    nodes.due(0);
    t.equal(nodes.nextDeadline(), intervalMs, `keepalive ${keepaliveMs}, deadping ${deadpingMs}`);
  }
});

t.test('own lateness is no silence of a ping node, but nothing is sure after it', async (t) => {
  const nodes = started('gw');
  nodes.answered('gw', 400, 401);
  nodes.forgive(700, 1200);
  nodes.tick(1200);
  t.equal(said(nodes), 'gw doubtful');
  t.same(nodes.answered('gw', 600, 1200), [], 'an answer that waited meanwhile');
  t.equal(said(nodes), 'gw doubtful');
  t.equal(nodes.nextDeadline() < 1200, true, 'asks at once');
  nodes.answered('gw', 1200, 1201);
  t.equal(said(nodes), 'gw reached');
  t.same(nodes.tick(1100 + 1000), [{ kind: 'changed', node: 'gw' }]);
});

t.test('from when on another node’s word counts against one’s own finding', async (t) => {
  const nodes = started('gw');
  t.equal(nodes.proofAt('gw'), 800);
  nodes.answered('gw', 400, 401);
  t.equal(nodes.proofAt('gw'), Number.NEGATIVE_INFINITY, 'no finding');
  t.equal(nodes.proofAt('nobody'), Number.NEGATIVE_INFINITY);
  nodes.tick(1400);
  t.equal(nodes.proofAt('gw'), 1200);
});

t.test('when the dead ones were lost, at the latest', async (t) => {
  const nodes = started('gw', 'dns');
  t.equal(nodes.lostBy(), Number.NEGATIVE_INFINITY);
  nodes.answered('gw', 400, 401);
  nodes.answered('dns', 600, 601);
  nodes.tick(1400);
  t.equal(said(nodes), 'gw dead, dns doubtful');
  t.equal(nodes.lostBy(), 600, 'by the next request');
  nodes.tick(1600);
  t.equal(nodes.lostBy(), 800, 'the newest loss');
});

t.test('beside a Heartbeat it asks twice a keepalive', async (t) => {
  const nodes = started('gw');
  nodes.hurry(true);
  nodes.due(0);
  t.equal(nodes.nextDeadline(), 50);
  nodes.hurry(false);
  nodes.due(50);
  t.equal(nodes.nextDeadline(), 250);
});

t.test('what is said is the same object until it changes', async (t) => {
  const nodes = started('gw');
  nodes.answered('gw', 0, 1);
  const before = nodes.connectivity();
  nodes.answered('gw', 200, 201);
  t.equal(nodes.connectivity(), before);
  nodes.tick(700);
  t.not(nodes.connectivity(), before);
});

t.test('two nodes that lose the same ping node never both disagree', async (t) => {
  // Whenever it dies, and however their requests lie: at the moment the first is sure, the other is in doubt.
  for (let diesAt = 2000; diesAt < 2200; diesAt += 7) {
    for (let shift = 0; shift < 200; shift += 13) {
      const [one, two] = [started('gw'), started('gw')];
      for (let at = 0; at < diesAt; at += 200) one.answered('gw', at, at + 1);
      for (let at = shift; at < diesAt; at += 200) two.answered('gw', at, at + 1);
      for (let at = diesAt; said(one) !== 'gw dead'; at += 1) {
        one.tick(at);
        two.tick(at);
        if (said(one) === 'gw dead' && said(two) === 'gw reached') t.fail(`dies at ${diesAt}, shifted by ${shift}`);
      }
    }
  }
});

t.test('each time it is lost again it has to prove itself for longer', async (t) => {
  const nodes = started('gw');
  let at = 0;
  const loseAndFind = () => {
    at += 1000;
    nodes.tick(at);
    if (said(nodes) !== 'gw dead') t.fail(`not dead at ${at}`);
    const foundAt = at;
    for (; said(nodes) !== 'gw reached'; at += 100) {
      nodes.answered('gw', at, at);
      nodes.tick(at);
    }
    at -= 100;
    return at - foundAt;
  };
  nodes.answered('gw', 0, 0);
  const waits = [1, 2, 3, 4, 5, 6, 7].map(loseAndFind);
  t.same(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 32_000]);
  for (const end = at + 33_000; at < end; at += 100) nodes.answered('gw', at, at);
  at -= 100;
  t.equal(loseAndFind(), 1000, 'after a long time of peace it is forgotten');
});
