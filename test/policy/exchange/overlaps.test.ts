import t, { type Test } from 'tap';
import { Overlaps } from '../../../src/policy/exchange/overlaps.js';
import type { GroupPhase } from '../../../src/resources/phase.js';
import { webGroup } from '../../support/config.js';
import { Cores } from '../../support/core.js';
import { HeartbeatPeer } from '../../support/heartbeat-peer.js';

const other = 'IPaddr2::10.0.0.2/24/eth0';

const group = (phase: GroupPhase, addressesDown: boolean) => ({ config: { id: 'G' }, phase, addressesDown });

t.test('what both held is to be told once, when its addresses are down here', async (t) => {
  const overlaps = new Overlaps();
  const note = (phase: GroupPhase, down: boolean, assignment: 'self' | 'peer' | 'giving' | 'unknown' = 'peer') =>
    overlaps.note(group(phase, down), assignment);
  t.equal(note('started', false), null);
  t.equal(note('stopping', false), null);
  t.match(note('stopping', true), /both nodes held it/, 'with the addresses, before the rest');
  t.equal(note('stopped', true), null, 'once');

  note('started', false);
  t.equal(note('stopped', true, 'unknown'), null, 'nobody has said that it is there');
  t.match(note('stopped', true), /both nodes held it/);

  note('started', false);
  t.equal(note('started', false, 'self'), null);
  t.equal(note('stopped', true), null, 'what went on here is no overlap any more: it is handed over one day');

  note('started', false, 'unknown');
  t.match(note('stopped', true), /had not said yet/, 'what was adopted here');

  note('started', false);
  t.equal(note('wanted', true, 'self'), null);
  t.equal(note('stopped', true), null, 'what was to be started here since is announced by its start');
});

t.test('a hand-over is none of its business', async (t) => {
  const overlaps = new Overlaps();
  t.equal(overlaps.note(group('started', false), 'self'), null);
  t.equal(overlaps.note(group('stopping', false), 'giving'), null);
  t.equal(overlaps.note(group('stopped', true), 'giving'), null);
  t.equal(overlaps.note(group('stopped', true), 'peer'), null);
  t.equal(overlaps.note(group('probing', false), 'peer'), null, 'nor is what nobody has looked at yet');
  t.equal(overlaps.note(group('stopped', true), 'peer'), null);
});

/** Node a beside Heartbeat b, each with its own group; b beats on until `cut`. */
function pair(autoFailback: 'on' | 'off' | 'legacy') {
  const failback = autoFailback !== 'off';
  const groups = [
    { preferred: 'a', resources: [webGroup], failback },
    { preferred: 'b', resources: [other], failback },
  ];
  const cores = new Cores({ groups, overrides: { autoFailback } });
  const heartbeat = new HeartbeatPeer(cores, 'b');
  const says = (type: string, fields: Record<string, string> = {}) => {
    heartbeat.say('a', type, fields);
    cores.run(100);
  };
  const beat = (state: 'up' | 'active' = 'active') => {
    heartbeat.beat('a', state);
    cores.run(100);
  };
  /** Its word in the exchange of sets. */
  const holds = (sets: string) => says('resource', { rsc_hold: sets, rtype: 'full', isstable: '1' });
  cores.boot('a');
  beat('up');
  beat();
  if (autoFailback === 'legacy') says('ip-request-resp', { ipaddr: webGroup, ok: 'OK', weown: 'no' });
  else {
    says('starting');
    holds('local');
  }
  cores.run(1000);
  return { cores, heartbeat, says, beat, holds };
}

/** b is not heard for so long that it is given up, and heard again. */
function partition(t: Test, { cores, heartbeat, beat }: ReturnType<typeof pair>): void {
  cores.run(5000);
  heartbeat.heard();
  t.same([cores.holders(webGroup), cores.holders(other)], [['a'], ['a']], 'a has both');
  t.same(cores.announcedFor, []);
  beat();
  const said = heartbeat.heard('status', 'starting', 'ip-request');
  t.match(
    said,
    ['status', /starting|ip-request/],
    'a status goes first: it makes a Heartbeat believe the new generation',
  );
}

const told = (cores: Cores) => cores.announcedFor.map(({ owner, names }) => `${owner}: ${names.join(' ')}`).sort();

for (const failback of ['on', 'off'] as const) {
  t.test(`after a partition, auto_failback ${failback}`, async (t) => {
    const bench = pair(failback);
    partition(t, bench);
    const { cores } = bench;
    bench.holds('all');
    cores.run(1000);
    t.same([cores.holders(webGroup), cores.holders(other)], [[], []]);
    t.same(told(cores), [`b: ${webGroup}`, `b: ${other}`], 'both are announced for b');
    const downAt = cores.runs.filter(({ action }) => action.operation === 'stop').map(({ at }) => at);
    t.ok(
      cores.announcedFor.every(({ at }) => at >= Math.min(...downAt)),
      'not before they were stopped',
    );
    bench.beat();
    t.equal(cores.announcedFor.length, 2, 'once');
  });
}

t.test('after a partition, auto_failback legacy', async (t) => {
  const bench = pair('legacy');
  const { cores } = bench;
  partition(t, bench);
  bench.says('ip-request-resp', { ipaddr: webGroup, ok: 'OK', weown: 'yes' });
  cores.run(1000);
  t.same([cores.holders(webGroup), cores.holders(other)], [['a'], []]);
  t.same(told(cores), [`b: ${other}`], 'the other is announced as regained');
  t.ok(cores.announced.some(({ reason }) => reason.includes('b gave it up')));
});

t.test('after this node was away', async (t) => {
  const bench = pair('off');
  const { cores, holds, beat } = bench;
  cores.pause('a');
  cores.run(10_000);
  cores.resume('a');
  cores.run(100);
  t.same(cores.holders(webGroup), [], 'it gives up what it held');
  beat();
  t.same(cores.announcedFor, [], 'b has not said yet that it holds anything');
  holds('all');
  cores.run(1000);
  t.same(told(cores), [`b: ${webGroup}`]);
  t.match(cores.announcedFor[0]?.reason, /was away/);
});

t.test('after the daemon died and left its addresses up', async (t) => {
  const { cores, says, beat, holds } = pair('off');
  cores.kill('a');
  cores.run(10_000);
  t.same(cores.holders(webGroup), ['a']);
  cores.boot('a');
  cores.run(100);
  beat();
  says('starting');
  holds('all');
  cores.run(1000);
  t.same(cores.holders(webGroup), []);
  t.same(told(cores), [`b: ${webGroup}`]);
});

t.test('an ordinary hand-over tells nobody', async (t) => {
  const { cores, says, holds } = pair('off');
  says('hb_takeover', { rsc_hold: 'foreign' });
  says('ask_resources', { rsc_hold: 'local', info: 'other' });
  says('ask_resources', { rsc_hold: 'local', info: 'done' });
  says('ask_resources', { rsc_hold: 'foreign', info: 'other' });
  says('ask_resources', { rsc_hold: 'foreign', info: 'done' });
  holds('all');
  cores.run(1000);
  t.same(cores.holders(webGroup), [], 'b has it');
  t.same(cores.announcedFor, []);
});
