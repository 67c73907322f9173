/** A whole core beside a Heartbeat that runs ipfail, when one of the two, or both, lose a ping node. */
import t from 'tap';
import { pingConfigs, webGroup } from '../../support/config.js';
import { Cores } from '../../support/core.js';
import { HeartbeatPeer } from '../../support/heartbeat-peer.js';

const other = 'IPaddr2::10.0.0.2/24/eth0';
const told = ['num_ping_nodes', 'you_are_dead', 'abort_giveup', 'hb_takeover', 'ask_resources'];

/** Node a beside Heartbeat b, each with its own group and one ping node; keepalive 100 ms, deadping 2 s. */
class Pair {
  readonly cores = new Cores({
    timing: { keepaliveMs: 100, deadtimeMs: 1000, warntimeMs: 500, initdeadMs: 3000, deadpingMs: 2000 },
    groups: [
      { preferred: 'a', resources: [webGroup] },
      { preferred: 'b', resources: [other] },
    ],
    overrides: { autoFailback: 'on', pingNodes: pingConfigs('gw') },
  });
  readonly heartbeat = new HeartbeatPeer(this.cores, 'b');

  constructor() {
    this.cores.boot('a');
    this.heartbeat.beat('a', 'up');
    this.run(100);
    this.heartbeat.beat('a', 'active');
    this.heartbeat.say('a', 'starting');
    this.heartbeat.say('a', 'resource', { rsc_hold: 'local', rtype: 'full', isstable: '1' });
    this.ipfail('hbapi-clstat', { st: 'join' });
    this.run(2000);
    this.heard();
  }

  /** b goes on beating. */
  run(ms: number): this {
    for (let passed = 0; passed < ms; passed += 100) {
      this.heartbeat.beat('a', 'active');
      this.cores.run(100);
    }
    return this;
  }

  ipfail(type: string, fields: Record<string, string> = {}): this {
    this.heartbeat.say('a', type, { ...fields, from_id: 'ipfail', to_id: 'ipfail' });
    this.cores.run(10);
    return this;
  }

  heard(): string[] {
    return this.heartbeat.heard(...told).map((line) => line.replaceAll(/ +/g, ' '));
  }
}

t.test('this node loses its way: it gives all up once the other must have noticed the same', async (t) => {
  const pair = new Pair();
  pair.cores.answers = () => false;
  pair.run(2000);
  t.same(pair.heard(), ['num_ping_nodes']);
  pair.ipfail('you_are_dead').run(200);
  t.same(pair.heard(), []);
  pair.run(300);
  t.same(pair.heard(), ['ask_resources local me', 'ask_resources local done'], 'at once, so that one waking sees both');
  t.same(pair.cores.holders(webGroup), []);
  pair.heartbeat.say('a', 'ask_resources', { rsc_hold: 'local', info: 'other' });
  pair.heartbeat.say('a', 'ask_resources', { rsc_hold: 'local', info: 'done' });
  pair.heartbeat.say('a', 'resource', { rsc_hold: 'all', rtype: 'full', isstable: '1' });
  pair.run(20_000);
  t.same(pair.cores.holders(webGroup), []);
  t.same(pair.heard(), []);
});

t.test('both lose the ping node, the other notices later: nothing moves', async (t) => {
  const pair = new Pair();
  pair.cores.answers = () => false;
  pair.run(2000);
  pair.ipfail('you_are_dead').run(200);
  pair.ipfail('num_ping_nodes', { num_ping: '0' }).run(10_000);
  t.same(pair.heard(), ['num_ping_nodes', 'abort_giveup']);
  t.same(pair.cores.holders(webGroup), ['a']);

  pair.ipfail('num_ping_nodes', { num_ping: '1' }).run(100);
  pair.cores.answers = () => true;
  pair.run(10_000);
  t.same(pair.heard(), ['num_ping_nodes'], 'and it came back to the other first');
  t.same(pair.cores.holders(webGroup), ['a']);
});

t.test('the other notices first: while this node doubts nothing is asked for', async (t) => {
  const pair = new Pair();
  pair.cores.answers = () => false;
  pair.run(1500);
  pair.ipfail('num_ping_nodes', { num_ping: '0' }).run(10_000);
  t.same(pair.heard(), ['abort_giveup', 'num_ping_nodes']);
  t.same([pair.cores.holders(webGroup), pair.cores.holders(other)], [['a'], []]);
});

t.test('the other loses its way: this node asks for its groups at once', async (t) => {
  const pair = new Pair();
  pair.ipfail('num_ping_nodes', { num_ping: '0' });
  t.same(pair.heard(), ['you_are_dead', 'hb_takeover foreign']);
  pair.run(2000);
  t.same(pair.heard(), [], 'once');
  pair.heartbeat.say('a', 'ask_resources', { rsc_hold: 'local', info: 'me' });
  pair.run(100);
  t.same(pair.heard(), ['abort_giveup', 'ask_resources local other'], 'its ipfail need not do the same');
  pair.heartbeat.say('a', 'ask_resources', { rsc_hold: 'local', info: 'done' });
  pair.run(500);
  t.same([pair.cores.holders(webGroup), pair.cores.holders(other)], [['a'], ['a']]);
  pair.heartbeat.say('a', 'resource', { rsc_hold: 'none', rtype: 'full', isstable: '1' });
  pair.run(10_000).heard();
  t.same(pair.cores.holders(other), ['a'], 'it stays as long as the other reaches fewer');
  pair.ipfail('num_ping_nodes', { num_ping: '1' }).run(1000);
  t.same(pair.heard(), ['abort_giveup', 'ask_resources foreign me'], 'then the other may have its own again');
});

t.test('what may not run here is not asked for', async (t) => {
  const pair = new Pair();
  pair.cores.command('a', { verb: 'node-standby', node: 'a' });
  pair.run(100).heard();
  pair.ipfail('num_ping_nodes', { num_ping: '0' }).run(500);
  t.notOk(pair.heard().includes('hb_takeover foreign'));
});
