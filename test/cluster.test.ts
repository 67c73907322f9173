import t from 'tap';
import { createCluster } from '../src/cluster.js';
import type { Command } from '../src/events.js';
import { Outgoing } from '../src/order/outgoing.js';
import { prepareKeys } from '../src/wire/digest.js';
import { textFields } from '../src/wire/message.js';
import { readPacket } from '../src/wire/packet.js';
import { announce, announcementFields, claims } from './support/announcement.js';
import { testAuth, testConfig, webGroup } from './support/config.js';
import { Cores, type CoresOptions } from './support/core.js';

const three = { nodes: ['a', 'b', 'c'] } as const;

/** Cores that run already. */
function running(options: CoresOptions = {}): Cores {
  const cores = new Cores(options);
  cores.bootAll();
  return cores;
}

/** What the nodes say of the first group, as "a: a started". */
function opinions(cores: Cores, names: readonly string[]): string[] {
  return names.map((name) => {
    const [group] = cores.status(name).groups;
    return `${name}: ${group?.owner ?? 'nobody'} ${group?.state}`;
  });
}

t.test('two nodes that start together have the group up within a round trip or two of the second', async (t) => {
  const cores = new Cores();
  cores.boot('a');
  cores.run(300);
  t.same(cores.holders(), [], 'a alone waits for initdead');
  cores.boot('b');
  const tookMs = cores.until(() => cores.holders().length > 0, 2000);
  t.ok(tookMs !== null && tookMs < 50, `up after ${tookMs} ms`);
  cores.run(500);
  t.same(opinions(cores, ['a', 'b']), ['a: a started', 'b: a started']);
  t.same(cores.holders(), ['a']);
  t.same(cores.doubles, []);
  t.same(cores.ran('b'), [`status ${webGroup}`]);
});

t.test('a node that is alone waits for initdead, then runs everything', async (t) => {
  const cores = new Cores();
  cores.boot('b');
  cores.run(5990);
  t.same(cores.holders(), []);
  t.equal(cores.status('b').nodes[1]?.state, 'up');
  cores.run(50);
  t.same(cores.holders(), ['b']);
  t.ok(cores.logged('b', 'warn').includes('node a: is dead (never heard)'));
});

t.test('one node alone in its configuration needs nobody', async (t) => {
  const cores = new Cores({ nodes: ['a'] });
  cores.boot('a');
  cores.run(10);
  t.same(cores.holders(), ['a']);
  cores.run(10_000);
  cores.shutdown('a');
  cores.run(200);
  t.same(cores.exitOf('a'), { code: 0, reason: 'Heartbeat shutdown complete.' });
  t.same(cores.holders(), []);
});

t.test('failover after a power-off, failback after the return', async (t) => {
  const cores = running();
  cores.crash('a');
  const tookMs = cores.until(() => cores.holders().includes('b'), 10_000);
  t.ok(tookMs !== null && tookMs <= 3010, `taken over after ${tookMs} ms`);
  t.ok(cores.logged('b').includes('Resources being acquired from a.'));
  cores.run(5000);
  cores.boot('a');
  cores.run(500);
  t.same(cores.holders(), ['a'], 'failback');
  t.same(cores.doubles, []);
  t.same(cores.ran('b').slice(1), [`start ${webGroup}`, `stop ${webGroup}`]);
  t.equal(cores.runs.at(-2)?.reason, 'failback to a, which comes first');
});

t.test('with failback off the group stays where it is', async (t) => {
  const cores = running({ groups: [{ failback: false }] });
  cores.crash('a');
  cores.run(5000);
  cores.boot('a');
  cores.run(5000);
  t.same(cores.holders(), ['b']);
  t.equal(cores.status('a').groups[0]?.reason, 'b holds it and failback is off');
});

t.test('a graceful stop hands over in a few round trips and says farewell', async (t) => {
  const cores = running();
  cores.shutdown('a');
  const tookMs = cores.until(() => cores.holders().includes('b'), 2000);
  t.ok(tookMs !== null && tookMs < 20, `handed over in ${tookMs} ms`);
  t.ok(cores.until(() => cores.exitOf('a') !== null, 1000) !== null);
  t.same(cores.exitOf('a'), { code: 0, reason: 'Heartbeat shutdown complete.' });
  t.equal(cores.status('b').nodes[0]?.state, 'left');
  t.same(cores.doubles, []);
  cores.run(20_000);
  t.notOk(
    cores.logged('b').some((text) => text.includes('a: is dead')),
    'who left is not declared dead',
  );
  t.notOk(cores.logged('b').some((text) => text.includes('partition')));
});

