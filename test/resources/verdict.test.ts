import t from 'tap';
import { firstBanMs, Verdict } from '../../src/resources/verdict.js';

t.test('a failed start bans, longer each time, and leaves a doubt', async (t) => {
  const verdict = new Verdict();
  t.same([verdict.ban, verdict.doubt], [null, null]);
  t.equal(verdict.banFor('no disk', 0), firstBanMs);
  t.same([verdict.ban, verdict.doubt], ['no disk', null]);
  t.equal(verdict.nextDeadline(), firstBanMs);
  t.notOk(verdict.expire(firstBanMs - 1));
  t.ok(verdict.expire(firstBanMs));
  t.notOk(verdict.expire(firstBanMs), 'once');
  t.same([verdict.ban, verdict.doubt], [null, 'no disk']);
  t.equal(verdict.banFor('no disk', 0), 2 * firstBanMs);
  for (let count = 0; count < 10; count++) verdict.banFor('no disk', 0);
  t.equal(verdict.banFor('no disk', 0), 600_000, 'but never longer than ten minutes');
});

t.test('a start that works ends the series, not the doubt', async (t) => {
  const verdict = new Verdict();
  verdict.banFor('no disk', 0);
  verdict.clearStarts();
  t.same([verdict.ban, verdict.doubt], [null, 'no disk']);
  t.equal(verdict.banFor('no disk', 0), firstBanMs);
});

t.test('too many failures are a doubt; a ban is more', async (t) => {
  const verdict = new Verdict();
  verdict.cast('failed three times');
  t.same([verdict.ban, verdict.doubt], [null, 'failed three times']);
  verdict.banFor('no disk', 0);
  verdict.cast('failed again');
  t.equal(verdict.ban, 'no disk');
  verdict.forget();
  t.same([verdict.ban, verdict.doubt, verdict.nextDeadline()], [null, null, Number.POSITIVE_INFINITY]);
});
