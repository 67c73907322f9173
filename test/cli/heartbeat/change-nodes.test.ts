import t from 'tap';
import { fakeDaemon, runCommand } from '../../support/fake-daemon.js';
import { aStatus } from '../../support/status.js';

t.test('hb_addnode, hb_delnode and systole node add and forget give their order', async (t) => {
  const daemon = await fakeDaemon(t, aStatus());
  const environment = { SYSTOLE_RUN: daemon.runDir };
  daemon.onCommand = () => ({ ok: true, text: 'done until the next start' });
  const done = { code: 0, out: 'done until the next start\n', err: '' };
  t.same(await runCommand('hb_addnode', ['c', 'd'], environment), done);
  t.same(await runCommand('hb_delnode', ['c'], environment), done);
  t.same(await runCommand('systole', ['node', 'add', 'c'], environment), done);
  t.same(await runCommand('systole', ['node', 'forget', 'c', 'd'], environment), done);
  t.same(daemon.commands, [
    { verb: 'node-add', nodes: ['c', 'd'] },
    { verb: 'node-forget', nodes: ['c'] },
    { verb: 'node-add', nodes: ['c'] },
    { verb: 'node-forget', nodes: ['c', 'd'] },
  ]);
  daemon.onCommand = () => ({ ok: false, text: 'deletion failed: node c is not dead' });
  const text = 'refused: deletion failed: node c is not dead\n';
  t.same(await runCommand('hb_delnode', ['c'], environment), { code: 1, out: '', err: `hb_delnode: ${text}` });
  t.same(await runCommand('systole', ['node', 'forget', 'c'], environment), {
    code: 1,
    out: '',
    err: `systole: ${text}`,
  });
});

t.test('without a node, or with an option, usage as Heartbeat has it', async (t) => {
  for (const args of [[], ['--help'], ['c', '-x']]) {
    t.same(await runCommand('hb_addnode', args), { code: 1, out: '', err: 'usage: hb_addnode NODE...\n' });
  }
  t.match(await runCommand('systole', ['node', 'add']), { code: 2, err: /NODE is missing/ });
  t.match(await runCommand('hb_delnode', ['c'], { SYSTOLE_RUN: '/no/such/dir' }), {
    code: 1,
    err: /^hb_delnode: cannot reach the daemon/,
  });
});