t.test('a stop before the node is up, and a second one, are no different', async (t) => {
  const cores = new Cores();
  cores.boot('a');
  cores.shutdown('a');
  cores.shutdown('a');
  cores.run(300);
  t.same(cores.exitOf('a'), { code: 0, reason: 'Heartbeat shutdown complete.' });
  t.same(cores.ran('a'), [`status ${webGroup}`]);
});

t.test('both stop at the same time', async (t) => {
  const cores = running();
  cores.shutdown('a');
  cores.shutdown('b');
  cores.run(1000);
  for (const name of ['a', 'b']) t.equal(cores.exitOf(name)?.code, 0, name);
  t.same(cores.holders(), []);
  t.same(cores.doubles, []);
});

t.test('a move is carried out from any node, once, and is a preference afterwards', async (t) => {
  const cores = running();
  const result = cores.command('b', { verb: 'move', group: webGroup, node: 'b' });
  t.same(result, { ok: true, text: `${webGroup} is to move to b` });
  const tookMs = cores.until(() => cores.holders().join() === 'b', 1000);
  t.ok(tookMs !== null && tookMs < 20, `moved in ${tookMs} ms`);
  cores.run(5000);
  t.same(cores.holders(), ['b'], 'failback does not undo it');
  t.match(cores.savedOf('a').directives, /=b!@/, 'every node knows and keeps it');
  t.match(cores.savedOf('b').directives, /=b!@/);
  t.ok(cores.command('a', { verb: 'clear', group: webGroup }).ok);
  cores.run(500);
  t.same(cores.holders(), ['a'], 'back where the configuration says');
  t.same(cores.doubles, []);
});

t.test('standby moves everything off and holds over restarts until online', async (t) => {
  const cores = running();
  t.ok(cores.command('b', { verb: 'node-standby', node: 'A' }).ok);
  cores.run(500);
  t.same(cores.holders(), ['b']);
  t.equal(cores.status('b').nodes[0]?.standby, true);
  cores.shutdown('a');
  cores.run(2000);
  cores.boot('a');
  cores.run(2000);
  t.same(cores.holders(), ['b'], 'still in standby');
  t.ok(cores.command('a', { verb: 'node-online', node: 'a' }).ok);
  cores.run(500);
  t.same(cores.holders(), ['a']);
  t.same(cores.doubles, []);
});

t.test('standby of all nodes stops the group', async (t) => {
  const cores = running();
  cores.command('a', { verb: 'node-standby', node: 'a' });
  cores.command('a', { verb: 'node-standby', node: 'b' });
  cores.run(500);
  t.same(cores.holders(), []);
  t.equal(cores.status('b').groups[0]?.reason, 'no node can run it: a is in standby; b is in standby');
});

t.test('every command is answered, also before the start and after the end', async (t) => {
  const commands: Command[] = [
    { verb: 'node-standby', node: 'nobody' },
    { verb: 'node-online', node: 'a' },
    { verb: 'move', group: 'nothing', node: 'b' },
    { verb: 'clear', group: webGroup },
    { verb: 'cleanup', group: webGroup },
    { verb: 'standby', set: 'all' },
    { verb: 'takeover', set: 'failback' },
  ];
  const core = createCluster({ self: 'a', config: testConfig(), auth: testAuth() });
  for (const command of commands) {
    const effects = core.step({ type: 'command', at: 1, id: 5, command });
    t.match(effects, [{ type: 'reply', id: 5, result: { ok: false } }], `${command.verb} before the start`);
  }
  const cores = running();
  for (const command of commands) t.type(cores.command('a', command).text, 'string', command.verb);
  const gone = cores.core('a');
  cores.shutdown('a');
  cores.run(1000);
  for (const command of commands) {
    const effects = gone.step({ type: 'command', at: cores.now, id: 6, command });
    t.match(effects, [{ type: 'reply', id: 6, result: { ok: false } }], `${command.verb} after the end`);
  }
});

