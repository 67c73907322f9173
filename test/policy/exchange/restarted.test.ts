/** A Heartbeat, or this node itself, that is a new incarnation: what counts of the old one, and what is said first. */
import t from 'tap';
import { webGroup } from '../../support/config.js';
import { handshake, MixedPair, otherGroup } from '../../support/mixed-pair.js';

function atHome(failback: boolean): MixedPair {
  const bench = new MixedPair({ failback });
  bench.start();
  return bench;
}

/** An operator here has given everything to b. */
function allThere(failback: boolean): MixedPair {
  const bench = atHome(failback);
  bench.cores.command('a', { verb: 'standby', set: 'all' });
  bench.cores.run(100);
  bench.takes('local', 'all');
  return bench;
}

/** b is heard as a new incarnation before it was missed; it is not active before `untilActiveMs` have passed. */
function restart({ heartbeat, cores }: MixedPair, untilActiveMs = 5000): void {
  heartbeat.restart();
  for (let ms = 0; ms < untilActiveMs; ms += 1000) {
    heartbeat.beat('a', 'up');
    cores.run(1000);
  }
  heartbeat.beat('a', 'active');
  cores.run(100);
}

const runs = ({ cores }: MixedPair) => cores.ran('a').filter((run) => /^(start|stop)/.test(run));

for (const failback of [true, false]) {
  const setting = `failback ${failback ? 'on' : 'off'}`;

  t.test(`a Heartbeat that was reset without being missed has its own to itself, ${setting}`, async (t) => {
    const bench = atHome(failback);
    const before = runs(bench);
    restart(bench, 2000);
    t.same(bench.heard(), ['resource local 1'], 'it is told at once what is held here, and that is not more now');
    t.same(bench.says('starting'), ['resource local 1']);
    t.same(bench.holds('none', '0'), []);
    t.same(bench.holds('local'), ['resource local 1']);
    t.same([runs(bench), bench.holders()], [before, ['a', '-']], 'nothing was started or stopped here');
  });

  t.test(`a Heartbeat that is restarted with what it holds is asked, and keeps it, ${setting}`, async (t) => {
    const bench = allThere(failback);
    t.same(bench.holders(), ['-', '-']);
    const before = runs(bench);
    restart(bench, 2000);
    bench.heard();
    t.same(bench.wait(3000), ['starting'], 'it says nothing by itself');
    t.same(bench.holds('all'), ['resource none 1']);
    t.same(handshake(bench.wait(5000)), []);
    t.same(runs(bench), before, 'nothing was started here');
  });

  t.test(`a Heartbeat that held everything and was reset is not taken for holding it, ${setting}`, async (t) => {
    const bench = allThere(failback);
    const before = runs(bench);
    restart(bench);
    t.same(runs(bench), before, 'it might');
    bench.says('starting');
    bench.holds('none', '0');
    t.same(bench.holders(), ['a', '-'], 'it does not: what is its own it is about to start');
    bench.holds('local');
    bench.wait(5000);
    t.same(bench.holders(), ['a', '-']);
  });
}

t.test('a Heartbeat that was reset and does not start its own is waited for ten seconds', async (t) => {
  const bench = atHome(false);
  restart(bench);
  bench.says('starting');
  bench.holds('none', '0');
  bench.holds('none');
  bench.wait(9000);
  t.same(bench.holders(), ['a', '-']);
  bench.wait(2000);
  t.same(bench.holders(), ['a', 'a']);
});

t.test('what waited for a gap that died with its sender is no word of its next life', async (t) => {
  const bench = atHome(false);
  const { heartbeat, cores } = bench;
  heartbeat.lose();
  bench.holds('all');
  t.same(bench.holders(), ['a', '-'], 'it waits for what was lost');
  heartbeat.restart();
  heartbeat.beat('a', 'up');
  cores.run(100);
  t.same(bench.holders(), ['a', '-'], 'it is not heard any more');
  heartbeat.beat('a', 'active');
  bench.says('starting');
  t.same(bench.holds('local'), ['resource local 1'], 'the words of the new life are');
});

t.test('the first word of a new incarnation of this node is a status, whatever else it has to say', async (t) => {
  const bench = atHome(false);
  const { cores, heartbeat } = bench;
  const firstOfNewest = () => {
    const messages = heartbeat.read();
    const newest = messages.at(-1)?.get('hg');
    const types = messages.filter((message) => message.get('hg') === newest).map((message) => message.get('t'));
    return { newest, types, ts: messages.find((message) => message.get('hg') === newest)?.get('ts') };
  };
  const first = firstOfNewest();

  cores.pause('a');
  cores.run(10_000);
  cores.resume('a');
  const wasAway = firstOfNewest();
  t.not(wasAway.newest, first.newest, 'b may have given a up');
  t.equal(wasAway.types[0], 'status');
  t.ok(wasAway.types.includes('starting'), 'it asks at once what b holds now');
  t.equal(Number.parseInt(wasAway.ts ?? '', 16) - 1_700_000_000, Math.floor(cores.now / 1000), 'and is of now');

  cores.run(100);
  bench.says('starting');
  bench.holds('all');
  cores.run(10_000);
  const isAlone = firstOfNewest();
  t.not(isAlone.newest, wasAway.newest, 'b is dead');
  t.equal(isAlone.types[0], 'status');
  t.same([cores.holders(webGroup), cores.holders(otherGroup)], [['a'], ['a']]);
});
