import t from 'tap';
import { type ClientEnd, isFailure, RespawnRule } from '../../../src/io/clients/respawn-rule.js';

const exited = (exitCode: number): ClientEnd => ({ end: 'exited', exitCode });
const killed: ClientEnd = { end: 'killed', signal: 'SIGSEGV' };

t.test('exit code 100 stays down, anything else is started again', async (t) => {
  const rule = new RespawnRule();
  t.same(rule.judge(exited(100), 60_000), { next: 'stay' });
  t.same(rule.judge(exited(0), 60_000), { next: 'restart', afterMs: 0 });
  t.same(rule.judge(killed, 29_999), { next: 'restart', afterMs: 1000 });
});

t.test('more than ten short lives in a row are too many; a long one clears them', async (t) => {
  const rule = new RespawnRule();
  const short = (times: number) => Array.from({ length: times }, () => rule.judge(exited(1), 10).next);
  t.same(new Set(short(10)), new Set(['restart']));
  t.equal(rule.judge(exited(1), 30_000).next, 'restart');
  t.same(new Set(short(10)), new Set(['restart']));
  t.same(short(1), ['giveUp']);
});

t.test('what a failfast program may not do', async (t) => {
  t.same([exited(1), killed, { end: 'notStarted', text: '' } as const].map(isFailure), [true, true, true]);
  t.same([exited(0), exited(100)].map(isFailure), [false, false]);
});