t.test('after a partition one of two owners yields, the later one goes on', async (t) => {
  const cores = running({ groups: [{ failback: false }] });
  cores.cut(['a'], ['b']);
  cores.run(10_000);
  t.same(cores.holders(), ['a', 'b'], 'two nodes without fencing');
  cores.heal();
  const tookMs = cores.until(() => cores.holders().length === 1, 5000);
  t.ok(tookMs !== null && tookMs <= 1010, `one owner after ${tookMs} ms`);
  t.same(cores.holders(), ['b'], 'the node that took over keeps it');
  t.ok(cores.logged('a', 'crit').includes('Cluster node b returning after partition.'));
  t.match(cores.runs.at(-1)?.reason, 'b claims it too: b started it later, after the other owner was given up');
  cores.run(1000);
  t.match(cores.announced, [{ node: 'b', reason: 'another node held it too and gave it up' }]);
  cores.run(10_000);
  t.same(cores.holders(), ['b']);
});

t.test('who is not heard does not take over what runs, and starts nothing by itself', async (t) => {
  const cores = running();
  cores.cut(['b'], ['a'], true);
  cores.run(20_000);
  t.same(cores.holders(), ['a'], 'b hears a: nothing to take over');
  t.same(cores.doubles, []);
  cores.crash('a');
  cores.run(5000);
  t.same(cores.holders(), ['b'], 'once a is dead, b runs it');
});

t.test('an owner that is not heard yields to who took over', async (t) => {
  const cores = running();
  cores.cut(['a'], ['b'], true);
  const tookMs = cores.until(() => cores.holders().join() === 'b', 20_000);
  t.ok(tookMs !== null && tookMs < 3100, `after ${tookMs} ms`);
  cores.run(20_000);
  t.same(cores.holders(), ['b']);
  cores.heal();
  cores.run(3000);
  t.same(cores.holders(), ['a'], 'failback');
});

