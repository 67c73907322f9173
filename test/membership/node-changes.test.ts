import t from 'tap';
import { createCluster } from '../../src/cluster.js';
import { Outgoing } from '../../src/order/outgoing.js';
import { prepareKeys } from '../../src/wire/digest.js';
import { textFields } from '../../src/wire/message.js';
import { readPacket } from '../../src/wire/packet.js';
import { testAuth, testConfig, webGroup } from '../support/config.js';
import { Cores, type CoresOptions } from '../support/core.js';

/** Three machines, of which those in `files` know themselves alone from their files. */
function cores(files: Readonly<Record<string, readonly string[]>>, options: CoresOptions = {}): Cores {
  const all = ['a', 'b', 'c'];
  const configOf = Object.fromEntries(all.map((name) => [name, testConfig({ ...options, nodes: files[name] ?? all })]));
  return new Cores({ ...options, nodes: all, configOf });
}

const names = (machines: Cores, name: string) => machines.status(name).nodes.map((node) => node.name);
const untilStart = 'until the next start; change the node lines of ha.cf on every node too';
const pair = { a: ['a', 'b'], b: ['a', 'b'] };

/** Types of the packets that a node sent, but status. */
function sentBy(machines: Cores, name: string): string[] {
  return machines.packets
    .filter(({ from }) => from === name)
    .map(({ bytes }) => {
      const read = readPacket(bytes, prepareKeys(testAuth()));
      return read.ok ? (read.message.get('t') ?? '') : read.reason;
    })
    .filter((type) => type !== 'status');
}

t.test('a node is added to the running cluster, everywhere, and then takes part', async (t) => {
  const machines = cores(pair);
  machines.boot('a', 'b');
  machines.run(500);
  machines.boot('c');
  machines.run(1000);
  t.ok(machines.logged('a').some((text) => text.includes('bad node [c]')));
  t.same(machines.command('a', { verb: 'node-add', nodes: ['C'] }), { ok: true, text: `c added ${untilStart}` });
  machines.run(3000);
  for (const name of ['a', 'b', 'c']) {
    t.same(names(machines, name), ['a', 'b', 'c'], name);
    t.match(machines.status(name).view, { members: ['a', 'b', 'c'], agreed: true, quorate: true });
  }
  t.ok(machines.logged('b').includes('hb_add_one_node: Adding new node[c] to configuration.'));
  t.match(
    machines.status('b').problems.find((text) => text.startsWith('the nodes are')),
    /^the nodes are a b c only until the next start/,
  );
  // Quorum is counted in three nodes now.
  machines.cut(['a'], ['b', 'c']);
  machines.run(10_000);
  t.same(machines.holders(), ['b'], 'the majority goes on');
  t.same(machines.doubles, []);
});

/** Nodes a and b, which know one another by their files, and c, added since. */
function withAdded(): Cores {
  const machines = cores(pair);
  machines.boot('a', 'b');
  machines.run(5000);
  machines.command('a', { verb: 'node-add', nodes: ['c'] });
  machines.boot('c');
  machines.run(5000);
  return machines;
}

t.test(
  'a node that started anew, and counts by its file, does not go on alone against those who count more',
  async (t) => {
    const machines = withAdded();
    machines.shutdown('a');
    machines.run(3000);
    machines.boot('a');
    machines.run(8000);
    t.same(names(machines, 'a'), ['a', 'b'], 'it knows its file alone');
    machines.cut(['a'], ['b', 'c']);
    machines.run(20_000);
    t.equal(machines.status('a').view.quorate, false);
    t.match(machines.status('b').view, { members: ['b', 'c'], agreed: true, quorate: true });
    t.same(machines.holders(), ['b']);
    t.same(machines.doubles, []);
  },
);

t.test('once both have started anew they are a pair again when the added one is forgotten', async (t) => {
  const machines = withAdded();
  machines.crash('c');
  for (const name of ['a', 'b']) {
    machines.shutdown(name);
    machines.run(3000);
    machines.boot(name);
    machines.run(20_000);
  }
  t.same(names(machines, 'a'), ['a', 'b']);
  t.ok(machines.status('a').problems.some((text) => text.startsWith('c counts as a node (it was added)')));
  t.ok(machines.command('b', { verb: 'node-forget', nodes: ['c'] }).ok);
  machines.run(100);
  t.notOk(machines.status('a').problems.some((text) => text.includes('counts')));
  machines.crash('b');
  machines.run(10_000);
  t.equal(machines.status('a').view.quorate, true);
  t.same(machines.holders(), ['a']);
  t.same(machines.doubles, []);
});

