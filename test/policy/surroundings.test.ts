import t from 'tap';
import type { Announcement } from '../../src/membership/announcement.js';
import { Lease } from '../../src/membership/lease.js';
import { Membership } from '../../src/membership/membership.js';
import { NodeList } from '../../src/membership/node-list.js';
import { PingNodes } from '../../src/membership/ping-nodes.js';
import { Voting } from '../../src/membership/voting.js';
import { Directives } from '../../src/policy/directives.js';
import { type OwnState, releaseMs, Surroundings } from '../../src/policy/surroundings.js';
import { announce, claims, hears, reaches, report } from '../support/announcement.js';
import { pingConfigs, testConfig } from '../support/config.js';

/** Node a of two or three, active since 0; dead time 3000. */
class Bench {
  readonly directives = new Directives();
  readonly config;
  readonly membership: Membership;
  readonly pingNodes: PingNodes;
  readonly lease = new Lease();
  readonly surroundings: Surroundings;
  readonly group;
  private readonly seqs = new Map<string, number>();

  constructor(nodes: readonly string[] = ['a', 'b', 'c']) {
    this.config = testConfig({ nodes });
    const [group] = this.config.groups;
    if (group === undefined) throw new RangeError('no group');
    this.group = group;
    this.membership = new Membership({ self: 'a', nodes, links: ['eth0'], ...this.config.timing });
    this.membership.start(0);
    this.pingNodes = new PingNodes({ configs: pingConfigs('gw'), ...this.config.timing });
    this.pingNodes.start(0);
    const list = new NodeList({ self: 'a', nodes });
    const voting = new Voting({ list, membership: this.membership, lease: this.lease, ...this.config.timing });
    this.surroundings = new Surroundings({ self: 'a', voting, ...this });
  }

  /** A status of a peer, which hears a unless said otherwise. */
  say(name: string, at: number, wishes: Partial<Announcement> = {}, generation = 1): this {
    const seq = (this.seqs.get(name) ?? 0) + 1;
    this.seqs.set(name, seq);
    const announcement = announce({ heard: hears('a'), ...wishes });
    this.membership.onStatus(name, report({ seq, generation, announcement }), at);
    return this.look(at);
  }

  look(at: number): this {
    this.membership.tick(at);
    this.membership.refreshView({ active: true, generation: 1, owns: 0 });
    return this;
  }

  obstacle(at: number) {
    return this.surroundings.outsideObstacle(at);
  }
}

const open = Number.POSITIVE_INFINITY;

t.test('who is outside the view of two nodes', async (t) => {
  const pair = () => new Bench(['a', 'b']);
  t.same(pair().say('b', 10).obstacle(20), { reason: null, until: open }, 'nobody');
  t.same(pair().look(6000).obstacle(6000), { reason: null, until: open }, 'who is dead does not count');
  const left = pair().say('b', 10);
  left.membership.onShutdone('b');
  t.same(left.look(20).obstacle(20), { reason: null, until: open }, 'nor does who left');
  const deaf = pair().say('b', 10, { heard: hears() });
  t.same(deaf.obstacle(20), { reason: 'b is heard but not in the view: it may act by itself', until: open });
  const probing = pair().say('b', 10, { phase: 'probing', heard: hears() });
  t.same(probing.obstacle(20), { reason: 'b has not said yet what runs there', until: open });
  const legacy = pair();
  legacy.membership.onStatus('b', report({ announcement: null }), 10);
  t.same(legacy.look(10).obstacle(20), { reason: null, until: open }, 'the exchange says what a Heartbeat holds');
  const three = new Bench();
  three.membership.onStatus('b', report({ announcement: null }), 10);
  t.match(three.look(10).obstacle(20).reason, /^b is a Heartbeat, which can share resources with one other node only/);
});

t.test('with quorum a lost node is given time to stop', async (t) => {
  const bench = new Bench().say('b', 10).say('c', 20).say('b', 2000).say('b', 3020);
  t.same(bench.membership.view.members, ['a', 'b'], 'c is dead');
  const until = 20 + 3000 + releaseMs(bench.config);
  t.same(bench.obstacle(3020), { reason: 'c is given time to stop what it holds', until });
  t.same(bench.surroundings.releasing(3020), { names: ['c'], until });
  t.not(bench.obstacle(until - 1).reason, null);
  t.equal(bench.obstacle(until).reason, null);
  t.same(bench.surroundings.releasing(until), { names: [], until: open });
});