t.test('a partition that heals in one direction only leaves one owner', async (t) => {
  for (const [deaf, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const cores = running({ groups: [{ failback: false }] });
    cores.cut(['a'], ['b']);
    cores.run(10_000);
    cores.heal();
    cores.cut([other], [deaf], true);
    cores.run(10_000);
    t.equal(cores.holders().length, 1, `${deaf} is deaf`);
  }
});

t.test('a paused owner gives up first of all when it wakes', async (t) => {
  // However the pause falls between two heartbeats.
  for (const offsetMs of [10, 400, 990]) {
    const cores = running({ groups: [{ failback: false }] });
    cores.run(offsetMs);
    cores.pause('a');
    // Nobody tells a anything: it has to find out by its own clock.
    cores.cut(['b'], ['a'], true);
    cores.until(() => cores.holders().includes('b'), 10_000);
    cores.run(5);
    const before = cores.runs.length;
    cores.resume('a');
    t.match(cores.runs[before], { node: 'a', action: { operation: 'stop' } }, `paused ${offsetMs} ms after a beat`);
    cores.heal();
    cores.run(5000);
    t.same(cores.holders(), ['b']);
  }
});

t.test('a short pause is forgiven: nobody is declared dead for it', async (t) => {
  const cores = running();
  cores.pause('a');
  cores.run(2500);
  cores.resume('a');
  cores.run(5000);
  t.same(cores.holders(), ['a']);
  t.same(
    cores.logged('a').filter((text) => text.includes('is dead')),
    [],
  );
  t.equal(cores.status('a').counters.late, 1);
});

t.test('a pause during start-up does not end the wait for the others', async (t) => {
  const cores = new Cores();
  cores.boot('a');
  cores.pause('a');
  cores.run(30_000);
  cores.boot('b');
  cores.pause('b');
  cores.resume('a');
  cores.run(3000);
  t.same(
    cores.logged('a').filter((text) => text.includes('is dead')),
    [],
    'it could not listen',
  );
});

t.test('a daemon that restarts at once finds what runs and goes on with it', async (t) => {
  const cores = running();
  cores.kill('a');
  cores.run(100);
  cores.boot('a');
  t.ok(cores.until(() => cores.ran('a').filter((run) => run.startsWith('start')).length === 2, 3000));
  cores.run(100);
  t.same(cores.holders(), ['a']);
  // The start of an address that is there tells the neighbours, and changes nothing.
  t.same(cores.ran('a').slice(-2), [`status ${webGroup}`, `start ${webGroup}`]);
  t.ok(cores.logged('b').includes('Heartbeat restart on node a'));
  t.same(cores.doubles, []);
});

t.test('a failed start moves the group, a cleanup brings it back', async (t) => {
  const cores = new Cores();
  cores.agent = ({ node, operation }) =>
    node === 'a' && operation === 'start' ? { outcome: 'failed', text: 'no such device' } : {};
  cores.bootAll();
  t.same(cores.holders(), ['b']);
  const failure = `start of ${webGroup} failed with exit code 1: no such device`;
  t.ok(cores.status('a').problems.some((text) => text.includes(failure)));
  t.equal(cores.status('b').groups[0]?.reason, 'b comes next: its start failed on a');
  cores.run(10_000);
  t.equal(cores.ran('a').filter((run) => run.startsWith('start')).length, 1, 'not tried again and again');
  cores.agent = () => ({});
  t.ok(cores.command('b', { verb: 'cleanup', group: webGroup }).ok);
  cores.run(500);
  t.same(cores.holders(), ['a']);
  t.same(cores.doubles, []);
});

t.test('a failed stop blocks the group everywhere until a cleanup', async (t) => {
  const cores = running();
  cores.agent = ({ operation }) => (operation === 'stop' ? { outcome: 'timedOut' } : {});
  cores.command('a', { verb: 'node-standby', node: 'a' });
  cores.run(60_000);
  t.same(opinions(cores, ['a', 'b']), ['a: a blocked', 'b: a blocked']);
  t.same(cores.holders(), ['a']);
  t.equal(cores.ran('a').filter((run) => run.startsWith('stop')).length, 4);
  cores.agent = () => ({});
  cores.command('b', { verb: 'cleanup', group: webGroup });
  cores.run(500);
  t.same(cores.holders(), ['b']);
  t.same(cores.doubles, []);
});

t.test('the loss of one link moves nothing and shows', async (t) => {
  const cores = running();
  cores.network = ({ link }) => (link === 'eth1' ? null : 0);
  cores.run(4000);
  t.same(cores.holders(), ['a']);
  t.same(
    cores.status('a').nodes[1]?.links.map(({ name, state }) => `${name} ${state}`),
    ['eth0 up', 'eth1 dead'],
  );
  t.ok(cores.logged('a').includes('Link b:eth1 dead.'));
  cores.heal();
  cores.run(1100);
  t.ok(cores.logged('a').includes('Link b:eth1 up.'));
  t.same(cores.status('a').problems, []);
});

t.test('three nodes: the minority gives up before the majority starts', async (t) => {
  const cores = running(three);
  cores.cut(['a'], ['b', 'c']);
  const tookMs = cores.until(() => cores.holders().includes('b'), 20_000);
  t.ok(tookMs !== null && tookMs <= 6100, `taken over after ${tookMs} ms`);
  t.same(cores.doubles, []);
  const stop = cores.runs.find(({ node, action }) => node === 'a' && action.operation === 'stop');
  t.equal(stop?.reason, 'no majority of the nodes has heard this node within its dead time');
  t.match(cores.status('a').groups[0]?.reason, /no majority|no quorum/, 'a says why nothing runs');
  cores.heal();
  cores.run(3000);
  t.same(cores.holders(), ['a']);
  t.same(cores.doubles, []);
});

t.test('three nodes: a lease that ends and comes back without any other change', async (t) => {
  const cores = running({ ...three, timing: { deadtimeMs: 3100 } });
  // One beat of a takes 8 ms, so that the others count its dead time from later than a itself; the next two are lost.
  const isBeat = (bytes: Uint8Array) => Buffer.from(bytes).includes('status');
  const beats = () => cores.packets.filter(({ from, bytes }) => from === 'a' && isBeat(bytes)).length;
  cores.run(4000);
  const seen = beats();
  cores.until(() => beats() > seen, 1001);
  const slowAt = cores.now + 1000;
  cores.network = ({ from, at }) => {
    if (from !== 'a' || at < slowAt - 1) return 0;
    return at < slowAt + 1 ? 8 : at < slowAt + 3099 ? null : 0;
  };
  cores.run(5000);
  t.ok(
    cores.ran('a').some((run) => run.startsWith('stop')),
    'the lease ended',
  );
  t.same(
    cores.logged('b').filter((text) => text.includes('a: is dead')),
    [],
    'but nobody found a dead',
  );
  cores.heal();
  cores.run(10_000);
  t.same(cores.holders(), ['a'], 'the group is not forgotten');
  t.same(cores.doubles, []);
});

t.test('three nodes: time to stop is counted from the last word that anyone in the view heard', async (t) => {
  const cores = running({ ...three, groups: [{ preferred: 'c', nodeOrder: ['c', 'a', 'b'] }] });
  t.same(cores.holders(), ['c']);
  cores.agent = ({ operation }) => (operation === 'stop' ? { afterMs: 1000 } : {});
  // a has not heard c for long when b loses it too.
  cores.cut(['a'], ['c']);
  cores.run(20_000);
  t.same(cores.holders(), ['c']);
  cores.cut(['b'], ['c']);
  cores.run(20_000);
  t.same(cores.holders(), ['a']);
  t.same(cores.doubles, []);
});

t.test('three nodes: who joins the majority late learns of who has just been lost', async (t) => {
  const cores = running({ ...three, groups: [{ preferred: 'c', nodeOrder: ['c', 'a', 'b'] }] });
  cores.agent = ({ operation }) => (operation === 'stop' ? { afterMs: 2000 } : {});
  cores.cut(['a'], ['b', 'c']);
  cores.run(20_000);
  t.same(cores.holders(), ['c']);
  // b and c lose each other; just when b gives c up, it hears a again.
  const healAt = cores.now + 2500;
  cores.network = ({ from, to, at }) => (at >= healAt && from !== 'c' && to !== 'c' ? 0 : null);
  cores.run(20_000);
  t.same(cores.holders(), ['a']);
  t.same(cores.doubles, []);
});

t.test('three nodes: nothing is given away before its target may start it', async (t) => {
  const cores = running(three);
  cores.crash('c');
  cores.run(3500);
  t.equal(cores.status('a').nodes[2]?.state, 'dead');
  t.ok(cores.command('a', { verb: 'move', group: webGroup, node: 'b' }).ok);
  let outageMs = 0;
  for (let ms = 0; ms < 10_000; ms += 5) {
    cores.run(5);
    if (cores.holders().length === 0) outageMs += 5;
  }
  t.same(cores.holders(), ['b']);
  t.ok(outageMs <= 30, `${outageMs} ms without an owner`);
  t.same(cores.doubles, []);
});

t.test('a wrong key changes nothing but a counter', async (t) => {
  const cores = new Cores({ authOf: { b: testAuth('another key') } });
  cores.boot('a', 'b');
  cores.run(3000);
  const { nodes, counters } = cores.status('a');
  t.match(nodes[1], { name: 'b', state: 'init', lastHeardMs: null, links: [{ state: 'dead' }, { state: 'dead' }] });
  t.ok((counters['refused.badSignature'] ?? 0) > 4);
  t.same(cores.holders(), []);
});

t.test('a node that is not configured changes nothing but a counter', async (t) => {
  const cores = running();
  const stranger = new Cores({ nodes: ['x', 'a'] });
  stranger.boot('x');
  stranger.run(3000);
  for (const { bytes } of stranger.packets) cores.packet('a', bytes);
  t.ok((cores.status('a').counters['refused.unknownNode'] ?? 0) > 2);
  t.same(
    cores.status('a').nodes.map(({ name }) => name),
    ['a', 'b'],
  );
});

t.test('another machine of the same name is told of', async (t) => {
  const cores = running();
  const twin = new Cores({ overrides: { msgfmt: 'netstring' } });
  twin.boot('a');
  const [packet] = twin.packets;
  if (packet !== undefined) cores.packet('a', packet.bytes);
  t.equal(cores.status('a').counters.own, 1, 'the same uuid is an echo');
});

t.test('replayed packets change nothing but counters', async (t) => {
  const cores = running();
  cores.run(3000);
  cores.crash('b');
  cores.run(10_000);
  cores.boot('b');
  cores.run(3000);
  const old = [...cores.packets];
  const shown = () => {
    const { counters, now, ...rest } = cores.status('a');
    return rest;
  };
  cores.run(1);
  const before = shown();
  const [runs, sent, logs] = [cores.runs.length, cores.packets.length, cores.logs.length];
  for (const { bytes } of old) for (const link of ['eth0', 'eth1', 'eth9']) cores.packet('a', bytes, link);
  t.same(shown(), before);
  t.equal(cores.runs.length, runs);
  t.equal(cores.packets.length, sent, 'nothing is answered');
  t.notOk(cores.logs.slice(logs).some(({ level }) => level !== 'warn'));
  cores.run(3000);
  t.same(cores.holders(), ['a']);
});

t.test('a restarted daemon knows old generations from its disk', async (t) => {
  const cores = running();
  const old = cores.packets.filter(({ from }) => from === 'b');
  cores.crash('b');
  cores.boot('b');
  cores.run(1000);
  cores.crash('a');
  cores.crash('b');
  cores.boot('a');
  for (const { bytes } of old) cores.packet('a', bytes);
  t.match(cores.status('a').nodes[1], { state: 'init', lastHeardMs: null });
  t.ok((cores.status('a').counters['refused.replay'] ?? 0) >= old.length);
});

t.test('garbage changes nothing but a counter', async (t) => {
  const cores = running();
  for (let length = 0; length < 200; length++) cores.packet('a', new Uint8Array(length).fill(length));
  t.same(cores.status('a').problems, []);
  const { counters } = cores.status('a');
  const refused = Object.entries(counters).filter(([name]) => name.startsWith('refused.'));
  t.equal(
    refused.reduce((sum, [, count]) => sum + count, 0),
    200,
  );
});

t.test('garbage does not hurry what could not be said at once', async (t) => {
  const cores = new Cores();
  const peer = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth() });
  peer.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  cores.boot('a');
  cores.run(7000);
  const wish = (term: number) => {
    const fields = announcementFields(announce({ phase: 'probing', claims: claims(`G wanted ${term}`) }));
    cores.packet('a', peer.status(textFields({ st: 'up', dt: 'bb8', protocol: '1', ...fields }), cores.now).bytes);
  };
  wish(1);
  cores.run(300);
  for (let term = 2; term < 60; term++) wish(term);
  // Hurried heartbeats are counted from the first of them, the next scheduled one comes a keepalive after the last.
  for (let ms = 0; ms < 990; ms += 10) {
    cores.run(10);
    const said = cores.packets.length;
    cores.packet('a', Buffer.from('garbage'));
    t.equal(cores.packets.length, said, `after ${ms} ms`);
  }
  cores.run(100);
});

