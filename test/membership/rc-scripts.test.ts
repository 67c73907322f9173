import t from 'tap';
import { RcScripts } from '../../src/membership/rc-scripts.js';
import { type Field, type Message, message, type Trusted, textFields } from '../../src/wire/message.js';

/** Stands for one whose signature was right. */
const authentic = (fields: readonly Field[]): Trusted<Message> => message(fields) as Trusted<Message>;
const text = (values: Record<string, string>) => authentic(textFields(values));

t.test('a message runs the script named like its type, with its text fields', async (t) => {
  const scripts = new RcScripts(['backup', 'status']);
  t.same(scripts.ofMessage('b', text({ t: 'Backup', src: 'b', info: 'now', auth: '1 abc' })), [
    { type: 'script', name: 'backup', env: { HA_t: 'Backup', HA_src: 'b', HA_info: 'now' }, reason: 'b sent backup' },
  ]);
  t.same(scripts.ofMessage('b', text({ t: 'other', src: 'b' })), []);
  t.same(scripts.ofMessage('b', text({ t: 'status', src: 'b', st: 'up' })), [], 'not with every heartbeat');
  t.same(scripts.ofMessage('b', text({ src: 'b' })), []);
});

t.test('what is carried out here runs no script, whatever lies in rc.d', async (t) => {
  const types = ['ask_resources', 'hb_takeover', 'ip-request', 'ip-request-resp', 'resource', 'starting', 'shutdone'];
  const scripts = new RcScripts(types);
  for (const type of types) t.same(scripts.ofMessage('b', text({ t: type, src: 'b' })), [], type);
});

t.test('no message changes what a script relies on', async (t) => {
  const fields: Field[] = [
    ...textFields({
      t: 'x',
      src: 'b',
      DIR: '/tmp',
      FUNCS: '/tmp/f',
      Mixed: 'y',
      'a=b': 'z',
      'a b': 'z',
      '': 'z',
      '1a': 'z',
    }),
    ...textFields({
      line: 'one\ntwo',
      escape: '\u001b[2J',
      c1: 'a\u0085b',
      nul: 'a\0b',
      long: 'x'.repeat(5000),
      ok_1: '$(reboot)',
    }),
    { name: 'src', type: 0, value: 'c' },
    { name: 'binary', type: 1, value: 'abc' },
    { name: 'nested', type: 2, value: 'abc' },
  ];
  const [effect] = new RcScripts(['x']).ofMessage('b', authentic(fields));
  t.match(effect, { type: 'script' });
  t.same(effect?.type === 'script' ? effect.env : null, { HA_t: 'x', HA_src: 'b', HA_ok_1: '$(reboot)' });
});

t.test('an endless message is cut', async (t) => {
  const many = Array.from({ length: 1000 }, (_, index): Field => ({ name: `f${index}`, type: 0, value: 'x' }));
  const [effect] = new RcScripts(['x']).ofMessage('b', authentic([...textFields({ t: 'x' }), ...many]));
  t.equal(effect?.type === 'script' && Object.keys(effect.env).length, 64);
});

t.test('status runs for a change of state, once, with the state before', async (t) => {
  const scripts = new RcScripts(['status']);
  const told = (effects: readonly unknown[]) => effects;
  const script = (node: string, st: string, before: string) => [
    {
      type: 'script',
      name: 'status',
      env: { HA_t: 'status', HA_src: node, HA_st: st, HA_OSTATUS: before },
      reason: `${node} is ${st}`,
    },
  ];
  t.same(told(scripts.ofEvent({ kind: 'state', node: 'b', from: 'init', to: 'up' })), script('b', 'up', 'init'));
  t.same(scripts.ofEvent({ kind: 'state', node: 'b', from: 'up', to: 'active' }), script('b', 'active', 'up'));
  t.same(scripts.ofEvent({ kind: 'changed', node: 'b' }), []);
  t.same(scripts.ofEvent({ kind: 'left', node: 'b' }), script('b', 'dead', 'active'), 'as Heartbeat says it');
  t.same(scripts.ofEvent({ kind: 'dead', node: 'b', silentMs: 1 }), [], 'that is no change');
  t.same(scripts.ofState('a', 'active'), script('a', 'active', 'init'));
  scripts.ofEvent({ kind: 'state', node: '10.0.0.1', from: 'init', to: 'ping' });
  t.match(scripts.ofEvent({ kind: 'dead', node: '10.0.0.1', silentMs: 1 }), [
    { env: { HA_src: '10.0.0.1', HA_st: 'dead', HA_info: 'ping' } },
  ]);
  t.same(new RcScripts(['other']).ofEvent({ kind: 'left', node: 'b' }), []);
});
