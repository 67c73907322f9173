import t from 'tap';
import { webGroup } from '../../support/config.js';
import { Cores } from '../../support/core.js';
import { HeartbeatPeer } from '../../support/heartbeat-peer.js';

t.test('a Heartbeat is told at once that what it was to take cannot be stopped', (t) => {
  const cores = new Cores({
    groups: [{ preferred: 'a', resources: [webGroup], failback: false }],
    overrides: { autoFailback: 'off' },
  });
  const heartbeat = new HeartbeatPeer(cores, 'b');
  const says = (type: string, fields: Record<string, string> = {}, forMs = 100) => {
    heartbeat.beat('a', 'active');
    heartbeat.say('a', type, fields);
    cores.run(forMs);
    return heartbeat.heard('resource', 'ask_resources');
  };
  cores.boot('a');
  heartbeat.beat('a', 'up');
  cores.run(100);
  says('starting');
  says('resource', { rsc_hold: 'local', rtype: 'full', isstable: '1' });
  t.same(cores.holders(), ['a']);

  cores.agent = ({ operation }) => (operation === 'stop' ? { outcome: 'failed' } : {});
  t.same(says('hb_takeover', { rsc_hold: 'all' }), ['ask_resources local  me']);
  t.same(says('ask_resources', { rsc_hold: 'local', info: 'other' }), ['resource none 0 standby']);
  // After its first "done" of nothing it has nothing to take, and does not report that; it is idle after the second.
  t.same(says('status', { st: 'active' }, 2500), []);
  t.same(says('status', { st: 'active' }, 1000), [
    'ask_resources none  done',
    'ask_resources none  done',
    'resource local 1',
  ]);
  t.match(cores.status('a').groups[0], { owner: 'a', state: 'blocked' });

  cores.agent = () => ({});
  cores.command('a', { verb: 'cleanup', group: webGroup });
  // The next offer comes after a pause.
  let offer: string[] = [];
  for (let second = 0; second < 6 && offer.length === 0; second++) offer = says('status', { st: 'active' }, 1000);
  t.same(offer, ['ask_resources local  me']);
  const given = says('ask_resources', { rsc_hold: 'local', info: 'other' });
  t.equal(given.at(-1), 'ask_resources local  done', 'and then it is handed over');
  t.same(cores.holders(), []);
  t.end();
});
