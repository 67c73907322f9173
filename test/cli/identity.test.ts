import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { holdState, releaseState } from '../../src/io/state/holder.js';
import { fakeDaemon, runCommand } from '../support/fake-daemon.js';
import { shortDir } from '../support/short-dir.js';
import { aStatus } from '../support/status.js';

/** Heartbeat's directory with an identity in it, and the options for a state directory that is not there yet. */
function machine(t: { teardown: (work: () => void) => void }) {
  const dir = shortDir(t);
  mkdirSync(`${dir}/heartbeat`);
  writeFileSync(`${dir}/heartbeat/hb_uuid`, '0123456789abcdef');
  writeFileSync(`${dir}/heartbeat/hb_generation`, '     1700000000\n');
  const options = ['--state', `${dir}/state`, '--run', `${dir}/run`];
  return { heartbeat: `${dir}/heartbeat`, state: `${dir}/state`, options };
}

t.test('there and back again', async (t) => {
  const { heartbeat, state, options } = machine(t);
  t.same(await runCommand('systole', ['import', '--from', heartbeat, ...options]), {
    code: 0,
    out: 'generation 1700000000 is taken over: the next start uses a larger one\nuuid 30313233-3435-3637-3839-616263646566 is taken over\n',
    err: '',
  });
  t.equal(readFileSync(`${state}/hb_uuid`, 'latin1'), '0123456789abcdef');
  writeFileSync(`${state}/hb_generation`, '     1700000003\n');
  // A daemon may become newer while it runs.
  writeFileSync(`${state}/state.json`, '{"version":1,"directives":"","generations":{"a":1700000005,"b":1900000000}}');
  rmSync(`${heartbeat}/hb_uuid`);
  const back = await runCommand('systole', ['export', '--to', heartbeat, '--node', 'a', ...options]);
  t.match(back, { code: 0, err: '' });
  t.equal(readFileSync(`${heartbeat}/hb_generation`, 'latin1'), '     1700000005\n');
  t.equal(readFileSync(`${heartbeat}/hb_uuid`, 'latin1'), '0123456789abcdef');
});

t.test('refused while a daemon uses the state directory, or runs at all', async (t) => {
  const { heartbeat, state, options } = machine(t);
  mkdirSync(state);
  await holdState(state);
  const held = await runCommand('systole', ['import', '--from', heartbeat, ...options]);
  t.same(held, {
    code: 1,
    out: '',
    err: `systole: refused: a systole daemon (process ${process.pid}) uses ${state}: stop it first\n`,
  });
  await releaseState(state);
  const daemon = await fakeDaemon(t, aStatus());
  const running = await runCommand('systole', ['export', '--to', heartbeat, '--state', state, '--run', daemon.runDir]);
  t.match(running, { code: 1, out: '', err: /^systole: refused: a systole daemon runs here/ });
});

t.test('what cannot be done is one line', async (t) => {
  const { heartbeat, options } = machine(t);
  const none = await runCommand('systole', ['import', '--from', `${heartbeat}/nowhere`, ...options]);
  t.match(none, { code: 1, out: '', err: /^systole: there is neither hb_uuid nor hb_generation in [^\n]*\n$/ });
  t.match(await runCommand('systole', ['import', 'now', ...options]), { code: 2, err: /one word too many/ });
});
