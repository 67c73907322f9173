/** Whole configurations: every directory of testdata/config has the files and, in expected.txt, exactly the problems to find. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { summary } from '../../src/cli/check.js';
import { loadConfiguration } from '../../src/config/load.js';
import { describeProblem } from '../../src/config/problems.js';
import type { ConfigFiles, FileText } from '../../src/config/types.js';
import { projectRoot, testdata } from '../support/paths.js';
import { alpha } from './hosts.js';

/** git keeps no permissions but x, so a file `modes` ("authkeys 644") says which ones the parser is told. */
function readCase(folder: string): ConfigFiles {
  const notes = existsSync(`${folder}/modes`) ? readFileSync(`${folder}/modes`, 'utf8') : '';
  const modes = new Map(notes.split('\n').map((line) => line.split(' ') as [string, string]));
  const read = (name: string): FileText => {
    const path = `${folder}/${name}`;
    if (!existsSync(path)) return { path: name, missing: 'there is no such file' };
    const mode = Number.parseInt(modes.get(name) ?? '600', 8);
    return { path: name, text: readFileSync(path, 'utf8'), mode, regular: true };
  };
  return {
    haCf: read('ha.cf'),
    authkeys: read('authkeys'),
    haresources: read('haresources'),
    resourcesIni: read('resources.ini'),
  };
}

const root = `${testdata}config/`;
for (const name of readdirSync(root).sort()) {
  t.test(name, (t) => {
    const folder = root + name;
    const nodeName = existsSync(`${folder}/node`) ? readFileSync(`${folder}/node`, 'utf8').trim() : 'alpha';
    const result = loadConfiguration(readCase(folder), { ...alpha, nodeName });
    const found = [...result.problems.map(describeProblem), summary(result), ''].join('\n');
    if (process.env.TAP_SNAPSHOT === '1') writeFileSync(`${folder}/expected.txt`, found);
    t.equal(found, readFileSync(`${folder}/expected.txt`, 'utf8'));
    t.notMatch(found, /secretword/, 'no secret is printed');
    const usable = result.cluster !== null && result.auth !== null;
    t.equal(usable, name.startsWith('good-'), 'a good one can be run with, a bad one cannot');
    t.end();
  });
}

t.test('there are at least twenty broken ones', (t) => {
  t.ok(readdirSync(root).filter((name) => name.startsWith('bad-')).length >= 20);
  t.end();
});

t.test('the samples in ha.d are good', (t) => {
  const result = loadConfiguration(readCase(`${projectRoot}ha.d`), alpha);
  t.same(result.problems.map(describeProblem), [
    'authkeys:9:8: warning: this is the word of the sample file, which everybody knows; choose a secret',
  ]);
  t.equal(summary(result), 'configuration is good: 2 nodes, 2 links, 1 group, 1 warning');
  t.equal(result.cluster?.groups[0]?.alias, 'web');
  t.end();
});

t.test('an unreadable resources.ini is an error, a missing one is not', (t) => {
  const files = readCase(`${root}good-minimal`);
  t.same(loadConfiguration(files, alpha).problems, []);
  const resourcesIni = { path: 'resources.ini', missing: 'permission denied', unreadable: true };
  const { cluster, problems } = loadConfiguration({ ...files, resourcesIni }, alpha);
  t.equal(cluster, null);
  t.equal(problems[0]?.text, 'the file cannot be read: permission denied');
  t.end();
});

t.test('programs that are missing are told of before they are needed', (t) => {
  const files = readCase(`${root}good-everything`);
  const told = (host: Partial<typeof alpha>) =>
    loadConfiguration(files, { ...alpha, ...host })
      .problems.filter(({ severity }) => severity === 'error')
      .map(describeProblem);
  t.same(told({}), []);
  t.match(told({ lacksIp: true }), [
    /^haresources:\d+:\d+: error: addresses need the program "ip", which is not there/,
  ]);
  const lacking = new Map([['apache2', '/bin/ksh']]);
  t.match(
    told({ missingInterpreters: lacking })[0],
    /error: agent "apache2" \(.etc.init.d.apache2\) needs "\/bin\/ksh"/,
  );
  t.end();
});

t.test('authkeys that is no regular file is refused', (t) => {
  const files = readCase(`${root}good-minimal`);
  const authkeys = { path: 'authkeys', text: '', mode: 0o600, regular: false };
  const { cluster, auth, problems } = loadConfiguration({ ...files, authkeys }, alpha);
  t.equal(auth, null);
  t.not(cluster, null, 'the other files are fine');
  t.equal(problems[0]?.text, 'the file cannot be read: it is not a regular file');
  t.end();
});

