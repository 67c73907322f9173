import t, { type Test } from 'tap';
import type { Command } from '../../src/events.js';
import type { Status } from '../../src/status.js';
import { type Ended, type FakeDaemon, fakeDaemon, runCommand } from '../support/fake-daemon.js';
import { aGroup, aNode, aStatus } from '../support/status.js';

const vip = 'IPaddr2::10.0.0.50/24/eth0';

const cluster = (groups: Status['groups'], standby: readonly string[] = []): Status =>
  aStatus({
    nodes: ['a', 'b'].map((name) => aNode(name, { local: name === 'a', standby: standby.includes(name) })),
    groups,
  });

/** A daemon that, once commanded, shows the states one after the other and then stays at the last. */
async function daemonOf(t: Test, before: Status, after: readonly Status[]): Promise<FakeDaemon> {
  const daemon = await fakeDaemon(t, before);
  const states = [...after];
  daemon.status = () => {
    if (daemon.commands.length === 0) return before;
    return (states.length > 1 ? states.shift() : states[0]) ?? before;
  };
  return daemon;
}

const systole = (daemon: FakeDaemon, ...args: string[]): Promise<Ended> =>
  runCommand('systole', [...args, '--run', daemon.runDir]);

const onA = cluster([aGroup(vip, { alias: 'vip' })]);
const leaving = cluster([aGroup(vip, { alias: 'vip', state: 'stopping' })]);
const nowhere = cluster([aGroup(vip, { alias: 'vip', owner: null })]);
const coming = cluster([aGroup(vip, { alias: 'vip', owner: 'b', state: 'starting' })]);
const onB = cluster([aGroup(vip, { alias: 'vip', owner: 'b' })]);

t.test('move waits until the group runs there', async (t) => {
  const daemon = await daemonOf(t, onA, [onA, leaving, nowhere, coming, onB]);
  const ended = await systole(daemon, 'resource', 'move', 'vip', 'B');
  t.same(ended, { code: 0, out: `${vip} is now on b\n`, err: '' });
  t.same(daemon.commands, [{ verb: 'move', group: vip, node: 'b' }] satisfies Command[], 'by its full name');
});

t.test('move shows progress when it takes long', async (t) => {
  const daemon = await fakeDaemon(t, onA);
  let commandedAt = 0;
  daemon.onCommand = () => {
    commandedAt = performance.now();
    return { ok: true, text: 'taken' };
  };
  daemon.status = () => {
    if (daemon.commands.length === 0) return onA;
    return performance.now() - commandedAt < 2000 ? leaving : onB;
  };
  const ended = await systole(daemon, 'resource', 'move', vip, 'b');
  t.match(ended, { code: 0, out: `${vip} is now on b\n` });
  t.match(ended.err, new RegExp(`^waiting: ${vip} is stopping on a: .*\\n$`), 'once, since nothing changed');
});

t.test('move gives up after its time', async (t) => {
  const daemon = await daemonOf(t, onA, [leaving]);
  const ended = await systole(daemon, 'resource', 'move', 'vip', 'b', '--timeout', '0.3');
  t.match(ended, { code: 1, out: /^$/ });
  t.match(ended.err, /^systole: .* is stopping on a: .*\nsystole: gave up waiting after 0 s\n$/);
});

t.test('a move that failed says why', async (t) => {
  const why = `group ${vip} cannot run on b: start of web failed`;
  const undone = { ...onA, problems: ['link eth1 of b is dead', why, `group ${vip}0 cannot run on b: another`] };
  const daemon = await daemonOf(t, onA, [undone]);
  const ended = await systole(daemon, 'resource', 'move', 'vip', 'b', '--timeout', '0.3');
  t.match(ended, { code: 1, out: /^$/ });
  t.same(ended.err.split('\n').slice(0, 2), [`systole: ${vip} is started on a`, `systole: ${why}`]);
  t.notMatch(ended.err, 'another');
});

t.test('--no-wait returns with the daemon answer', async (t) => {
  const daemon = await daemonOf(t, onA, [onA]);
  t.same(await systole(daemon, 'resource', 'move', 'vip', 'b', '--no-wait'), { code: 0, out: 'taken\n', err: '' });
});