t.test('all that follows from a new generation follows at once, not with the garbage that comes next', async (t) => {
  const cores = new Cores();
  const peer = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth() });
  peer.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  cores.boot('a');
  cores.run(7000);
  const hear = (generation: number) => {
    const heard = new Map([['a', { generation, seq: 5, links: ['eth0'] }]]);
    const fields = announcementFields(announce({ phase: 'probing', heard, claims: claims(`G wanted ${generation}`) }));
    return peer.status(textFields({ st: 'up', dt: 'bb8', protocol: '1', ...fields }), cores.now).bytes;
  };
  cores.packet('a', hear(1));
  cores.run(100);
  const late = hear(41);
  cores.packet('a', hear(1));
  cores.packet('a', late);
  t.equal(cores.status('a').nodes[0]?.generation, 42);
  const said = cores.packets.length;
  cores.packet('a', Buffer.from('garbage'));
  t.equal(cores.packets.length, said);
});

t.test('new keys are used for both directions at once', async (t) => {
  const cores = running();
  const both = new Map([
    [1, { method: 'sha1', secret: 'a test key' }],
    [2, { method: 'sha256', secret: 'the next key' }],
  ] as const);
  for (const name of ['a', 'b']) {
    cores.event(name, { type: 'keys', at: cores.now, auth: { active: 2, keys: both } });
    cores.run(1500);
  }
  cores.run(5000);
  t.same(cores.status('a').problems, []);
  t.equal(
    Object.keys(cores.status('a').counters).some(
      (name) => name.startsWith('refused.') && name !== 'refused.unknownKey',
    ),
    false,
  );
});

