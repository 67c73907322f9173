import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createThrottle } from '../../../src/io/log/throttle.js';

t.test('the first line of a key is written, the repeats are counted and told', async (t) => {
  const told: string[] = [];
  const throttle = createThrottle({ windowMs: 10_000, tell: (level, text) => told.push(`${level} ${text}`) });
  t.ok(throttle.admit('k', 'warn', 'bad packet 1'));
  t.notOk(throttle.admit('k', 'warn', 'bad packet 2'));
  t.notOk(throttle.admit('k', 'warn', 'bad packet 3'));
  t.ok(throttle.admit('other', 'info', 'text'), 'other keys are not touched');
  throttle.flush();
  t.same(told, ['warn bad packet 3 (repeated 2 times in 10 s)'], 'a key without repeats tells nothing');
  t.ok(throttle.admit('k', 'warn', 'again'), 'after a flush the key is new');
  throttle.flush();
});

t.test('the count is told at the end of the window, and a lasting flood gives one line a window', async (t) => {
  const told: string[] = [];
  const throttle = createThrottle({ windowMs: 30, tell: (_level, text) => told.push(text) });
  let written = 0;
  const until = performance.now() + 5000;
  while (told.length < 2 && performance.now() < until) {
    if (throttle.admit('k', 'info', 'flood')) written += 1;
    await sleep(2);
  }
  t.equal(written, 1);
  t.match(told[0], /^flood \(repeated (once|\d+ times) in 0.03 s\)$/);
  t.equal(told.length, 2);
  throttle.flush();
});

t.test('there are never more keys than allowed', async (t) => {
  const told: string[] = [];
  const throttle = createThrottle({ windowMs: 10_000, maxKeys: 2, tell: (_level, text) => told.push(text) });
  throttle.admit('one', 'info', 'one');
  throttle.admit('one', 'info', 'one');
  throttle.admit('two', 'info', 'two');
  throttle.admit('three', 'info', 'three');
  t.same(told, ['one (repeated once in 10 s)'], 'the oldest is told and forgotten');
  t.ok(throttle.admit('one', 'info', 'one'), 'and is new again');
  throttle.flush();
});
