import t from 'tap';
import { readSettings, readSettingsFile } from '../../src/agents/sysctl-settings.js';

const short = (result: ReturnType<typeof readSettings>) =>
  result.ok ? result.value.map(({ path, value, optional }) => `${optional ? '-' : ''}${path} ${value}`) : result.reason;

t.test('settings in a row', async (t) => {
  for (const [text, expected] of [
    ['net.ipv4.ip_forward=1', ['/proc/sys/net/ipv4/ip_forward 1']],
    ['net/ipv4/conf/eth0.1/forwarding=1', ['/proc/sys/net/ipv4/conf/eth0.1/forwarding 1']],
    ['net.ipv4.conf.eth0/1.forwarding=1', ['/proc/sys/net/ipv4/conf/eth0.1/forwarding 1']],
    ['a.b=1 a.c=2;a.d = 3\n-a.e=4', ['/proc/sys/a/b 1', '/proc/sys/a/c 2', '/proc/sys/a/d 3', '-/proc/sys/a/e 4']],
    [
      'net.ipv4.tcp_rmem=4096\t87380  6291456 a.b=1',
      ['/proc/sys/net/ipv4/tcp_rmem 4096 87380 6291456', '/proc/sys/a/b 1'],
    ],
    ['a.b=1 a/b=2', ['/proc/sys/a/b 2']],
    ['', []],
    ['a.b', '"a.b" is not of the form name=value'],
    ['a.b=', 'a.b has no value'],
    ['../../etc/passwd=1', '"../../etc/passwd" cannot be the name of a setting'],
    ['net/../../x=1', '"net/../../x" cannot be the name of a setting'],
    ['a..b=1', '"a..b" cannot be the name of a setting'],
    ['single=1', '"single" cannot be the name of a setting'],
  ] as const) {
    t.same(short(readSettings(text)), expected, JSON.stringify(text));
  }
});

t.test('a file', async (t) => {
  const text = '# comment\n; another\n\n net.ipv4.ip_forward = 1\n-a.b = x y\n';
  t.same(short(readSettingsFile(text)), ['/proc/sys/net/ipv4/ip_forward 1', '-/proc/sys/a/b x y']);
  t.equal(short(readSettingsFile('nonsense\n')), '"nonsense" is not of the form name=value');
});
