import t from 'tap';
import { parseHaresources } from '../../src/config/haresources.js';
import { alpha, listen } from './hosts.js';

function parse(word: string, host = alpha) {
  const { report, lines } = listen();
  const [group] = parseHaresources(`alpha ${word}`, { nodes: null, host, report });
  return { resource: group?.resources[0]?.resource, lines: lines() };
}

t.test('units', (t) => {
  const rows = [
    ['nginx', 'nginx.service'],
    ['nginx.service', 'nginx.service'],
    ['backup.timer', 'backup.timer'],
    ['db@one.two', 'db@one.two.service'],
  ];
  for (const [name = '', unit] of rows) {
    const { resource, lines } = parse(`systemd::${name}`);
    t.same(lines, []);
    t.match(resource, {
      name: `systemd::${name}`,
      class: 'systemd',
      path: unit,
      agent: unit,
      args: [],
      parameters: {},
    });
  }
  t.end();
});

t.test('problems', (t) => {
  t.match(parse('systemd::ngnix').lines, [
    /^1:16 error: no systemd unit "ngnix.service"; did you mean "nginx.service"\?/,
  ]);
  t.match(parse('systemd').lines, [/^1:14 error: no unit is named/]);
  t.match(parse('systemd::').lines, [/^1:16 error: no unit is named/]);
  t.match(parse('systemd::--now').lines, [/error: "--now" is not the name of a systemd unit/]);
  t.match(parse('systemd::nginx::x').lines, [/error: no systemd unit "nginx::x.service"/]);
  const { units: _, ...unknown } = alpha;
  t.same(parse('systemd::anything', unknown).lines, [], 'not judged where units are not known');
  t.end();
});

t.test('what is enabled at boot', (t) => {
  const host = { ...alpha, enabledUnits: new Set(['nginx.service', 'apache2.service']) };
  t.match(parse('systemd::nginx', host).lines, [/^1:16 warning: nginx.service is enabled: .*run systemctl disable/]);
  t.match(parse('apache2', host).lines, [/^1:7 warning: apache2.service is enabled/]);
  t.same(parse('mariadb', host).lines, []);
  t.end();
});

t.test('a name by itself that only systemd knows', (t) => {
  t.match(parse('nginx').lines, [/no agent "nginx" .*; the systemd unit is written systemd::nginx$/]);
  t.match(parse('mysql').lines, [/; the OCF agent of this name is written OCF::mysql::NAME=VALUE$/]);
  t.match(parse('drbddisk::r0').lines, [/; install Debian's package drbd-utils$/]);
  t.match(parse('LVM::vg').lines, [/; install Debian's package resource-agents$/]);
  t.match(parse('portblok::tcp').lines, [/; did you mean "portblock"\?$/]);
  t.end();
});
