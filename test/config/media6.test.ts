import t from 'tap';
import { parseHaCf } from '../../src/config/ha-cf.js';
import { reportTo } from '../../src/config/problems.js';
import type { Problem } from '../../src/config/types.js';
import { alpha } from './hosts.js';

function media(text: string) {
  const problems: Problem[] = [];
  const { media: found } = parseHaCf(
    `node alpha beta\nauto_failback on\n${text}\n`,
    alpha,
    reportTo(problems, 'ha.cf'),
  );
  return { found, problems: problems.map(({ line, severity, text: said }) => `${line} ${severity}: ${said}`) };
}

t.test('ucast6 and mcast6', async (t) => {
  const { found, problems } = media(
    'udpport 700\nucast6 eth0 FD00:0::2\nmcast6 eth1 ff02::4:2 694 1 0\nucast6 eth1 beta',
  );
  t.same(found, [
    { type: 'ucast6', device: 'eth0', host: 'fd00::2', port: 700 },
    { type: 'mcast6', device: 'eth1', group: 'ff02::4:2', port: 694, hops: 1, loop: false },
    { type: 'ucast6', device: 'eth1', host: 'beta', port: 700 },
  ]);
  t.match(problems, [/^6 warning: host name "beta" is resolved once/]);
});

t.test('what is wrong with them', async (t) => {
  const { found, problems } = media(
    [
      'ucast6 eth0',
      'ucast6 eth9 fd00::2',
      'ucast6 eth0 192.0.2.1',
      'mcast6 eth0 ff::1 694 1 0',
      'mcast6 eth0 ff02::1 0 256 2',
    ].join('\n'),
  );
  t.same(found, []);
  t.match(problems, [
    /^3 error: directive "ucast6" needs DEV HOST; HOST is missing$/,
    /^4 error: network interface "eth9" does not exist/,
    /^5 error: "192.0.2.1" is not an IPv6 address$/,
    /^6 error: ff::1 is not a multicast group \(ff00::\/8\)$/,
    /^7 error: the port: 0 is out of range/,
    /^7 error: the hop limit: 256 is out of range/,
    /^7 error: loop: 2 is out of range/,
  ]);
});

t.test('serial lines have the speed that baud says, wherever it stands', async (t) => {
  const { found, problems } = media('serial /dev/ttyS0, /dev/ttyUSB1 /dev/ttyS0\nbaud 115200');
  t.same(found, [
    { type: 'serial', device: '/dev/ttyS0', baud: 115_200 },
    { type: 'serial', device: '/dev/ttyUSB1', baud: 115_200 },
  ]);
  t.match(problems, [/^3 warning: "serial \/dev\/ttyS0" stands in line 3 already; this one is ignored$/]);
  t.same(media('serial /dev/ttyS0').found, [{ type: 'serial', device: '/dev/ttyS0', baud: 19_200 }]);
  t.match(media('serial ttyS0').problems, [/^3 error: "ttyS0" is not the absolute path of a serial device$/]);
});
