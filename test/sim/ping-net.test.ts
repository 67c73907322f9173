import t from 'tap';
import { Dice } from '../../src/sim/dice.js';
import { PingNet, perfectEcho } from '../../src/sim/ping-net.js';

t.test('an echo comes while the way is whole', async (t) => {
  const net = new PingNet(2, ['gw', 'far'], perfectEcho, null);
  t.same(net.echoes(0, 1), [0.4]);
  net.cut(0, 1, 5);
  net.cut(0, 1, 6);
  t.same([net.echoes(0, 1), net.echoes(0, 0), net.echoes(1, 1)], [[], [0.4], [0.4]]);
  net.mend(0, 1, 7);
  t.same(net.echoes(0, 1), [], 'each cut needs its own end');
  net.mend(0, 1, 8);
  net.mend(0, 1, 9);
  t.same(net.echoes(0, 1), [0.4]);
  t.equal(net.changes, 2, 'cut once, mended once');
  net.cut(1, 0, 10);
  net.heal(11);
  t.same(net.echoes(1, 0), [0.4]);
  t.equal(net.changes, 4);
});

t.test('echoes are lost, doubled and late by dice', async (t) => {
  const net = new PingNet(1, ['gw'], { loss: 0.2, duplication: 0.3, delayMs: 1, jitterMs: 2 }, new Dice(1));
  const counts = [0, 0, 0];
  for (let round = 0; round < 1000; round++) {
    const delays = net.echoes(0, 0);
    counts[delays.length] = (counts[delays.length] ?? 0) + 1;
    if (delays.some((ms) => ms < 1 || ms > 3)) t.fail(`${delays}`);
  }
  const [lost = 0, once = 0, twice = 0] = counts;
  t.ok(lost > 150 && lost < 250 && twice > 180 && twice < 300 && once > 400, counts.join(' '));
});

t.test('what a node may be believed to reach', async (t) => {
  const net = new PingNet(2, ['gw'], perfectEcho, null);
  t.equal(net.mayReach(0, 1, 0), 1);
  net.cut(0, 0, 100);
  t.equal(net.mayReach(0, 1, 50), 1, 'it did not long ago');
  t.equal(net.mayReach(0, 1, 101), 0);
  net.cut(1, 0, 100);
  t.equal(net.mayReach(0, 1, 50), 0, 'the other lost it at the same moment');
  net.mend(0, 0, 200);
  t.equal(net.mayReach(0, 1, 150), 1);
  t.equal(net.reachedThroughout(0, 150), 0);
  t.equal(net.reachedThroughout(0, 250), 1);
  t.equal(net.reachedThroughout(1, 250), 0);
});

t.test('a mend too short for an answer is none: who was cut before the ping node died lost it first', async (t) => {
  const net = new PingNet(2, ['gw'], perfectEcho, null, 3000);
  net.cut(0, 0, 1000);
  net.mend(0, 0, 2600);
  for (const node of [0, 1]) net.cut(node, 0, 2700);
  t.equal(net.mayReach(1, 0, 0), 1, 'the other had it for longer');
  t.equal(net.mayReach(0, 1, 0), 0);
});