t.test('refused: what is there already, what would cost quorum, what is no name', async (t) => {
  const machines = cores(pair);
  machines.boot('a', 'b');
  machines.run(500);
  const add = (...nodes: string[]) => machines.command('a', { verb: 'node-add', nodes }).text;
  t.equal(add('b'), 'node b is one of the cluster already');
  t.equal(add('c', 'd', 'e'), 'with more nodes there would be no quorum: 2 of 5 nodes, 3 are needed');
  t.match(add('x'.repeat(65)), /longer than 64 characters/);
  t.equal(add(' '), 'no node is named');
  machines.crash('b');
  machines.run(5000);
  t.equal(add('c'), 'with more nodes there would be no quorum: 1 of 3 nodes, 2 are needed');
  t.same(machines.holders(), ['a'], 'and nothing happened');
  t.same(sentBy(machines, 'a'), []);
});

t.test('a dead node is deleted: the other two are a pair then', async (t) => {
  const machines = cores({});
  machines.bootAll();
  t.equal(machines.command('a', { verb: 'node-forget', nodes: ['c'] }).text, 'deletion failed: node c is not dead');
  t.match(machines.command('a', { verb: 'node-forget', nodes: ['a'] }).text, /^a is this node/);
  t.equal(machines.command('a', { verb: 'node-forget', nodes: ['z'] }).text, 'there is no node z');
  machines.crash('c');
  machines.run(3500);
  t.match(machines.command('a', { verb: 'node-forget', nodes: ['c'] }).text, /c is still given time to stop/);
  machines.run(5000);
  t.same(machines.command('b', { verb: 'node-forget', nodes: ['c'] }), { ok: true, text: `c deleted ${untilStart}` });
  machines.run(500);
  for (const name of ['a', 'b']) t.same(names(machines, name), ['a', 'b'], name);
  t.match(machines.status('a').view, { members: ['a', 'b'], agreed: true });
  machines.crash('b');
  machines.run(10_000);
  t.same(machines.holders(), ['a'], 'one of two goes on alone');
  machines.boot('c');
  machines.run(10_000);
  t.same(names(machines, 'a'), ['a', 'b'], 'who was deleted is not let in again');
  t.same(machines.doubles, []);
});

t.test('a node of ha.cf that was deleted is added again, as often as the order is given', async (t) => {
  const machines = cores({});
  machines.bootAll();
  machines.crash('c');
  machines.run(10_000);
  t.ok(machines.command('a', { verb: 'node-forget', nodes: ['c'] }).ok);
  machines.run(500);
  // The others may have missed the first order.
  for (const time of ['first', 'second']) {
    t.same(
      machines.command('a', { verb: 'node-add', nodes: ['c'] }),
      { ok: true, text: `c added ${untilStart}` },
      time,
    );
    machines.run(500);
  }
  for (const name of ['a', 'b']) t.same(names(machines, name), ['a', 'b', 'c'], name);
  t.equal(machines.command('a', { verb: 'node-add', nodes: ['b'] }).text, 'node b is one of the cluster already');
});

t.test('not while another node is away too', async (t) => {
  const machines = cores({}, { nodes: ['a', 'b', 'c'] });
  machines.boot('a', 'b');
  machines.run(20_000);
  machines.crash('b');
  machines.run(20_000);
  t.equal(
    machines.command('a', { verb: 'node-forget', nodes: ['c'] }).text,
    "deletion failed. We don't have all required nodes alive (b is dead)",
  );
});

t.test('a change that one node did not hear shows in the status of both', async (t) => {
  const machines = cores(pair);
  machines.boot('a', 'b');
  machines.run(500);
  machines.cut(['a'], ['b'], true);
  machines.command('a', { verb: 'node-add', nodes: ['c'] });
  machines.run(1500);
  t.match(
    machines.status('a').problems.find((text) => text.includes('takes')),
    'b takes a b for the nodes of the cluster, a takes a b c',
  );
  machines.heal();
  machines.run(3000);
  t.same(names(machines, 'b'), ['a', 'b', 'c'], 'it is asked for and sent again');
  t.notOk(machines.status('a').problems.some((text) => text.includes('takes')));
});

t.test('a node that is deleted by another gives everything up in order and leaves', async (t) => {
  const machines = cores({});
  machines.bootAll();
  t.same(machines.holders(), ['a']);
  const peer = new Outgoing({ self: 'b', config: testConfig({ nodes: ['a', 'b', 'c'] }), auth: testAuth() });
  peer.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  machines.crash('b');
  machines.packet('a', peer.status(textFields({ st: 'active' }), machines.now).bytes);
  machines.packet('a', peer.message('delnode', textFields({ nodelist: 'a' }), machines.now));
  machines.run(1000);
  t.equal(machines.exitOf('a')?.code, 0);
  t.ok(machines.ran('a').includes(`stop ${webGroup}`));
  t.ok(machines.logged('a', 'error').includes('I am being deleted from the cluster, says b: leaving'));
});