t.test('an idle cluster sends its heartbeats and nothing else', async (t) => {
  const cores = running({ groups: [{}, { resources: ['IPaddr2::10.0.0.2'], preferred: 'b' }] });
  cores.run(2000);
  const before = cores.packets.length;
  cores.run(60_000);
  t.ok(cores.packets.length - before <= 140, `${cores.packets.length - before} packets in a minute`);
});

t.test('a start and a failover take few packets', async (t) => {
  const groups = Array.from({ length: 50 }, (_, index) => ({
    resources: [`IPaddr2::10.0.1.${index}`],
    preferred: index % 2 === 0 ? 'a' : 'b',
  }));
  const cores = running({ groups });
  t.ok(cores.packets.length < groups.length + 30, `${cores.packets.length} packets to start`);
  const before = cores.packets.length;
  cores.shutdown('a');
  cores.run(500);
  t.ok(cores.packets.length - before < 2 * groups.length, `${cores.packets.length - before} packets to stop`);
  t.same(cores.doubles, []);
});

t.test('different configurations are told of', async (t) => {
  const cores = new Cores({ configOf: { b: testConfig({ overrides: { digest: 'other' } }) } });
  cores.bootAll();
  t.ok(cores.status('a').problems.some((text) => text.startsWith('node b has a different configuration')));
});

