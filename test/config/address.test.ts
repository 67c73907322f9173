import t from 'tap';
import { parseAddress } from '../../src/config/address.js';
import type { AddressConfig } from '../../src/config/types.js';
import { alpha, listen } from './hosts.js';

/** Parses a word that begins at column 10 of line 3. */
function parse(text: string, family: 4 | 6 | null = null) {
  const { report, lines } = listen();
  const address = parseAddress({ text, line: 3, column: 10 }, { interfaces: alpha.interfaces, family, report });
  return { address, lines: lines() };
}

const nothing = { prefix: null, device: null, label: null, broadcast: null };

t.test('every form', (t) => {
  const rows: [string, AddressConfig][] = [
    ['192.0.2.5', { ...nothing, family: 4, address: '192.0.2.5' }],
    ['192.0.2.5/24', { ...nothing, family: 4, address: '192.0.2.5', prefix: 24 }],
    ['192.0.2.5/255.255.255.128', { ...nothing, family: 4, address: '192.0.2.5', prefix: 25 }],
    ['192.0.2.5/255.255.255.255', { ...nothing, family: 4, address: '192.0.2.5', prefix: 32 }],
    ['192.0.2.5/24/eth0', { ...nothing, family: 4, address: '192.0.2.5', prefix: 24, device: 'eth0' }],
    ['192.0.2.5/24/eth0:1', { ...nothing, family: 4, address: '192.0.2.5', prefix: 24, device: 'eth0', label: '1' }],
    ['192.0.2.5/24/192.0.2.255', { ...nothing, family: 4, address: '192.0.2.5', prefix: 24, broadcast: '192.0.2.255' }],
    [
      '192.0.2.5/24/eth1:web/192.0.2.255',
      { family: 4, address: '192.0.2.5', prefix: 24, device: 'eth1', label: 'web', broadcast: '192.0.2.255' },
    ],
    ['fd00:0::5', { ...nothing, family: 6, address: 'fd00::5' }],
    ['fd00::5/64/eth0', { ...nothing, family: 6, address: 'fd00::5', prefix: 64, device: 'eth0' }],
    ['192.0.2.4/31', { ...nothing, family: 4, address: '192.0.2.4', prefix: 31 }],
  ];
  for (const [text, address] of rows) t.same(parse(text), { address, lines: [] }, text);
  t.end();
});

t.test('errors stand where they belong', (t) => {
  const rows: [string, RegExp][] = [
    ['192.0.2/24', /^3:10 error: .*four parts/],
    ['192.0.2.5/', /^3:20 error: "" is not a prefix length/],
    ['192.0.2.5/eth0', /^3:20 error: "eth0" is not a prefix length/],
    ['192.0.2.5/0', /^3:20 error: .*1 to 32/],
    ['192.0.2.5/0.0.0.0', /^3:20 error: .*not a netmask/],
    ['192.0.2.5/24/', /^3:23 error: the name of the interface is missing/],
    ['192.0.2.5/24/:1', /^3:23 error: the name of the interface is missing/],
    ['192.0.2.5/24/eth7', /^3:23 error: .*did you mean "eth0"/],
    ['192.0.2.5/24/eth0:', /^3:27 error: "" is not a label/],
    ['192.0.2.5/24/eth0/eth1', /^3:28 error: "eth1" is not an IPv4 address/],
    ['192.0.2.5/24/192.0.2.256', /^3:23 error: .*256 is more than 255/],
    ['192.0.2.5/24/192.0.2.255/eth0', /^3:23 error: network interface "192.0.2.255"/],
    ['127.0.0.256', /^3:10 error: /],
    ['fd00::5/64/fd00::ff', /^3:21 error: network interface "fd00" does not exist/],
    ['ff02::1', /^3:10 error: .*cannot be the address/],
  ];
  for (const [text, line] of rows) {
    const { address, lines } = parse(text);
    t.equal(address, null, text);
    t.match(lines[0], line, text);
  }
  t.end();
});

t.test('families', (t) => {
  t.match(parse('192.0.2.5', 6).lines, [/not an IPv6 address/]);
  t.match(parse('fd00::5', 4).lines, [/not an IPv4 address/]);
  t.end();
});
