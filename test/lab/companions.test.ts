/** Programs of respawn and failfast, and a status script, beside real daemons. */
import t from 'tap';
import { needLab } from './need.js';
import { createPair, type Pair } from './pair.js';
import { until } from './run.js';

const timing = { keepaliveMs: 100, deadtimeMs: 1000 };

/** Says who and where it is, once a life. */
const watcher = '#!/bin/sh\necho "$(id -un) $HA_CURHOST $$" >>/var/log/watch\nexec sleep 1000\n';
const vital =
  '#!/bin/sh\ntrap "echo told to end >>/var/log/vital; exit 0" TERM\necho up >>/var/log/vital\nwhile ! test -e /run/broken; do sleep 0.05; done\nexit 7\n';
const script = '#!/bin/sh\necho "$1 $HA_src $HA_OSTATUS $HA_st $HA_DIR" >>/var/log/status-script\n';

const textOf = (pair: Pair, node: string, path: string): string => {
  try {
    return pair.lab.node(node).readFile(path);
  } catch {
    // Not written yet.
    return '';
  }
};

t.test('respawn, failfast and rc.d', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await createPair({
    timing,
    addresses: ['10.77.100.1'],
    more: ['respawn nobody /usr/local/bin/watcher', 'failfast root /usr/local/bin/vital', 'apiauth systole uid=nobody'],
  });
  t.teardown(() => pair.close());
  for (const node of pair.nodes) {
    await node.exec(['mount', '-t', 'tmpfs', 'lab-local', '/usr/local/bin']);
    node.writeFile('/usr/local/bin/watcher', watcher, 0o755);
    node.writeFile('/usr/local/bin/vital', vital, 0o755);
    node.writeFile('/etc/ha.d/rc.d/status', script, 0o755);
    node.writeFile('/etc/ha.d/rc.d/ask_resources', script, 0o755);
    node.writeFile('/var/log/watch', '');
    await node.exec(['chmod', '666', '/var/log/watch']);
  }
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');

  await until('the programs run', () => /^nobody a \d+\n$/.test(textOf(pair, 'a', '/var/log/watch')));
  const first = /(\d+)\n$/.exec(textOf(pair, 'a', '/var/log/watch'))?.[1] ?? '';
  await pair.a.exec(['kill', '-KILL', first]);
  await until('the killed one is back', () => textOf(pair, 'a', '/var/log/watch').split('\n').length === 3);
  const lines = pair.daemon('a').lines.join('\n');
  t.match(lines, /Client "\/usr\/local\/bin\/watcher" \(pid=\d+\) killed by signal SIGKILL\./);
  t.match(lines, /rc\.d: ask_resources is not run/);

  const asNobody = await pair.a.exec(['setpriv', '--reuid', '65534', '--clear-groups', process.execPath, '-e', ask]);
  t.match(asNobody.stdout, /"ok":true/, 'apiauth lets nobody ask');

  pair.a.writeFile('/run/broken', '');
  t.equal(await pair.daemon('a').ended, 0, 'a leaves in order');
  await pair.statusUntil(
    'b',
    'everything on b',
    ({ groups }) => groups[0]?.owner === 'b' && groups[0].state === 'started',
  );
  const end = pair.daemon('a').lines.join('\n');
  t.match(end, /CRIT: Client "\/usr\/local\/bin\/vital" exited with return code 7\. It is a failfast client/i);
  t.match(end, /killing client "\/usr\/local\/bin\/watcher" process group \d+ with signal 15/);
  const left = await pair.a.exec(['pgrep', '-u', 'nobody', '-f', 'sleep 1000']);
  t.same([left.code, left.stdout], [1, ''], 'no program is left');

  await until('the script was told', () => /^status a active dead /m.test(textOf(pair, 'b', '/var/log/status-script')));
  t.match(textOf(pair, 'b', '/var/log/status-script'), /^status a \w+ active \/etc\/ha\.d$/m);
});

t.test('stopped, the daemon ends its programs; killed, it takes them along', async (t) => {
  if (!(await needLab(t))) return;
  const pair = await createPair({ timing, addresses: ['10.77.100.1'], more: ['respawn root /usr/local/bin/vital'] });
  t.teardown(() => pair.close());
  for (const node of pair.nodes) {
    await node.exec(['mount', '-t', 'tmpfs', 'lab-local', '/usr/local/bin']);
    node.writeFile('/usr/local/bin/vital', vital, 0o755);
  }
  await Promise.all([pair.start('a'), pair.start('b')]);
  await pair.settled('a');
  for (const name of ['a', 'b']) await until('it is up', () => textOf(pair, name, '/var/log/vital') === 'up\n');
  pair.daemon('a').signal('SIGTERM');
  t.equal(await pair.daemon('a').ended, 0);
  t.equal(textOf(pair, 'a', '/var/log/vital'), 'up\ntold to end\n');
  pair.daemon('b').signal('SIGKILL');
  await until('it is told to end', () => textOf(pair, 'b', '/var/log/vital') === 'up\ntold to end\n');
  t.pass('so a new daemon starts no second one');
});

const ask = `const s = require('net').connect('/run/systole/control.sock');
s.on('data', (d) => { process.stdout.write(String(d).slice(0, 80)); s.destroy(); });
s.write('{"id":1,"ask":"status"}\\n');`;