t.test('what other members of the view know of it counts', async (t) => {
  const bench = new Bench().say('b', 10).say('c', 20).say('b', 3020).say('b', 6000).say('b', 9000);
  t.equal(bench.obstacle(9000).reason, null);
  bench.say('b', 9100, { heard: hears('a', 'c') });
  t.same(bench.obstacle(9100), { reason: 'b still hears c', until: open });
  bench.say('b', 9200, { releasing: ['c'] });
  t.match(bench.obstacle(9200).reason, 'c is given time to stop what it holds');
  bench.say('b', 9300);
  t.equal(bench.obstacle(9300).reason, null);
});

t.test('who left cleanly is an obstacle only when it came back elsewhere', async (t) => {
  const bench = new Bench().say('b', 10).say('c', 20);
  bench.membership.onShutdone('c');
  bench.say('b', 30, { heard: hears('a', 'c 1') });
  t.equal(bench.obstacle(30).reason, null, 'b has not noticed yet');
  bench.say('b', 40, { heard: hears('a', 'c 2') });
  t.equal(bench.obstacle(40).reason, 'b still hears c');
});

t.test('with quorum a live node outside the view is looked at group by group', async (t) => {
  const bench = new Bench().say('b', 10).say('c', 20, { heard: hears() });
  t.same(bench.membership.view.members, ['a', 'b']);
  t.equal(bench.obstacle(30).reason, null);
  bench.say('c', 40, { heard: hears(), phase: 'probing' });
  t.equal(bench.obstacle(50).reason, 'c has not said yet what runs there');
});

t.test('two nodes give nobody time', async (t) => {
  const bench = new Bench(['a', 'b']).say('b', 10).look(5000);
  t.same(bench.surroundings.releasing(5000), { names: [], until: open });
});

t.test('foreign claims, and whether their owner hears this node', async (t) => {
  const bench = new Bench();
  const { id } = bench.group;
  const mine = claims(`${id} started 4`);
  bench.say('b', 100, { claims: mine, heard: hears() }).say('c', 100, { claims: claims('another started 1') });
  const claim = { group: id, term: 4, state: 'started' };
  const asked = (at: number, generation = 1) => bench.surroundings.foreignClaims(bench.group, generation, at);
  t.same(asked(200), { claims: [{ node: 'b', claim, hearsUs: true }], until: 3100 }, 'it had no time to hear us yet');
  t.match(asked(3099).claims, [{ hearsUs: true }]);
  t.same(asked(3100), { claims: [{ node: 'b', claim, hearsUs: false }], until: open });
  bench.say('b', 3000, { claims: mine });
  t.same(asked(3100), { claims: [{ node: 'b', claim, hearsUs: true }], until: open });
  t.match(asked(3100, 2).claims, [{ hearsUs: false }], 'it hears a former life of this node');
  t.equal(bench.surroundings.foreignOwner(id), 'b');
  bench.look(6000);
  t.same(asked(6000), { claims: [], until: open }, 'the dead claim nothing');
  t.equal(bench.surroundings.foreignOwner(id), null);
});

t.test('the owner is who runs it, not who wishes to or stops', async (t) => {
  for (const [state, owner] of [
    ['wanted', null],
    ['starting', 'b'],
    ['started', 'b'],
    ['stopping', null],
    ['blocked', null],
  ] as const) {
    const bench = new Bench();
    bench.say('b', 100, { claims: claims(`${bench.group.id} ${state}`) });
    t.equal(bench.surroundings.foreignOwner(bench.group.id), owner, state);
  }
});

t.test('the highest term ever heard counts, also of the dead', async (t) => {
  const { surroundings, group } = new Bench();
  t.equal(surroundings.highestTerm(group, 0), 0);
  surroundings.noteTerms(announce({ claims: claims(`${group.id} started 7`) }));
  surroundings.noteTerms(announce({ claims: claims(`${group.id} started 3`) }));
  t.equal(surroundings.highestTerm(group, 2), 7);
  t.equal(surroundings.highestTerm(group, 9), 9);
});

const none = { doubts: new Set<string>(), broken: new Set<string>(), health: [] };
const own = (wishes: Partial<OwnState> = {}): OwnState => ({ leaving: false, failures: new Set(), ...none, ...wishes });

