import t from 'tap';
import { parseHaCf } from '../../src/config/ha-cf.js';
import { alpha, listen } from './hosts.js';

const base = 'node alpha beta\nbcast eth0\nauto_failback on\n';

function read(...lines: string[]) {
  const { report, lines: told } = listen();
  const { pingNodes } = parseHaCf(base + lines.join('\n'), alpha, report);
  return { pingNodes, told: told() };
}

t.test('every directive of ping nodes', async (t) => {
  const { pingNodes, told } = read(
    'ping 192.0.2.1 192.0.2.2',
    'ping6 2001:DB8::1',
    'ping_group Routers 192.0.2.3 192.0.2.4 192.0.2.3',
  );
  t.same(told, []);
  t.same(pingNodes, [
    { name: '192.0.2.1', plugin: 'ping', family: 4, hosts: ['192.0.2.1'] },
    { name: '192.0.2.2', plugin: 'ping', family: 4, hosts: ['192.0.2.2'] },
    { name: '2001:db8::1', plugin: 'ping6', family: 6, hosts: ['2001:DB8::1'] },
    { name: 'routers', plugin: 'ping_group', family: 4, hosts: ['192.0.2.3', '192.0.2.4'] },
  ]);
});

t.test('none', async (t) => {
  t.same(read().pingNodes, []);
});

t.test('a name resolves at start only', async (t) => {
  const { pingNodes, told } = read('ping Gateway.example');
  t.match(pingNodes, [{ name: 'gateway.example', hosts: ['Gateway.example'] }]);
  t.match(told, [/4:6 warning: host name "Gateway.example" is resolved once/]);
});

t.test('what is refused', async (t) => {
  for (const [line, problem] of [
    ['ping 2001:db8::1', /4:6 error: "2001:db8::1" is an IPv6 address; write "ping6 2001:db8::1"/],
    ['ping6 192.0.2.1', /4:7 error: "192.0.2.1" is not an IPv6 address/],
    ['ping6 FE80::1', /4:7 error: "FE80::1" is a link-local address: it needs an interface, which ping6 does not take/],
    ['ping6 febf::1', /4:7 error: .* is a link-local address/],
    ['ping 192.0.2.300', /4:6 error: .* 300 is more than 255/],
    ['ping_group routers', /4:1 error: directive "ping_group" needs NAME HOST/],
    ['ping 192.0.2.1\nping 192.0.2.1', /5:6 error: ping node "192.0.2.1" stands in line 4 already/],
    ['ping_group R 192.0.2.1\nping_group r 192.0.2.2', /5:12 error: ping node "r" stands in line 4 already/],
    ['ping_group Beta 192.0.2.1', /4:12 error: "beta" is a node of the cluster; it cannot be a ping node too/],
    [`ping_group ${'g'.repeat(100)} 192.0.2.1`, /longer than 99 characters/],
  ] as const) {
    const { told } = read(line);
    t.equal(told.filter((text) => text.includes('error:')).length, 1, line);
    t.match(told.join('\n'), problem);
  }
});

t.test('node lines may stand below', async (t) => {
  const { report, lines } = listen();
  parseHaCf('ping_group beta 192.0.2.1\nnode alpha beta\nbcast eth0\nauto_failback on\n', alpha, report);
  t.match(lines(), [/1:12 error: "beta" is a node of the cluster/]);
});
