import t from 'tap';
import { webGroup } from '../../support/config.js';
import { Cores } from '../../support/core.js';
import { HeartbeatPeer } from '../../support/heartbeat-peer.js';

const other = 'IPaddr2::10.0.0.2/24/eth0';

/** Node a beside Heartbeat b, failback off, each with its own group. */
function pair() {
  const groups = [
    { preferred: 'a', resources: [webGroup], failback: false },
    { preferred: 'b', resources: [other], failback: false },
  ];
  const cores = new Cores({ groups, overrides: { autoFailback: 'off' } });
  const heartbeat = new HeartbeatPeer(cores, 'b');
  const says = (type: string, fields: Record<string, string> = {}) => {
    heartbeat.say('a', type, fields);
    cores.run(100);
    return heartbeat.heard('starting', 'resource', 'ask_resources');
  };
  const start = (holds: string) => {
    heartbeat.beat('a', 'up');
    cores.run(100);
    heartbeat.beat('a', 'active');
    says('starting');
    return says('resource', { rsc_hold: holds, rtype: 'full', isstable: '1' });
  };
  cores.boot('a');
  start('local');
  return { cores, heartbeat, says, start };
}

/** b takes over what a holds of the set, which is `asked` as b sees it. */
function takeOver({ says }: ReturnType<typeof pair>, asked: string, given: string): string[] {
  const offer = says('hb_takeover', { rsc_hold: asked });
  const released = says('ask_resources', { rsc_hold: given, info: 'other' });
  const end = says('ask_resources', { rsc_hold: given, info: 'done' });
  says('resource', { rsc_hold: 'all', rtype: 'full', isstable: '1' });
  return [...offer, ...released, ...end].filter((line) => line.startsWith('ask_resources'));
}

t.test('what an operator sent to a Heartbeat is not sent there again when it returns', async (t) => {
  const { cores, heartbeat, start, ...rest } = pair();
  const handshake = takeOver({ cores, heartbeat, start, ...rest }, 'all', 'local');
  t.same(handshake, ['ask_resources local  me', 'ask_resources local  done']);
  t.same(cores.holders(webGroup), []);
  cores.run(10_000);
  t.same([cores.holders(webGroup), cores.holders(other)], [['a'], ['a']], 'it died, and a has everything');

  heartbeat.restart();
  t.match(start('none').at(-1), /^resource all 1/);
  cores.run(2000);
  t.same(heartbeat.heard('ask_resources'), [], 'with failback off all stays here');
  t.same([cores.holders(webGroup), cores.holders(other)], [['a'], ['a']]);
});

t.test('a second order to the same Heartbeat is an order again', async (t) => {
  const bench = pair();
  const { cores, says } = bench;
  takeOver(bench, 'all', 'local');
  // It gives back what it took, by hb_standby over there.
  says('ask_resources', { rsc_hold: 'foreign', info: 'me' });
  says('ask_resources', { rsc_hold: 'foreign', info: 'done' });
  says('ask_resources', { rsc_hold: 'foreign', info: 'done' });
  says('resource', { rsc_hold: 'local', rtype: 'full', isstable: '1' });
  t.same(cores.holders(webGroup), ['a']);
  t.same(takeOver(bench, 'foreign', 'local'), ['ask_resources local  me', 'ask_resources local  done']);
  t.same(cores.holders(webGroup), []);
});
