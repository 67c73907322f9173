import t from 'tap';
import { readDeclarations } from '../../src/config/declarations.js';
import { parseHaresources } from '../../src/config/haresources.js';
import { parseResourcesIni } from '../../src/config/resources-ini.js';
import { alpha, listen } from './hosts.js';

const nodes = ['alpha', 'beta'];

function parse(text: string, haresources = 'alpha 192.0.2.5 apache2\nbeta mariadb') {
  const { report, lines } = listen();
  const declarations = readDeclarations(text, report);
  const groups = parseHaresources(haresources, { nodes, host: alpha, report, declarations });
  return { groups, settings: parseResourcesIni(text, { groups, nodes, report }), lines: lines() };
}

t.test('values', (t) => {
  const { settings, lines } = parse(`
; comments with ; and
# with #
  [ 192.0.2.5 ]  ; behind a section too
alias=web
failback = OFF
nodes = Beta, alpha
start-timeout = 1m
[apache2]
stop-timeout = '2s'
status-timeout = 3
[mariadb]
`);
  t.same(lines, []);
  t.same(settings.groups.get('192.0.2.5'), { alias: 'web', failback: false, nodes: ['beta', 'alpha'], hooks: {} });
  t.same(settings.resources.get('192.0.2.5')?.timeouts, { startMs: 60_000 });
  t.same(settings.resources.get('apache2')?.timeouts, { stopMs: 2000, statusMs: 3000 });
  t.same(settings.groups.get('mariadb'), { alias: null, failback: null, nodes: null, hooks: {} });
  t.notOk(settings.groups.has('apache2'), 'not the first resource of a line');
  t.end();
});

t.test('how a resource is watched', (t) => {
  const { settings, lines } = parse(`
[apache2]
monitor-interval = 30
monitor-timeout = 5s
on-fail = move
migration-threshold = 0
failure-timeout = never
[mariadb]
monitor-interval = off
failure-timeout = 1440m
[192.0.2.5]
monitor-interval = 0
`);
  t.same(lines, []);
  t.same(settings.resources.get('apache2'), {
    timeouts: { monitorMs: 5000 },
    watch: { intervalMs: 30_000, onFail: 'move', migrationThreshold: 0, failureTimeoutMs: null },
  });
  t.same(settings.resources.get('mariadb')?.watch, { intervalMs: null, failureTimeoutMs: 86_400_000 });
  t.same(settings.resources.get('192.0.2.5')?.watch, { intervalMs: null });
  t.end();
});

t.test('commands around transitions', (t) => {
  const { settings, lines } = parse(`
[mariadb]
before-start = /usr/local/sbin/prepare --all
after-start = "logger started; true # really"
before-stop = 'wall "going"'
after-stop = a \\; b
hook-timeout = 3
`);
  t.same(lines, []);
  t.same(settings.groups.get('mariadb')?.hooks, {
    beforeStart: '/usr/local/sbin/prepare --all',
    afterStart: 'logger started; true # really',
    beforeStop: 'wall "going"',
    afterStop: 'a ; b',
    timeoutMs: 3000,
  });
  t.end();
});

t.test('health checks', (t) => {
  const { settings, lines } = parse(`
[health disk]
command = test -w /srv
[health  router]
command = "ping -c 1 -W 1 192.0.2.1 >/dev/null"
interval = 2
timeout = 1500ms
rise = 3
fall = 4
weight = 10
[health gone]
command = false
weight = never
`);
  t.same(lines, []);
  const defaults = { intervalMs: 10_000, timeoutMs: 10_000, rise: 2, fall: 2, weight: 1 };
  t.same(settings.healthChecks, [
    { ...defaults, name: 'disk', command: 'test -w /srv' },
    {
      ...{ name: 'router', command: 'ping -c 1 -W 1 192.0.2.1 >/dev/null' },
      ...{ intervalMs: 2000, timeoutMs: 1500, rise: 3, fall: 4, weight: 10 },
    },
    { ...defaults, name: 'gone', command: 'false', weight: null },
  ]);
  t.end();
});

