import t from 'tap';
import { parseHaresources } from '../../src/config/haresources.js';
import { alpha, listen } from './hosts.js';

function parse(text: string, host = alpha) {
  const { report, lines } = listen();
  const [group] = parseHaresources(`alpha ${text}`, { nodes: null, host, report });
  return { resources: group?.resources ?? [], lines: lines() };
}

const resourceOf = (word: string) => {
  const { resources, lines } = parse(word);
  t.same(lines, [], word);
  return resources[0]?.resource;
};

t.test('parameters in the word', (t) => {
  t.same(resourceOf('OCF::mysql::datadir=/srv/db::user=db'), {
    name: 'OCF::mysql::datadir=/srv/db::user=db',
    agent: 'mysql',
    args: [],
    parameters: { datadir: '/srv/db', user: 'db' },
    class: 'ocf',
    path: '/usr/lib/ocf/resource.d/heartbeat/mysql',
    address: null,
  });
  t.match(resourceOf('OCF::acme:mysql'), { path: '/usr/lib/ocf/resource.d/acme/mysql', parameters: {} });
  t.match(resourceOf('OCF::drbd::drbd_resource=r0'), { path: '/usr/lib/ocf/resource.d/linbit/drbd' });
  t.same(resourceOf('OCF::IPaddr2::ip=fd00::5::nic=eth0')?.parameters, { ip: 'fd00::5', nic: 'eth0' });
  t.same(resourceOf('OCF::IPaddr2::ip=fd00::::nic=eth0')?.parameters, { ip: 'fd00::', nic: 'eth0' });
  t.same(resourceOf('OCF::mysql::options=a=b::user=')?.parameters, { options: 'a=b', user: '' });
  t.same(Object.keys(resourceOf('OCF::mysql::__proto__=1')?.parameters ?? {}), ['__proto__']);
  t.end();
});

t.test("Heartbeat's own form: the parameters are in a file", (t) => {
  t.same(resourceOf('OCF::mysql::shop')?.parameters, { datadir: '/srv/db', options: 'a "b" c', user: 'db user' });
  const { resources, lines } = parse('OCF::mysql::shell');
  t.same(resources[0]?.resource.parameters, {});
  t.match(lines, [/^2:14 error: "\$" is for a shell/, /^1:1 warning: "DEPTH" is no parameter/]);
  t.end();
});

t.test('where the parameters stand', (t) => {
  const { resources } = parse('OCF::mysql::datadir=/srv/db::user=db');
  t.same(
    [...(resources[0]?.ocf?.parameters ?? [])],
    [
      ['datadir', { file: 'file', line: 1, column: 19 }],
      ['user', { file: 'file', line: 1, column: 36 }],
    ],
  );
  t.end();
});

t.test('problems are placed', (t) => {
  const rows: [string, RegExp][] = [
    ['OCF', /^1:10 error: no agent is named: OCF::AGENT::NAME=VALUE/],
    ['OCF::', /^1:12 error: no agent is named/],
    ['OCF::mysqll::a=b', /^1:12 error: no OCF agent "mysqll" .*; did you mean "mysql"\?/],
    ['OCF::acme:mysqll', /^1:12 error: no OCF agent "acme:mysqll" .*; did you mean "acme:mysql"\?/],
    ['OCF::linbit:nothing', /^1:12 error: .*; install Debian's package drbd-utils/],
    ['OCF::acme:shop', /^1:12 error: .*acme.shop\) is not executable; run chmod 755/],
    ['OCF::../../etc/passwd', /^1:12 error: no OCF agent/],
    ['OCF::mysql::shap', /^1:19 error: instance "shap": conf.OCF.mysql.shap .*; did you mean "shop"\?/],
    ['OCF::mysql::/srv/db', /^1:19 error: instance .*; parameters by themselves are written NAME=VALUE/],
    ['OCF::mysql::a=1::a=2', /^1:24 error: parameter "a" stands twice/],
    ['OCF::mysql::a=1::eth0', /^1:24 error: "eth0" is not NAME=VALUE; .*resources.ini: param.a/],
    ['OCF::mysql::=1', /^1:19 error: "=1" is not NAME=VALUE/],
    ['OCF::mysql::a b=1', /^1:19 error: instance "a"/],
  ];
  for (const [word, line] of rows) t.match(parse(word).lines[0], line, word);
  t.match(parse('OCF::mysql', { ...alpha, ocfAgents: [] }).lines, [/; install Debian's package resource-agents$/]);
  t.end();
});

t.test('the same OCF resource in two groups', (t) => {
  const { report, lines } = listen();
  parseHaresources('alpha OCF::mysql\nbeta OCF::mysql', { nodes: null, host: alpha, report });
  t.match(lines(), [/^2:6 error: "OCF::mysql" stands in line 1, column 7, already/]);
  t.end();
});
