import t from 'tap';
import { parseHaresources } from '../../src/config/haresources.js';
import { parseResourcesIni } from '../../src/config/resources-ini.js';
import { alpha, listen } from './hosts.js';

const nodes = ['alpha', 'beta'];

function parse(text: string, haresources = 'alpha 192.0.2.5 apache2\nbeta mariadb') {
  const { report, lines } = listen();
  const groups = parseHaresources(haresources, { nodes, host: alpha, report });
  return { settings: parseResourcesIni(text, { groups, nodes, report }), lines: lines() };
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
  t.same(settings.groups.get('192.0.2.5'), { alias: 'web', failback: false, nodes: ['beta', 'alpha'] });
  t.same(settings.timeouts.get('192.0.2.5'), { startMs: 60_000 });
  t.same(settings.timeouts.get('apache2'), { stopMs: 2000, statusMs: 3000 });
  t.same(settings.groups.get('mariadb'), { alias: null, failback: null, nodes: null });
  t.notOk(settings.groups.has('apache2'), 'not the first resource of a line');
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
    ['[mariadb]\n[apache2]\n[mariadb]', /^3:2 error: section \[mariadb\] begins in line 1/],
  ];
  for (const [text, line] of rows) {
    const { lines } = parse(text);
    t.match(lines[0], line, JSON.stringify(text));
    t.equal(lines.length, 1, JSON.stringify(text));
  }
  t.end();
});