t.test('names whose agent the file says', (t) => {
  const { groups, lines } = parse(
    `
[db]
agent = ocf:heartbeat:mysql
param.datadir = /srv/db
param.additional_parameters = "--a=1 ; --b"
[other]
agent = ocf:mysql
[web]
agent = systemd:nginx
[shop]
agent = lsb:apache2
arguments = one  two
[mail]
agent = heartbeat:MailTo
[OCF::mysql::user=db]
param.options = x::y
`,
    'alpha db other web shop mail OCF::mysql::user=db',
  );
  t.same(lines, []);
  const found = groups[0]?.resources.map(({ resource }) => resource);
  t.match(found, [
    { name: 'db', agent: 'mysql', class: 'ocf', path: '/usr/lib/ocf/resource.d/heartbeat/mysql', args: [] },
    { name: 'other', class: 'ocf', parameters: {} },
    { name: 'web', class: 'systemd', path: 'nginx.service' },
    { name: 'shop', class: 'lsb', path: '/etc/init.d/apache2', args: ['one', 'two'] },
    { name: 'mail', class: 'heartbeat', path: '/etc/ha.d/resource.d/MailTo', args: [] },
    { class: 'ocf' },
  ]);
  t.same(found?.[0]?.parameters, { datadir: '/srv/db', additional_parameters: '--a=1 ; --b' });
  t.same(found?.[5]?.parameters, { user: 'db', options: 'x::y' });
  t.end();
});

t.test('problems with agents and their parameters', (t) => {
  const rows: [string, string, RegExp][] = [
    ['db', 'agent = mysql', /^2:9 error: "mysql" is no agent: write ocf:PROVIDER:TYPE/],
    ['db', 'agent = ofc:mysql', /^2:9 error: .*; did you mean "ocf"\?/],
    ['db', 'agent = ocf:mysqll', /^2:13 error: no OCF agent "mysqll" .*did you mean "mysql"/],
    ['db', 'agent = systemd:ngnix', /^2:17 error: no systemd unit .*did you mean "nginx.service"/],
    ['db', 'agent = lsb:MailTo', /^2:13 error: no agent "MailTo" in .etc.init.d/],
    ['db', 'agent =', /^2:8 error: key "agent" has no value/],
    ['db', 'agent = ocf:mysql\narguments = x', /^3:13 error: arguments are of scripts/],
    ['db', 'agent = systemd:nginx\nparam.x = 1', /^3:7 error: parameters are of OCF agents/],
    ['db', 'agent = lsb:apache2\nparam.x = 1', /^3:7 error: parameters are of OCF agents; a script has "arguments"/],
    ['db', 'agent = ocf:mysql\nparam. = 1', /^3:7 error: "" is not the name of a parameter/],
    ['db', 'agent = ocf:mysql\nparam.a = 1\nparam.a = 2', /^4:1 error: key "param.a" stands in line 3/],
    ['apache2', 'param.x = 1', /^2:7 error: "apache2" has its arguments in haresources/],
    ['apache2', 'arguments = 1', /^2:13 error: "apache2" has its arguments in haresources/],
    ['apache2', 'agent = systemd:nginx', /^2:9 warning: .*a script .etc.init.d.apache2/],
    ['OCF::mysql::a=1', 'param.a = 2', /^2:7 error: parameter "a" stands in file:1 already/],
    ['OCF::mysql', 'arguments = 2', /^2:13 error: an OCF agent has parameters/],
  ];
  for (const [word, text, line] of rows) {
    const { lines } = parse(`[${word}]\n${text}`, `alpha ${word}`);
    t.match(lines[0], line, JSON.stringify(text));
    t.equal(lines.length, 1, JSON.stringify(text));
  }
  t.end();
});

t.test('a resource with an error in haresources still has its section', (t) => {
  const { lines } = parse('[apahce2]\nalias = web\n', 'alpha apahce2');
  t.match(lines, [/^1:7 error: no agent "apahce2"/], 'one mistake is one problem');
  t.equal(lines.length, 1);
  t.end();
});