t.test('everything that good-everything says arrives', (t) => {
  const { cluster, auth } = loadConfiguration(readCase(`${root}good-everything`), alpha);
  t.match(cluster, {
    nodes: ['alpha', 'beta', 'gamma'],
    timing: { keepaliveMs: 500, deadtimeMs: 2000, warntimeMs: 1500, initdeadMs: 60_000, deadpingMs: 10_000 },
    media: [
      { type: 'bcast', device: 'eth0', port: 6940 },
      { type: 'ucast', device: 'eth1', host: '192.0.2.12', port: 6940 },
      { type: 'ucast', device: 'eth1', host: '192.0.2.13', port: 6940 },
      { type: 'mcast', device: 'eth0', group: '239.192.0.43', port: 695, ttl: 2, loop: true },
    ],
    logging: {
      facility: 'local0',
      logfile: '/var/log/ha-log',
      debugfile: '/var/log/ha-debug',
      debug: 1,
      syslogmsgfmt: false,
    },
    msgfmt: 'netstring',
    autoFailback: 'off',
    hopfudge: 2,
    maxRexmitDelayMs: 100,
    realtime: false,
    hbgenmethod: 'time',
    environment: { DEPTH: '3' },
    parameters: {
      keepalive: '500ms',
      deadtime: '2s',
      deadping: '10',
      udpport: '6940',
      cluster: 'lab',
      auto_failback: 'off',
    },
  });
  const [first, second, third] = cluster?.groups ?? [];
  t.match(first, {
    name: '192.0.2.100',
    alias: 'web',
    preferred: 'alpha',
    nodeOrder: ['gamma', 'alpha'],
    failback: true,
    line: 2,
  });
  t.same(
    first?.resources.map(({ agent, class: kind, args, timeouts }) => [
      agent,
      kind,
      args.join(' '),
      timeouts.startMs,
      timeouts.stopMs,
    ]),
    [
      ['IPaddr', 'builtin', '192.0.2.100', 10_000, 10_000],
      ['IPaddr', 'builtin', '192.0.2.101/24', 10_000, 10_000],
      ['IPaddr2', 'builtin', '192.0.2.102/255.255.255.0/eth0:web/192.0.2.255', 10_000, 10_000],
      ['Filesystem', 'heartbeat', '/dev/sdb1 /srv ext4', 120_000, 90_000],
      ['apache2', 'lsb', '', 60_000, 60_000],
    ],
  );
  t.same(first?.resources[2]?.address, {
    ...{ family: 4, address: '192.0.2.102', prefix: 24, device: 'eth0', label: 'web', broadcast: '192.0.2.255' },
  });
  t.match(second, { nodeOrder: ['gamma', 'alpha', 'beta'], failback: false, line: 5 });
  t.equal(second?.resources[1]?.address?.address, 'fd00::11');
  t.match(third?.resources[0]?.address, { prefix: 25, device: null, broadcast: '192.0.2.127' });
  t.equal(third?.resources[0]?.timeouts.statusMs, 500);
  t.match(auth, { active: 2 });
  t.same(auth?.keys.get(2), { method: 'sha256', secret: 'new#secret' });
  t.end();
});