t.test('a refusal is told with its reason', async (t) => {
  const daemon = await fakeDaemon(t, onA);
  daemon.onCommand = () => ({ ok: false, text: `${vip} cannot move to b: b is in standby` });
  t.same(await systole(daemon, 'resource', 'move', 'vip', 'b'), {
    code: 1,
    out: '',
    err: `systole: refused: ${vip} cannot move to b: b is in standby\n`,
  });
});

t.test('unknown groups and nodes are wrong usage, and no command is given', async (t) => {
  const daemon = await fakeDaemon(t, onA);
  const wrong: [string[], RegExp][] = [
    [['resource', 'move', 'vpi', 'b'], /^systole: there is no group "vpi"; did you mean vip\?\n/],
    [['resource', 'clear', 'nothing-like-it'], /^systole: there is no group "nothing-like-it"; there are: IPaddr2::/],
    [['resource', 'move', 'vip', 'carl'], /^systole: there is no node "carl"; there are: a, b\n/],
    [['node', 'standby', 'carl'], /^systole: there is no node "carl"/],
  ];
  for (const [args, err] of wrong) t.match(await systole(daemon, ...args), { code: 2, err }, args.join(' '));
  t.same(daemon.commands, []);
});

t.test('node standby waits until the node holds nothing', async (t) => {
  const other = aGroup('mysql', { owner: 'b', preferred: 'b' });
  const before = cluster([aGroup(vip), other]);
  const after = cluster([aGroup(vip, { owner: 'b' }), other], ['a']);
  const daemon = await daemonOf(t, before, [cluster([aGroup(vip, { state: 'stopping' }), other], ['a']), after]);
  t.same(await systole(daemon, 'node', 'standby', 'a'), {
    code: 0,
    out: `${vip} is now on b\na is in standby\n`,
    err: '',
  });
  t.same(daemon.commands, [{ verb: 'node-standby', node: 'a' }]);
});

t.test('node standby tells what cannot go anywhere', async (t) => {
  const failed = cluster([aGroup(vip, { owner: null, state: 'failed', reason: 'its start failed on b' })], ['a']);
  const daemon = await daemonOf(t, onA, [failed]);
  const ended = await systole(daemon, 'node', 'standby', 'a');
  t.match(ended, { code: 1, out: /^$/ });
  t.match(ended.err, new RegExp(`systole: ${vip} is failed: its start failed on b\\n$`));
});

t.test('node online waits until all is at rest', async (t) => {
  const daemon = await daemonOf(t, cluster([aGroup(vip, { owner: 'b' })], ['a']), [
    cluster([aGroup(vip, { owner: 'b' })], ['a']),
    coming,
    onA,
  ]);
  t.match(await systole(daemon, 'node', 'online', 'a'), { code: 0, out: `${vip} is started on a\n` });
  t.same(daemon.commands, [{ verb: 'node-online', node: 'a' }]);
});

t.test('clear and cleanup', async (t) => {
  const clear = await daemonOf(t, onB, [leaving, onA]);
  t.match(await systole(clear, 'resource', 'clear', 'vip'), { code: 0, out: `${vip} is started on a\n` });
  const failed = cluster([aGroup(vip, { owner: null, state: 'failed', reason: 'its start failed' })]);
  const cleanup = await daemonOf(t, failed, [failed, cluster([aGroup(vip, { state: 'starting' })]), onA]);
  t.match(await systole(cleanup, 'resource', 'cleanup', vip), { code: 0, out: `${vip} is now on a\n` });
  t.same(
    [...clear.commands, ...cleanup.commands],
    [
      { verb: 'clear', group: vip },
      { verb: 'cleanup', group: vip },
    ],
  );
});

