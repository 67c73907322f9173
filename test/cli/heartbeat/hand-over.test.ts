import t from 'tap';
import { fakeDaemon, runCommand } from '../../support/fake-daemon.js';
import { aStatus } from '../../support/status.js';

t.test('hb_standby and hb_takeover give their order and return', async (t) => {
  const daemon = await fakeDaemon(t, aStatus());
  const environment = { SYSTOLE_RUN: daemon.runDir };
  t.same(await runCommand('hb_standby', [], environment), { code: 0, out: '', err: 'Going standby [all].\n' });
  t.same(await runCommand('hb_standby', ['failback'], environment), {
    code: 0,
    out: '',
    err: 'Going standby [failback].\n',
  });
  t.equal((await runCommand('hb_takeover', ['local'], environment)).code, 0);
  t.same(daemon.commands, [
    { verb: 'standby', set: 'all' },
    { verb: 'standby', set: 'failback' },
    { verb: 'takeover', set: 'local' },
  ]);
  daemon.onCommand = () => ({ ok: false, text: 'no other node can take x' });
  const refused = await runCommand('hb_standby', [], environment);
  t.equal(refused.code, 1);
  t.match(refused.err, /hb_standby: refused: no other node can take x\n$/);
});

t.test('wrong words are told as Heartbeat tells them', async (t) => {
  t.same(await runCommand('hb_standby', ['some']), {
    code: 1,
    out: '',
    err: 'hb_standby: wrong resources(some).\nusage: hb_standby [all|foreign|local|failback]\n',
  });
  for (const args of [['--help'], ['all', 'local']]) {
    t.same(await runCommand('hb_takeover', args), {
      code: 1,
      out: '',
      err: 'usage: hb_takeover [all|foreign|local|failback]\n',
    });
  }
  const alone = await runCommand('hb_standby', [], { SYSTOLE_RUN: '/no/such/dir' });
  t.equal(alone.code, 1);
  t.match(alone.err, /hb_standby: cannot reach the daemon/);
});