/** Node a, active, beside a Heartbeat b that has said its status. */
function besideHeartbeat(): { machines: Cores; heartbeat: Outgoing } {
  const machines = cores(pair);
  const heartbeat = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth() });
  heartbeat.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  machines.boot('a');
  machines.packet('a', heartbeat.status(textFields({ st: 'up', dt: '7530', protocol: '1' }), machines.now).bytes);
  machines.run(100);
  machines.packet('a', heartbeat.status(textFields({ st: 'active', dt: '7530', protocol: '1' }), machines.now).bytes);
  machines.run(10);
  return { machines, heartbeat };
}

t.test('a Heartbeat is asked for its nodes once it is active, and a difference is told, not followed', async (t) => {
  const { machines, heartbeat } = besideHeartbeat();
  t.ok(sentBy(machines, 'a').includes('reqnodes'));
  const say = (nodelist: string) => {
    const fields = textFields({ dest: 'a', nodelist, delnodelist: ' ' });
    machines.packet('a', heartbeat.message('repnodes', fields, machines.now));
    return machines.status('a').problems.filter((text) => text.includes('takes'));
  };
  t.same(say('b a '), []);
  t.same(say('a b c '), ['b, a Heartbeat, takes a b c for the nodes of the cluster, a takes a b']);
  t.same(names(machines, 'a'), ['a', 'b']);
});

t.test('beside a Heartbeat the nodes do not change', async (t) => {
  const { machines, heartbeat } = besideHeartbeat();
  const text = 'b is a Heartbeat: beside one the nodes are changed in ha.cf, with a restart';
  t.same(machines.command('a', { verb: 'node-add', nodes: ['c'] }), { ok: false, text });
  machines.packet('a', heartbeat.message('addnode', textFields({ nodelist: 'c' }), machines.now));
  t.ok(machines.logged('a', 'error').includes(`addnode c of b is not followed: ${text}`));
  t.same(names(machines, 'a'), ['a', 'b']);
});

t.test('a Heartbeat that asks for a client is told that there is none', async (t) => {
  const { machines, heartbeat } = besideHeartbeat();
  const fields = textFields({ dest: 'a', from_id: '439', cn: 'ipfail' });
  machines.packet('a', heartbeat.message('query-cstatus', fields, machines.now));
  const answer = readPacket(machines.packets.at(-1)?.bytes ?? new Uint8Array(), prepareKeys(testAuth()));
  if (!answer.ok) throw new Error(answer.text);
  const said = ['t', 'dest', 'result', 'cn', 'to_id', 'cs'].map((name) => answer.message.get(name));
  t.same(said, ['respond-cstatus', 'b', 'OK', 'ipfail', '439', 'offline']);
});

t.test('before it is active a node takes no such orders', async (t) => {
  const core = createCluster({ self: 'a', config: testConfig(), auth: testAuth() });
  const saved = { directives: '', generations: {}, held: {} };
  const start = { type: 'start', at: 0, wallMs: 1, generation: 1, uuid: 'a'.repeat(16), seed: 1, saved } as const;
  core.step(start);
  const effects = core.step({ type: 'command', at: 1, id: 1, command: { verb: 'node-add', nodes: ['c'] } });
  t.match(
    effects.find(({ type }) => type === 'reply'),
    { result: { ok: false, text: 'a is not active' } },
  );
});

t.test('two that are left of three are a pair, also when one of them becomes a Heartbeat', async (t) => {
  const machines = cores({});
  machines.bootAll();
  machines.crash('c');
  machines.run(10_000);
  t.ok(machines.command('a', { verb: 'node-forget', nodes: ['c'] }).ok);
  machines.run(100);
  machines.shutdown('b');
  machines.run(1000);
  const heartbeat = new Outgoing({ self: 'b', config: testConfig(), auth: testAuth() });
  heartbeat.start({ at: 0, wallMs: 1_700_000_000_000, generation: 9, uuid: 'b'.repeat(16) });
  for (const st of ['up', 'active']) {
    machines.packet('a', heartbeat.status(textFields({ st, dt: '7530', protocol: '1' }), machines.now).bytes);
    machines.run(10);
  }
  machines.packet('a', heartbeat.message('starting', [], machines.now));
  machines.run(10);
  t.ok(sentBy(machines, 'a').includes('resource'), 'it is told what is held here');
  t.same(machines.holders(), ['a']);
});