t.test('standby and takeover wait for the groups of their set', async (t) => {
  const groups = (local: string, foreign: string): Status =>
    cluster([aGroup('mine', { owner: local }), aGroup('theirs', { owner: foreign, preferred: 'b' })]);
  const giving = await daemonOf(t, groups('a', 'a'), [groups('a', 'b')]);
  t.same(await systole(giving, 'standby', 'foreign'), { code: 0, out: 'theirs is now on b\n', err: '' });
  const giveAll = await daemonOf(t, groups('a', 'a'), [groups('b', 'b')]);
  t.same(await systole(giveAll, 'standby'), { code: 0, out: 'mine is now on b\ntheirs is now on b\n', err: '' });
  const taking = await daemonOf(t, groups('b', 'b'), [groups('a', 'b')]);
  t.same(await systole(taking, 'takeover', 'failback'), { code: 0, out: 'mine is now on a\n', err: '' });
  const nothing = await fakeDaemon(t, groups('b', 'b'));
  nothing.onCommand = () => ({ ok: true, text: 'a holds none of the all resources' });
  t.same(await systole(nothing, 'standby'), { code: 0, out: 'a holds none of the all resources\n', err: '' });
  t.same(
    [...giving.commands, ...giveAll.commands, ...taking.commands],
    [
      { verb: 'standby', set: 'foreign' },
      { verb: 'standby', set: 'all' },
      { verb: 'takeover', set: 'failback' },
    ],
  );
});

t.test('lists', async (t) => {
  const daemon = await fakeDaemon(t, onA);
  t.same(await systole(daemon, 'node', 'list'), {
    code: 0,
    out: 'a  active  this node         eth0 (ucast) up, eth1 (bcast) up\nb  active  heard 120 ms ago  eth0 (ucast) up, eth1 (bcast) up\n',
    err: '',
  });
  t.match(await systole(daemon, 'resource', 'list'), { code: 0, out: `${vip} (vip): started on a\n` });
});

t.test('every verb that needs the daemon says when there is none', async (t) => {
  const gone = { runDir: '/no/such/dir' } as FakeDaemon;
  for (const args of [['standby'], ['takeover'], ['node', 'list'], ['resource', 'list'], ['resource', 'clear', 'x']]) {
    t.match(await systole(gone, ...args), { code: 3, out: /^$/, err: /^systole: cannot reach the daemon: .*\n$/ });
  }
});

const down = cluster([aGroup(vip, { alias: 'vip', owner: null, state: 'stopped', reason: 'an operator stopped it' })]);
const restarting = cluster([aGroup(vip, { alias: 'vip', state: 'starting' })]);

t.test('stop waits until the group is down, start until it is up', async (t) => {
  const stopping = await daemonOf(t, onA, [onA, leaving, down]);
  t.same(await systole(stopping, 'resource', 'stop', 'vip'), { code: 0, out: `${vip} is stopped\n`, err: '' });
  t.same(stopping.commands, [{ verb: 'stop', group: vip }] satisfies Command[]);
  const starting = await daemonOf(t, down, [down, coming, onB]);
  t.same(await systole(starting, 'resource', 'start', vip), { code: 0, out: `${vip} is now on b\n`, err: '' });
});

t.test('restart waits until it is up again and stays so', async (t) => {
  const daemon = await daemonOf(t, onA, [onA, restarting, restarting, onA]);
  const ended = await systole(daemon, 'resource', 'restart', 'vip');
  t.match(ended, { code: 0, out: `${vip} is started on a\n` });
  t.same(daemon.commands, [{ verb: 'restart', group: vip }] satisfies Command[]);
});

t.test('manage, unmanage and maintenance tell what the daemon says', async (t) => {
  const daemon = await fakeDaemon(t, onA);
  daemon.onCommand = ({ verb }) => ({ ok: verb !== 'manage', text: `${verb} it is` });
  t.same(await systole(daemon, 'resource', 'unmanage', 'vip'), { code: 0, out: 'unmanage it is\n', err: '' });
  t.match(await systole(daemon, 'resource', 'manage', 'vip'), { code: 1, err: 'systole: refused: manage it is\n' });
  t.match(await systole(daemon, 'maintenance', 'on'), { code: 0 });
  t.match(await systole(daemon, 'maintenance', 'off', 'b'), { code: 0 });
  t.same(daemon.commands.slice(2), [
    { verb: 'maintenance', node: null, on: true },
    { verb: 'maintenance', node: 'b', on: false },
  ] satisfies Command[]);
  t.match(await systole(daemon, 'maintenance', 'maybe'), { code: 2, err: /maintenance is on or off, not "maybe"/ });
  t.match(await systole(daemon, 'maintenance'), { code: 2, err: /on\|off is missing/ });
});
