/** Groups that a Heartbeat gives to this node: where they may start, where they must not, and how long they stay. */
import t from 'tap';
import { pingConfigs, webGroup } from '../../support/config.js';
import { handshake, MixedPair } from '../../support/mixed-pair.js';

function atHome(options: ConstructorParameters<typeof MixedPair>[0]): MixedPair {
  const bench = new MixedPair(options);
  bench.start();
  return bench;
}

/** a, whose own group does not start there, has offered it to b, which has taken it. */
function failedHere(failback: boolean): MixedPair {
  const bench = new MixedPair({ failback });
  bench.cores.agent = ({ operation, resource }) =>
    operation === 'start' && resource === webGroup ? { outcome: 'failed' } : {};
  bench.start();
  bench.takes('local', 'all');
  return bench;
}

const offer = 'ask_resources local  me';

t.test('a group that is handed back to a node in standby does not keep the handshake open', async (t) => {
  const bench = atHome({ failback: false });
  const { cores } = bench;
  t.ok(cores.command('a', { verb: 'node-standby', node: 'a' }).ok);
  cores.run(100);
  t.same(handshake([...bench.heard(), ...bench.takes('local', 'all')]), [offer, 'ask_resources local  done']);
  t.same(bench.holders(), ['-', '-']);

  const taken = handshake(bench.gives('foreign', 'local'));
  t.same(taken.slice(0, 2), ['ask_resources foreign  other', 'ask_resources foreign  done'], 'nothing is waited for');
  t.same(bench.holders(), ['-', '-'], 'it may not start here');
  t.same(taken.slice(2), [offer], 'and is offered again, as long as an operator wants that');
});

for (const failback of [true, false]) {
  const setting = `failback ${failback ? 'on' : 'off'}`;

  t.test(`a group that failed here is taken back without being started, ${setting}`, async (t) => {
    const bench = failedHere(failback);
    const { cores } = bench;
    t.same(bench.holders(), ['-', '-']);
    const starts = cores.ran('a').filter((run) => run.startsWith('start')).length;
    t.same(handshake(bench.gives('foreign', 'local')), ['ask_resources foreign  other', 'ask_resources foreign  done']);
    t.equal(cores.ran('a').filter((run) => run.startsWith('start')).length, starts);
  });

  t.test(`a group that failed on both nodes does not go back and forth, ${setting}`, async (t) => {
    const bench = failedHere(failback);
    const { cores } = bench;
    bench.gives('foreign', 'local');
    t.same(handshake(bench.wait(20_000)), [], 'it is not offered again while it is not tried here');
    t.match(cores.status('a').groups[0]?.reason, /its start failed on a; its start failed on b/);

    cores.agent = () => ({});
    t.ok(cores.command('a', { verb: 'cleanup', group: webGroup }).ok);
    bench.wait(1000);
    t.same(bench.holders(), ['a', '-'], 'until an operator has it forgotten');
  });
}

t.test('what is tried again here, some time after it failed on both nodes, may be tried there again too', async (t) => {
  const bench = failedHere(false);
  bench.gives('foreign', 'local');
  bench.wait(20_000);
  const starts = () => bench.cores.ran('a').filter((run) => run.startsWith('start')).length;
  const before = starts();
  t.same(handshake(bench.wait(15_000)), [offer]);
  t.equal(starts(), before + 1);
});

t.test('a cleanup has the failure on the Heartbeat forgotten too', async (t) => {
  const bench = failedHere(false);
  const { cores } = bench;
  const { agent } = cores;
  bench.gives('foreign', 'local');
  cores.agent = () => ({});
  cores.command('a', { verb: 'cleanup', group: webGroup });
  bench.wait(1000);
  bench.says('hb_takeover', { rsc_hold: 'foreign' });
  bench.takes('local', 'all');
  t.same(bench.holders(), ['-', '-']);
  cores.agent = agent;
  t.equal(
    handshake([...bench.gives('foreign', 'local'), ...bench.wait(5000)]).at(-1),
    offer,
    'it failed only here since',
  );
});

t.test('a group that failed on both nodes is offered to a Heartbeat that is another one since', async (t) => {
  const bench = failedHere(false);
  const { cores, heartbeat } = bench;
  bench.gives('foreign', 'local');
  cores.run(10_000);
  heartbeat.restart();
  bench.heard();
  const words = [...bench.start('none'), ...bench.holds('local'), ...bench.wait(1000)];
  t.same(handshake(words), [offer]);
});

t.test('what a Heartbeat gives stays although failback is on', async (t) => {
  const bench = atHome({ failback: true });
  bench.gives('local', 'none');
  t.same(bench.holders(), ['a', 'a']);
  t.same(handshake(bench.wait(30_000)), [], 'it is not offered back');
  t.equal(bench.cores.status('a').groups[1]?.reason, 'b gave it to a');
  const wanted = bench.says('hb_takeover', { rsc_hold: 'local' });
  t.same(handshake(wanted), ['ask_resources foreign  me'], 'until an operator there wants it back');
});

t.test('what a Heartbeat gave in its life is its own again in the next', async (t) => {
  const bench = atHome({ failback: true });
  bench.gives('local', 'none');
  bench.cores.run(10_000);
  t.same(bench.holders(), ['a', 'a']);
  bench.heartbeat.restart();
  bench.heard();
  t.same(handshake([...bench.start('none'), ...bench.wait(1000)]), ['ask_resources foreign  me']);
});

/** b says how many ping nodes it reaches. */
const reaches = (bench: MixedPair, count: number) =>
  bench.says('num_ping_nodes', { num_ping: String(count), dest: 'a', from_id: 'ipfail', to_id: 'ipfail' });

const oneGateway = { pingNodes: pingConfigs('gw') };

t.test('what a Heartbeat gave for the sake of a ping node is its own again when it reaches that', async (t) => {
  const bench = atHome({ failback: true, overrides: oneGateway });
  reaches(bench, 0);
  bench.gives('local', 'none');
  t.same(handshake(bench.wait(10_000)), [], 'it stays');
  t.same(bench.holders(), ['a', 'a']);
  t.same(handshake([...reaches(bench, 1), ...bench.wait(5000)]), ['ask_resources foreign  me']);
});

t.test('what an operator on a Heartbeat gave stays when both reach as many ping nodes', async (t) => {
  const bench = atHome({ failback: true, overrides: oneGateway });
  bench.gives('local', 'none');
  t.same(handshake([...reaches(bench, 1), ...bench.wait(10_000)]), []);
  t.same(bench.holders(), ['a', 'a']);
});