t.test('a medium that fails is said once, and when it works again', async (t) => {
  const cores = running();
  const told = (state: 'open' | 'failed', text: string) =>
    cores.event('a', { type: 'medium', at: cores.now, link: 'eth0', state, text });
  told('failed', 'eth0: no such device');
  told('failed', 'eth0: no such device');
  t.ok(cores.status('a').problems.includes('link eth0 is not open here: eth0: no such device'));
  told('open', 'eth0 is open');
  t.same(
    cores.logged('a').filter((text) => text.startsWith('eth0')),
    ['eth0: no such device', 'eth0 is open'],
  );
  t.same(cores.status('a').problems, []);
});

t.test('a node that cannot stop what it holds leaves with an error', async (t) => {
  const cores = running();
  cores.agent = ({ operation }) => (operation === 'stop' ? { outcome: 'failed' } : {});
  cores.shutdown('a');
  cores.run(10_000);
  t.equal(cores.exitOf('a')?.code, 1);
  t.match(cores.exitOf('a')?.reason, webGroup);
});

t.test('who comes back with the address up is no longer believed once it has looked', async (t) => {
  const cores = running({ groups: [{ failback: false }] });
  cores.kill('a');
  cores.run(10_000);
  cores.boot('a');
  cores.run(2000);
  t.same(cores.holders(), ['b']);
  t.match(cores.announced, [{ node: 'b', reason: 'a has looked what runs there' }]);
});

t.test('what was said while a node was deaf is not asked for afterwards', async (t) => {
  const cores = running({ groups: [{ failback: false }] });
  const healAt = cores.now + 20_000;
  cores.network = ({ from, to, at }) => (from === 'b' && to === 'a' && at < healAt ? null : 0);
  cores.run(20_000);
  const { length } = cores.packets;
  cores.run(3000);
  const asked = cores.packets.slice(length).filter(({ bytes }) => Buffer.from(bytes).includes('NS_rexmit'));
  t.equal(asked.length, 0, 'some twenty heartbeats were missed, all void by the next one');
  t.same(cores.holders(), ['a'], 'the deaf node is heard, so nobody took over');
});

t.test('a result of an action that nobody waits for is no harm', async (t) => {
  const cores = running();
  cores.event('a', {
    type: 'actionResult',
    at: cores.now,
    ticket: 4711,
    outcomes: [{ resource: webGroup, outcome: 'failed', exitCode: 1, text: 'no route' }],
  });
  t.same(opinions(cores, ['a']), ['a: a started']);
});

const database = 'mysql';
const withDatabase = { groups: [{ resources: [webGroup, database], failback: false }] };

