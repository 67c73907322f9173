import t from 'tap';
import { Farewell } from '../../src/membership/farewell.js';

const pair = { isHeard: true, legacy: false, keepaliveMs: 100 };

t.test('the last word is said until nobody seems to hear this node, five times at most', async (t) => {
  const farewell = new Farewell();
  t.same(farewell.step(pair, 0), { do: 'shutdone', nextAt: 40 });
  t.same(farewell.step(pair, 40), { do: 'shutdone', nextAt: 80 });
  t.same(farewell.step({ ...pair, isHeard: false }, 80), { do: 'go' });
  const deaf = new Farewell();
  const steps = Array.from({ length: 6 }, (_, count) => deaf.step(pair, count * 40).do);
  t.same(steps, ['shutdone', 'shutdone', 'shutdone', 'shutdone', 'shutdone', 'go']);
});

t.test('also when nobody hears it, it is said once', async (t) => {
  t.equal(new Farewell().step({ ...pair, isHeard: false }, 0).do, 'shutdone');
});

t.test('a Heartbeat is told once, and may ask for what it missed for a second', async (t) => {
  const farewell = new Farewell();
  const heartbeat = { isHeard: true, legacy: true, keepaliveMs: 400 };
  t.same(farewell.step(heartbeat, 0), { do: 'shutdone', nextAt: 400 });
  t.same(farewell.step(heartbeat, 400), { do: 'heartbeat', nextAt: 800 });
  t.same(farewell.step(heartbeat, 800), { do: 'heartbeat', nextAt: 1000 });
  t.same(farewell.step(heartbeat, 1000), { do: 'go' });
});