t.test('services: everything that good-services says arrives', (t) => {
  const { cluster, ocf } = loadConfiguration(readCase(`${root}good-services`), alpha);
  const [first, second] = cluster?.groups ?? [];
  t.match(first, {
    name: 'Filesystem::/dev/sdb1::/srv::ext4',
    alias: 'shop',
    hooks: { beforeStart: 'fuser -k /srv; true', afterStart: null, timeoutMs: 5000 },
  });
  const [disk, db, port, address] = first?.resources ?? [];
  t.match(disk, { class: 'heartbeat', watch: { intervalMs: 10_000, onFail: 'restart', migrationThreshold: 3 } });
  t.match(db, {
    ...{ class: 'ocf', path: '/usr/lib/ocf/resource.d/heartbeat/mysql', parameters: { datadir: '/srv/db' } },
    timeouts: { startMs: 300_000, stopMs: 60_000, statusMs: 20_000, monitorMs: 20_000 },
    watch: { intervalMs: 20_000, onFail: 'move', migrationThreshold: 3, failureTimeoutMs: 3_600_000 },
  });
  t.match(port, { class: 'ocf', parameters: { protocol: 'tcp', portno: '3306', action: 'unblock' } });
  t.match(address, { class: 'builtin', watch: { intervalMs: null } });
  t.same(
    second?.resources.map(({ class: kind, path }) => `${kind} ${path}`),
    [
      'ocf /usr/lib/ocf/resource.d/acme/mysql',
      'ocf /usr/lib/ocf/resource.d/heartbeat/mysql',
      'systemd nginx.service',
      'ocf /usr/lib/ocf/resource.d/heartbeat/IPsrcaddr',
    ],
  );
  t.same(second?.resources[0]?.parameters, { datadir: '/srv/other', options: '--a --b' });
  t.match(cluster?.healthChecks, [{ name: 'uplink', command: 'ping -c 1 192.0.2.1', weight: null }]);
  t.same(
    ocf.map(({ agent, classic, parameters }) => [agent, classic, [...parameters.keys()].join(' ')]),
    [
      ['mysql', false, 'datadir'],
      ['portblock', true, 'protocol portno action'],
      ['mysql', false, 'datadir options'],
      ['mysql', false, 'datadir options user'],
      ['IPsrcaddr', true, 'ipaddress'],
    ],
  );
  t.end();
});

t.test('the digest of services', (t) => {
  const files = readCase(`${root}good-services`);
  const digest = (from = '', to = '', host: typeof alpha = alpha) => {
    const { resourcesIni } = files;
    const changed =
      'text' in resourcesIni ? { ...resourcesIni, text: resourcesIni.text.replace(from, to) } : resourcesIni;
    const found = loadConfiguration({ ...files, resourcesIni: changed }, host).cluster?.digest;
    t.ok(found, to);
    return found;
  };
  const same = digest();
  t.equal(digest('interval = 20', 'interval = 20s'), same, 'spelling does not count');
  const findAgent: typeof alpha.findAgent = (name, only) =>
    name === 'portblock' && only !== 'lsb'
      ? { path: '/etc/ha.d/resource.d/portblock', class: 'heartbeat' }
      : alpha.findAgent(name, only);
  t.equal(digest('', '', { ...alpha, findAgent }), same, 'nor does whether a classic name has a script here');
  for (const [from, to] of [
    ['/srv/db', '/srv/dc'],
    ['--a --b', '--a'],
    ['ocf:heartbeat:mysql', 'ocf:acme:mysql'],
    ['fuser -k', 'fuser'],
    ['hook-timeout = 5', 'hook-timeout = 6'],
    ['interval = 20', 'interval = 21'],
    ['on-fail = move', 'on-fail = ignore'],
    ['weight = never', 'weight = 2'],
  ] as const) {
    t.not(digest(from, to), same, to);
  }
  const ocfInstances = new Map([['mysql/shop', { path: 'shop', text: 'OCF_RESKEY_a=1', mode: 0o644, regular: true }]]);
  t.not(digest('', '', { ...alpha, ocfInstances }), same, 'what an instance file says counts');
  t.end();
});

t.test('the digest knows meaning from spelling', (t) => {
  const files = readCase(`${root}good-everything`);
  const digest = (change: (text: string) => string, key: keyof ConfigFiles) => {
    const file = files[key];
    const changed = 'text' in file ? { ...file, text: change(file.text) } : file;
    return loadConfiguration({ ...files, [key]: changed }, alpha).cluster?.digest;
  };
  const same = digest((text) => text, 'haCf');
  t.match(same, /^[\w-]{8}$/);
  t.equal(
    digest((text) => text.replace('deadtime 2s', 'deadtime 3'), 'haCf'),
    same,
    'timing does not count',
  );
  t.equal(
    digest((text) => `# note\n\n${text}`, 'haresources'),
    same,
    'nor comments',
  );
  t.equal(
    digest((text) => text.replace('2m ;', '120 ;'), 'resourcesIni'),
    same,
    'nor how a time is written',
  );
  t.not(
    digest((text) => text.replace('gamma', 'gamma delta'), 'haCf'),
    same,
    'nodes count',
  );
  t.not(
    digest((text) => text.replace('/24 ', '/25 '), 'haresources'),
    same,
    'resources count',
  );
  t.not(
    digest((text) => text.replace('2m', '3m'), 'resourcesIni'),
    same,
    'limits count',
  );
  t.not(
    digest((text) => text.replace('auto_failback off', 'auto_failback on'), 'haCf'),
    same,
    'failback counts',
  );
  t.end();
});
