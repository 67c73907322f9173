import t from 'tap';
import { parseHaresources } from '../../src/config/haresources.js';
import { alpha, listen } from './hosts.js';

function parse(text: string, nodes: readonly string[] | null = ['alpha', 'beta']) {
  const { report, lines } = listen();
  const groups = parseHaresources(text, { nodes, host: alpha, report });
  return { groups, lines: lines() };
}

const resourceOf = (word: string) => {
  const { groups, lines } = parse(`alpha ${word}`);
  t.same(lines, [], word);
  return groups[0]?.resources[0]?.resource;
};

t.test('words', (t) => {
  t.match(resourceOf('apache2'), {
    name: 'apache2',
    agent: 'apache2',
    args: [],
    class: 'lsb',
    path: '/etc/init.d/apache2',
  });
  t.same(resourceOf('Filesystem::/dev/sdb1::/srv::ext4')?.args, ['/dev/sdb1', '/srv', 'ext4']);
  t.same(resourceOf('MailTo::ops@example.org::')?.args, ['ops@example.org', '']);
  t.match(resourceOf('192.0.2.5/24'), {
    name: '192.0.2.5/24',
    agent: 'IPaddr',
    args: ['192.0.2.5/24'],
    class: 'builtin',
    path: null,
  });
  t.match(resourceOf('fd00::5/64/eth0'), {
    agent: 'IPv6addr',
    args: ['fd00::5/64/eth0'],
    address: { family: 6, device: 'eth0' },
  });
  t.match(resourceOf('::1'), { agent: 'IPv6addr' });
  t.match(resourceOf('IPaddr2::fd00::5/64'), {
    agent: 'IPaddr2',
    args: ['fd00::5/64'],
    address: { address: 'fd00::5' },
  });
  t.match(resourceOf('IPv6addr::fd00:0:0:0:0:0:0:5'), { address: { address: 'fd00::5', prefix: null } });
  t.end();
});

t.test('an agent whose name could begin an address stays an agent', (t) => {
  const { report } = listen();
  const findAgent = (name: string) => (name === 'db' ? { path: '/etc/init.d/db', class: 'lsb' as const } : null);
  const [group] = parseHaresources('alpha db::1', { nodes: null, host: { ...alpha, findAgent }, report });
  t.match(group?.resources[0]?.resource, { agent: 'db', args: ['1'] });
  t.end();
});

t.test('an agent that is not executable is told from one that is not there', (t) => {
  const { report, lines } = listen();
  parseHaresources('alpha shop', { nodes: null, host: { ...alpha, notExecutable: new Set(['shop']) }, report });
  t.same(lines(), ['1:7 error: agent "shop" is there but not executable; run chmod 755 on it']);
  t.end();
});

t.test('nodes', (t) => {
  t.equal(parse('ALPHA apache2').groups[0]?.node.text, 'alpha');
  t.match(parse('alpa apache2').lines, [/^1:1 error: "alpa" is not a node of ha.cf; did you mean "alpha"/]);
  t.same(parse('alpa apache2', null).lines, [], 'without a list of nodes nothing is judged');
  t.match(parse('beta').lines, [/^1:1 warning: .*does nothing/]);
  t.end();
});

t.test('what may stand twice', (t) => {
  const mail = 'MailTo::ops@example.org';
  t.same(parse(`alpha apache2 ${mail}\nbeta mariadb ${mail}`).lines, [], 'an agent that holds nothing, in two groups');
  t.match(parse(`alpha ${mail}\nbeta ${mail}`).lines, [/^2:6 error: .*first resource of a line is the name/]);
  t.match(parse(`alpha apache2 ${mail} ${mail}`).lines, [/^1:39 error: .*column 15 of this line/]);
  t.match(parse('alpha 192.0.2.5\nbeta apache2 IPaddr2::192.0.2.5/24/eth0').lines, [
    /^2:14 error: address 192.0.2.5 .*line 1, column 7/,
  ]);
  t.end();
});

t.test('no limit of length, and no quadratic work', (t) => {
  const line = (count: number): string => {
    const words = Array.from({ length: count }, (_, i) => `IPaddr2::10.${i >> 8}.${i & 255}.5/16/eth0`);
    return `alpha ${words.join(' ')}\n`;
  };
  const time = (text: string): number => {
    const start = performance.now();
    const { groups, lines } = parse(text);
    t.equal(groups[0]?.resources.length, text.split(' ').length - 1);
    t.same(lines, []);
    return performance.now() - start;
  };
  t.ok(line(1000).length > 5 * 5119);
  time(line(100));
  const small = time(line(1000));
  const large = time(line(8000));
  t.comment(`1,000 addresses: ${small.toFixed(1)} ms, 8,000: ${large.toFixed(1)} ms`);
  t.ok(small < 1000, 'a thousand addresses are quick');
  t.ok(large < 40 * Math.max(small, 5), 'eight times as many cost about eight times as much');
  t.end();
});
