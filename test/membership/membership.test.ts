import t from 'tap';
import { Membership } from '../../src/membership/membership.js';
import { announce, claims, hears, report } from '../support/announcement.js';

const own = { active: true, generation: 1, owns: 0 };

/** Node a of three, started at 0: warntime 500, deadtime 1000, initdead 5000. */
function started(): Membership {
  const membership = new Membership({
    self: 'a',
    nodes: ['a', 'b', 'c'],
    links: ['eth0'],
    deadtimeMs: 1000,
    warntimeMs: 500,
    initdeadMs: 5000,
  });
  membership.start(0);
  return membership;
}

t.test('who was never heard has until initdead', async (t) => {
  const membership = started();
  t.equal(membership.nextDeadline(), 5000);
  t.same(membership.tick(4999), []);
  t.equal(membership.isComplete(), false);
  t.same(membership.tick(5000), [
    { kind: 'dead', node: 'b', silentMs: null },
    { kind: 'dead', node: 'c', silentMs: null },
  ]);
  t.equal(membership.isComplete(), true);
  t.equal(membership.nextDeadline(), Number.POSITIVE_INFINITY, 'no deadline is left behind');
});

t.test('who was heard has its dead time, also during start-up', async (t) => {
  const membership = started();
  membership.onStatus('b', report(), 100);
  t.equal(membership.nextDeadline(), 1100);
  t.same(membership.tick(1099), []);
  t.same(membership.tick(1100), [{ kind: 'dead', node: 'b', silentMs: 1000 }]);
  t.same(membership.tick(1200), [], 'told once');
  t.equal(membership.nextDeadline(), 5000);
});

t.test('it is complete once every node was heard, left or given up', async (t) => {
  const membership = started();
  membership.onStatus('b', report({ state: 'init' }), 100);
  t.equal(membership.isComplete(), false);
  membership.onShutdone('c');
  t.equal(membership.isComplete(), true);
});

t.test('the events of a status, in order', async (t) => {
  const membership = started();
  t.same(membership.onStatus('b', report({ state: 'up' }), 100), [
    { kind: 'state', node: 'b', from: 'init', to: 'up' },
    { kind: 'changed', node: 'b' },
  ]);
  t.same(membership.onStatus('b', report({ state: 'up', seq: 2 }), 600), [], 'no news');
  t.same(membership.onStatus('b', report({ state: 'up', seq: 3 }), 1101), [
    { kind: 'late', node: 'b', intervalMs: 501, fatal: false },
  ]);
  t.match(membership.onStatus('b', report({ state: 'up', seq: 4 }), 2200), [{ kind: 'late', fatal: true }]);
  membership.tick(9999);
  t.same(membership.onStatus('b', report({ state: 'up', seq: 5 }), 10_000), [
    { kind: 'returned', node: 'b' },
    { kind: 'state', node: 'b', from: 'dead', to: 'up' },
    { kind: 'changed', node: 'b' },
  ]);
  t.same(membership.onStatus('b', report({ state: 'init', generation: 2 }), 10_100), [
    { kind: 'restarted', node: 'b' },
    { kind: 'state', node: 'b', from: 'up', to: 'init' },
    { kind: 'changed', node: 'b' },
  ]);
  t.same(membership.onStatus('x', report(), 10_200), [], 'nobody of this cluster');
  t.same(membership.onShutdone('b'), [{ kind: 'left', node: 'b' }]);
  t.same(membership.onShutdone('b'), [], 'told once');
});

t.test('links come and go by themselves', async (t) => {
  const membership = started();
  membership.onStatus('b', report(), 100);
  t.same(membership.heardOn('b', 'eth0', 1, 100), [{ kind: 'link', node: 'b', link: 'eth0', state: 'up' }]);
  t.same(membership.heardOn('b', 'eth9', 1, 100), []);
  t.same(membership.heardOn('x', 'eth0', 1, 100), []);
  membership.onStatus('b', report({ seq: 2 }), 600);
  t.same(membership.tick(1100), [{ kind: 'link', node: 'b', link: 'eth0', state: 'dead' }]);
  t.equal(membership.peers.get('b')?.alive, true, 'a dead link is no dead node');
});

t.test('after a tick the next deadline is later', async (t) => {
  const membership = started();
  membership.onStatus('b', report(), 0.1);
  membership.heardOn('b', 'eth0', 1, 0.2);
  for (let at = membership.nextDeadline(); at !== Number.POSITIVE_INFINITY; at = membership.nextDeadline()) {
    membership.tick(at);
    t.ok(membership.nextDeadline() > at, `after ${at}`);
  }
});