t.test('members as placement sees them', async (t) => {
  const bench = new Bench()
    .say('b', 10, { heard: hears('a', 'c'), phase: 'leaving', failures: new Set(['F']) })
    .say('c', 20, { heard: hears('a', 'b') });
  bench.directives.set('standby', 'c', 'on', 'a');
  t.same(bench.surroundings.members(own({ failures: new Set(['G']) })), [
    { name: 'a', unavailable: null, failures: new Set(['G']), ...none, connectivity: reaches('?gw') },
    { name: 'b', unavailable: 'is leaving', failures: new Set(['F']), ...none, connectivity: new Map() },
    { name: 'c', unavailable: 'is in standby', failures: new Set(), ...none, connectivity: new Map() },
  ]);
  t.match(bench.surroundings.members(own({ leaving: true })), [{ unavailable: 'is leaving' }]);
});

t.test('that another reaches a ping node counts once it was said late enough', async (t) => {
  const bench = new Bench(['a', 'b']).say('b', 10, { connectivity: reaches('+gw +other') });
  const said = () => bench.surroundings.members(own())[1]?.connectivity;
  // gw was never heard here since 0, and is dead after 3000.
  t.same(said(), reaches('?gw +other'));
  t.equal(bench.surroundings.awaitsWord, true);
  bench.lease.sent(1, 2300);
  bench.lease.sent(2, 2400);
  bench.lease.acknowledged('b', 1);
  t.same(said(), reaches('?gw +other'), 'both may just be losing it');
  bench.lease.acknowledged('b', 2);
  t.same(said(), reaches('+gw +other'));
  t.equal(bench.surroundings.awaitsWord, false);
  bench.say('b', 2500, { connectivity: reaches('-gw ?other') });
  t.same(said(), reaches('-gw ?other'));
});

t.test('who has just lost a ping node is answered, once', async (t) => {
  const { surroundings } = new Bench(['a', 'b']);
  const asks = (text: string) => surroundings.asksForWord('b', announce({ connectivity: reaches(text) }));
  for (const [text, expected] of [
    ['+gw +other', false],
    ['?gw +other', false],
    ['-gw +other', true],
    ['-gw +other', false],
    ['-gw -other', false],
    ['+gw -other', false],
    ['-gw -other', true],
  ] as const) {
    t.equal(asks(text), expected, text);
  }
  t.equal(surroundings.asksForWord('b', announce()), false);
});

t.test('a wish is heard when every member of the view says so', async (t) => {
  const bench = new Bench().say('b', 10, { heard: hears('a 1 6', 'c') }).say('c', 20, { heard: hears('a 1 5', 'b') });
  const unheardBy = (seq: number | undefined, generation = 1) => bench.surroundings.unheardBy(seq, generation);
  t.equal(unheardBy(5), null);
  t.equal(unheardBy(6), 'c');
  t.equal(unheardBy(8), 'b');
  t.equal(unheardBy(undefined), 'b', 'it was not even sent');
  t.equal(unheardBy(5, 2), 'b', 'they heard an earlier life');
  bench.say('b', 3020, { heard: hears('a 1 6') });
  t.equal(unheardBy(6), null, 'c is not in the view any more');
});

t.test('a move is done when the group has arrived', async (t) => {
  const { surroundings, directives, group } = new Bench();
  t.equal(surroundings.noteMoved(group), false, 'nobody moved it');
  directives.set('move', group.id, 'b', 'b');
  t.equal(surroundings.noteMoved(group), false, 'not to this node');
  directives.set('move', group.id, 'a', 'b');
  t.equal(surroundings.noteMoved(group), true);
  t.equal(directives.get('move', group.id), 'a!');
  t.equal(surroundings.noteMoved(group), false, 'once');
});

t.test('what a node held when it was heard last', async (t) => {
  const bench = new Bench().say('b', 10, { claims: claims('G started') }).say('c', 10);
  t.equal(bench.surroundings.heldBy('b'), true);
  t.equal(bench.surroundings.heldBy('c'), false);
  bench.look(5000);
  t.equal(bench.surroundings.heldBy('b'), true, 'also of the dead');
  t.equal(bench.surroundings.heldBy('x'), false);
});
