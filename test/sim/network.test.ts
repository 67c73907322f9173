import t from 'tap';
import { Dice } from '../../src/sim/dice.js';
import { type LinkQuality, Network, perfectLink } from '../../src/sim/network.js';

const packet = Buffer.from([1, 2, 3, 4]);

function network(quality: Partial<LinkQuality> = {}) {
  return new Network(3, [{ ...perfectLink, ...quality }, perfectLink], new Dice(2));
}

function arrivals(net: Network, link: number, from: number) {
  const list: { to: number; link: number; delayMs: number; bytes: Uint8Array }[] = [];
  net.send(link, from, packet, (to, onLink, delayMs, bytes) => list.push({ to, link: onLink, delayMs, bytes }));
  return list;
}

t.test('a packet goes to every other node, and home where the link loops', async (t) => {
  t.same(
    arrivals(network(), 0, 1).map(({ to }) => to),
    [0, 2],
  );
  t.same(
    arrivals(network({ loopback: true }), 0, 1).map(({ to }) => to),
    [0, 1, 2],
  );
});

t.test('a cut has one direction and one link; cuts add up', async (t) => {
  const net = network();
  net.cut(0, 1, 2);
  net.cut(0, 1, 2);
  t.same(
    arrivals(net, 0, 1).map(({ to }) => to),
    [0],
  );
  t.same(
    arrivals(net, 0, 2).map(({ to }) => to),
    [0, 1],
  );
  t.ok(net.reaches(1, 2), 'the other link still works');
  net.cut(1, 1, 2);
  t.notOk(net.reaches(1, 2));
  t.ok(net.reaches(2, 1));
  net.mend(1, 1, 2);
  net.mend(0, 1, 2);
  t.same(
    arrivals(net, 0, 1).map(({ to }) => to),
    [0],
    'one cut is left',
  );
  net.heal();
  t.same(
    arrivals(net, 0, 1).map(({ to }) => to),
    [0, 2],
  );
});

t.test('loss, duplication and delay are as configured', async (t) => {
  const net = network({ loss: 0.2, duplication: 0.1, delayMs: 3, jitterMs: 2 });
  const all = Array.from({ length: 2000 }, () => arrivals(net, 0, 0)).flat();
  const expected = 2000 * 2 * 0.8 * 1.1;
  t.ok(Math.abs(all.length - expected) < 150, `${all.length} arrivals, about ${expected} expected`);
  t.ok(all.every(({ delayMs }) => delayMs >= 3 && delayMs < 5));
});

t.test('a storm makes nodes deaf, calm ends it', async (t) => {
  const net = network();
  for (const link of [0, 1]) net.storm(link, 0, 1, 0.9);
  t.notOk(net.reaches(0, 1));
  t.ok(net.reaches(1, 0));
  net.calm();
  t.ok(net.reaches(0, 1));
});

t.test('a spoilt packet is a copy', async (t) => {
  const spoilt = arrivals(network({ corruption: 1 }), 0, 0);
  t.ok(spoilt.every(({ bytes }) => bytes !== packet && bytes.join() !== packet.join()));
  t.same([...packet], [1, 2, 3, 4]);
});
