import t from 'tap';
import { Manners } from '../../src/sim/manners.js';
import type { Flaws } from './fake-core.js';
import { fakeWorld, settle } from './fake-world.js';

function watched(flaws: Flaws) {
  const world = fakeWorld({ flaws });
  const violations: string[] = [];
  const manners = new Manners({
    sendsMax: 10,
    windowMs: 1000,
    effectsMax: 50,
    violated: (text) => violations.push(text),
  });
  world.observers.push(manners);
  settle(world);
  return { world, manners, violations };
}

t.test('the naive core behaves', async (t) => {
  const { world, manners, violations } = watched({});
  world.command(world.node('a'), { verb: 'node-standby', node: 'a' });
  world.runUntil(world.now + 1000);
  manners.finish();
  t.same(violations, []);
  t.ok(manners.sends > 10);
});

t.test('storms and floods are found out', async (t) => {
  const { violations } = watched({ stormy: true });
  t.match(violations.join('\n'), /gave 1\d{3} effects for one tick/);
  t.match(violations.join('\n'), /sent 1000 packets within 1000 ms: a storm/);
});

t.test('a command without an answer is found out, unless its node died', async (t) => {
  const { world, manners, violations } = watched({ mute: true });
  world.command(world.node('a'), { verb: 'node-standby', node: 'a' });
  world.command(world.node('b'), { verb: 'node-standby', node: 'a' });
  world.crash(world.node('b'));
  manners.finish();
  t.same(violations, ['a never answered command 1']);
});
