import t from 'tap';
import { webGroup } from '../../support/config.js';
import { Cores } from '../../support/core.js';
import { HeartbeatPeer } from '../../support/heartbeat-peer.js';

const other = 'IPaddr2::10.0.0.2/24/eth0';

t.test(
  'a Heartbeat that becomes active after this node is left what belongs to it, with failback off too',
  async (t) => {
    for (const failback of [true, false]) {
      const groups = [
        { preferred: 'a', resources: [webGroup], failback },
        { preferred: 'b', resources: [other], failback },
      ];
      const cores = new Cores({ groups, overrides: { autoFailback: failback ? 'on' : 'off' } });
      const heartbeat = new HeartbeatPeer(cores, 'b');
      const talk = () => heartbeat.heard('starting', 'resource');
      cores.boot('a');
      heartbeat.beat('a', 'up');
      cores.run(100);
      t.equal(cores.status('a').nodes[0]?.state, 'active', 'both were heard');
      t.same([...talk(), ...cores.ran('a').filter((run) => run.startsWith('start'))], [], 'it is waited for');

      heartbeat.beat('a', 'active');
      heartbeat.say('a', 'starting');
      cores.run(10);
      const said = talk();
      t.match(said, ['starting'], 'this node starts too');
      t.notMatch(said.join(', '), /all|foreign/, 'and claims nothing of the other');
      heartbeat.say('a', 'resource', { rsc_hold: 'none', rtype: 'full', isstable: '0' });
      cores.run(100);
      t.same(talk(), ['resource local 1']);
      heartbeat.say('a', 'resource', { rsc_hold: 'local', rtype: 'full', isstable: '1' });
      cores.run(100);
      t.same([cores.holders(webGroup), cores.holders(other)], [['a'], []], 'each has its own');
    }
  },
);