t.test('time in which this node could not listen is nobody else’s silence', async (t) => {
  const membership = started();
  membership.onStatus('b', report(), 100);
  membership.forgive(2000);
  t.equal(membership.nextDeadline(), 3100);
  membership.tick(3100);
  t.equal(membership.nextDeadline(), 7000, 'nor that of who was never heard');
  t.equal(membership.silentSince('b'), 2100);
  t.equal(membership.silentSince('c'), 2000);
});

t.test('whom it hears', async (t) => {
  const membership = started();
  membership.heardOn('b', 'eth0', 7, 100);
  membership.onStatus('b', report({ generation: 3, seq: 7 }), 100);
  t.same([...membership.heard()], [['b', { generation: 3, seq: 7, links: ['eth0'] }]]);
  membership.tick(1100);
  t.equal(membership.heard().size, 0);
});

t.test('the view of who hears one another, agreed when all announce it', async (t) => {
  const membership = started();
  t.equal(membership.refreshView({ ...own, active: false }), false, 'not before it is active');
  t.equal(membership.refreshView(own), true);
  t.same(membership.view, { members: ['a'], text: 'a:1' });
  t.equal(membership.isViewAgreed(''), false, 'it has not announced it itself');
  t.equal(membership.isViewAgreed('a:1'), true);
  membership.onStatus('b', report({ announcement: announce({ heard: hears('a') }) }), 100);
  t.equal(membership.refreshView(own), true);
  t.equal(membership.refreshView(own), false);
  t.equal(membership.view.text, 'a:1 b:1');
  t.equal(membership.isViewAgreed('a:1 b:1'), false);
  membership.onStatus('b', report({ seq: 2, announcement: announce({ heard: hears('a'), view: 'a:1 b:1' }) }), 200);
  t.equal(membership.isViewAgreed('a:1 b:1'), true);
  membership.tick(1200);
  t.equal(membership.refreshView(own), true);
  t.equal(membership.view.text, 'a:1');
});

t.test('who is in no view', async (t) => {
  const heard = hears('a');
  for (const [status, what] of [
    [report({ announcement: null }), 'a Heartbeat'],
    [report({ state: 'up', announcement: announce({ heard }) }), 'who is not active yet'],
    [report({ announcement: announce({ heard: hears('a 2') }) }), 'who hears another incarnation of this node'],
    [report({ announcement: announce() }), 'who does not hear this node'],
  ] as const) {
    const membership = started();
    membership.onStatus('b', status, 100);
    membership.refreshView(own);
    t.equal(membership.view.text, 'a:1', what);
  }
});

t.test('after its own long absence it believes nothing it remembers', async (t) => {
  const membership = started();
  membership.onStatus('b', report({ announcement: announce({ heard: hears('a'), claims: claims('G started') }) }), 100);
  membership.refreshView(own);
  membership.distrust();
  t.same(membership.view.members, []);
  t.equal(membership.announcementOf('b'), null);
  membership.refreshView(own);
  t.equal(membership.view.text, 'a:1');
});

t.test('only what the living say is told', async (t) => {
  const membership = started();
  t.equal(membership.announcementOf('b'), null);
  membership.onStatus('b', report(), 100);
  t.not(membership.announcementOf('b'), null);
  membership.tick(1100);
  t.equal(membership.announcementOf('b'), null);
});

t.test('a shorter dead time than before counts for its links at once, not as if a timer had been late', async (t) => {
  const membership = new Membership({
    self: 'a',
    nodes: ['a', 'b'],
    links: ['eth0', 'eth1'],
    deadtimeMs: 1000,
    warntimeMs: 500,
    initdeadMs: 5000,
  });
  membership.start(0);
  membership.heardOn('b', 'eth0', 1, 100);
  membership.heardOn('b', 'eth1', 1, 100);
  membership.onStatus('b', report({ deadtimeMs: 6000 }), 100);
  membership.heardOn('b', 'eth0', 2, 5000);
  t.match(membership.onStatus('b', report({ seq: 2, deadtimeMs: 4000 }), 5000), [
    { kind: 'link', node: 'b', link: 'eth1', state: 'dead' },
  ]);
  t.equal(membership.nextDeadline(), 9000);
});