t.test('names that mean something to JavaScript are just names', (t) => {
  const { lines } = parse('[__proto__]\n[constructor]\n[mariadb]\n__proto__ = 1\ntoString = 2\n');
  t.match(lines, [
    /1:2 error: section "__proto__"/,
    /2:2 error: section "constructor"/,
    /4:1 error: unknown key "__proto__"/,
    /5:1/,
  ]);
  t.equal(lines.length, 4);
  t.end();
});

t.test('problems are placed', (t) => {
  const rows: [string, RegExp][] = [
    ['[mariabd]', /^1:2 error: section "mariabd" .*did you mean "mariadb"/],
    ['[mariadb', /^1:1 error: this is not a \[section\]/],
    ['[]', /^1:1 error: this is not a \[section\]/],
    ['[mariadb] x', /^1:1 error: this is not a \[section\]/],
    ['alias = x', /^1:1 error: key "alias" stands before/],
    ['[mariadb]\n  alais = x', /^2:3 error: unknown key "alais"; did you mean "alias"/],
    ['[mariadb]\nalias =', /^2:8 error: key "alias" has no value/],
    ['[mariadb]\nalias', /^2:1 error: "alias" is neither/],
    ['[mariadb]\nalias = a b', /^2:9 error: alias "a b" may have/],
    ['[mariadb]\nalias = apache2', /^2:9 error: .*name of a resource/],
    ['[mariadb]\nnodes = alpha, gamma', /^2:16 error: "gamma" is not a node/],
    ['[mariadb]\nnodes = alpha', /^2:9 warning: "beta", which haresources prefers/],
    ['[apache2]\nfailback = on', /^2:1 error: .*write it below \[192.0.2.5\]/],
    ['[mariadb]\nstart-timeout = 1h', /^2:17 error: "h" is not a unit/],
    ['[mariadb]\nstart-timeout = 3601', /^2:17 warning: .*more than an hour/],
    ['[mariadb]\nmonitor-interval = of', /^2:20 error: "of" is not a time .*; or "off"/],
    ['[mariadb]\nmonitor-interval = 0s', /^2:20 error: "0s" is zero; or "off"/],
    ['[mariadb]\nfailure-timeout = nevr', /^2:19 error: .*; or "never"/],
    ['[mariadb]\non-fail = restrat', /^2:11 error: "restrat" is not known; did you mean "restart"/],
    ['[mariadb]\nmigration-threshold = -1', /^2:23 error: -1 is out of range/],
    ['[mariadb]\nmonitor-intervall = 1', /^2:1 error: unknown key .*did you mean "monitor-interval"/],
    ['[apache2]\nbefore-start = x', /^2:1 error: key "before-start" is of a group.*write it below \[192.0.2.5\]/],
    ['[mariadb]\nbefore-start = a; b', /^2:17 warning: the command ends here, where a comment begins/],
    ['[mariadb]\nhook-timeout = x', /^2:16 error: "x" is not a time/],
    ['[health]\ncommand = x', /^1:2 error: "health": a health check is written \[health NAME\]/],
    ['[health a b]\ncommand = x', /^1:2 error: "health a b": a health check is written/],
    ['[health a]', /^1:2 error: health check "a" has no command/],
    ['[health a]\ncommand = x\n[health a]\ncommand = y', /^3:2 error: health check "a" begins in line 1/],
    ['[health a]\ncommand = x\ncommand = y', /^3:1 error: key "command" stands in line 2/],
    ['[health a]\ncommand =', /^2:10 error: key "command" has no value/],
    ['[health a]\ncommand = x\nintervall = 3', /^3:1 error: unknown key .*did you mean "interval"/],
    ['[health a]\ncommand = x\nrise = 0', /^3:8 error: 0 is out of range/],
    ['[health a]\ncommand = x\nweight = nev', /^3:10 error: "nev" is not a number; or "never"/],
    ['[mariadb]\n[apache2]\n[mariadb]', /^3:2 error: section \[mariadb\] begins in line 1/],
  ];
  for (const [text, line] of rows) {
    const { lines } = parse(text);
    t.match(lines[0], line, JSON.stringify(text));
    t.equal(lines.length, 1, JSON.stringify(text));
  }
  t.end();
});