t.test('a node that was away takes its addresses away first', async (t) => {
  const cores = running(withDatabase);
  cores.agent = ({ operation, resource }) => (operation === 'stop' && resource === database ? { afterMs: 10_000 } : {});
  cores.pause('a');
  cores.until(() => cores.holders().includes('b'), 10_000);
  const before = cores.runs.length;
  cores.resume('a');
  cores.run(100);
  const ran = cores.runs.slice(before).filter(({ node }) => node === 'a');
  t.same(
    ran.map(({ action }) => `${action.operation} ${action.resources.map(({ name }) => name)}`),
    [`stop ${webGroup}`, `stop ${database}`],
  );
  cores.run(20_000);
  t.equal(cores.ran('a').filter((run) => run === `stop ${webGroup}`).length, 1, 'once');
  t.match(cores.status('a').groups, [{ owner: 'b', state: 'started' }]);
});

t.test('three nodes: a slow start does not keep an address beyond the lease', async (t) => {
  const cores = new Cores({ ...three, ...withDatabase });
  cores.agent = ({ node, operation, resource }) =>
    node === 'a' && operation === 'start' && resource === database ? { afterMs: 30_000 } : {};
  cores.bootAll();
  cores.cut(['a'], ['b', 'c']);
  cores.run(60_000);
  t.same(
    cores.doubles.filter(({ resource }) => resource === webGroup),
    [],
  );
  t.same(cores.holders(), ['b'], 'and what was being started is stopped afterwards');
});

t.test(
  'three nodes: a stop that takes longer than the others wait',
  {
    todo: 'the others wait one dead time for it, whatever its time limit; only fencing or a watchdog could do better',
  },
  async (t) => {
    const cores = running(three);
    cores.agent = ({ operation }) => (operation === 'stop' ? { afterMs: 9000 } : {});
    cores.cut(['a'], ['b', 'c']);
    cores.run(60_000);
    t.same(cores.doubles, []);
  },
);

t.test('a Heartbeat that starts is told the nodes when it asks for them, whatever this node is doing', async (t) => {
  const cores = new Cores();
  const peer = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth() });
  peer.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  const asked = () => {
    cores.packet('a', peer.message('reqnodes', textFields({ dest: 'a' }), cores.now));
    const last = readPacket(cores.packets.at(-1)?.bytes ?? new Uint8Array(), prepareKeys(testAuth()));
    return last.ok ? ['t', 'dest', 'nodelist', 'delnodelist', 'destuuid'].map((name) => last.message.get(name)) : last;
  };
  const answer = ['repnodes', 'b', 'a b ', ' ', 'b'.repeat(16)];
  cores.boot('a');
  cores.packet('a', peer.status(textFields({ st: 'up', dt: 'bb8', protocol: '1' }), cores.now).bytes);
  t.same(asked(), answer, 'while it starts');
  cores.run(1000);
  t.same(asked(), answer, 'active');
  const sent = cores.packets.length;
  cores.packet('a', peer.message('reqnodes', textFields({ dest: 'c' }), cores.now));
  t.equal(cores.packets.length, sent, 'what another is asked is not answered');
});

t.test('a node of which a later life is known makes itself newer, once', async (t) => {
  const cores = new Cores();
  const peer = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth() });
  peer.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  const hear = (generation: number) => {
    const announcement = announce({ heard: new Map([['a', { generation, seq: 5, links: ['eth0'] }]]) });
    const fields = textFields({ st: 'active', dt: 'bb8', protocol: '1', ...announcementFields(announcement) });
    cores.packet('a', peer.status(fields, cores.now).bytes);
    cores.run(10);
    return cores.status('a').nodes[0]?.generation;
  };
  cores.boot('a');
  t.equal(hear(1), 1);
  t.equal(hear(2 ** 48), 1, 'but not newer than can be');
  t.equal(hear(41), 42);
  t.ok(
    cores
      .logged('a')
      .includes(
        'Heartbeat generation: 42 (b knew generation 41 of this node: its generation file was lost or set back)',
      ),
  );
  t.equal(cores.savedOf('a').generations.a, 42, 'the next start is newer still');
  t.equal(hear(77), 42, 'another machine of the same name is not raced');
});
