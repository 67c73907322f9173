import t from 'tap';
import { looksLikeIPv4, numberOfIPv4, parseIPv4, parseIPv6 } from '../../src/config/ip.js';

t.test('IPv4', (t) => {
  for (const text of ['0.0.0.0', '10.0.0.1', '255.255.255.255']) t.same(parseIPv4(text), { ok: true, value: text });
  for (const text of [
    '',
    '10.0.0',
    '10.0.0.1.2',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.a',
    '10..0.1',
    '10.0.0.-1',
    ' 10.0.0.1',
  ]) {
    t.match(parseIPv4(text), { ok: false }, text);
  }
  t.equal(numberOfIPv4('192.0.2.1'), 0xc0000201);
  t.ok(looksLikeIPv4('10.0.0.999'));
  t.notOk(looksLikeIPv4('host.example'));
  t.end();
});

t.test('IPv6, to the form of RFC 5952', (t) => {
  const rows: [string, string][] = [
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FD00:0:0:0:0:0:0:10', 'fd00::10'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:0:0:4:0:0:0:8', '1:0:0:4::8'],
  ];
  for (const [text, value] of rows) t.same(parseIPv6(text), { ok: true, value }, text);
  const wrong = ['', ':', ':::', '1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', 'g::1', '12345::1', '::1%eth0'];
  wrong.push('1:2:3:4:5:6:7:8::', '::192.0.2.256', '192.0.2.1::', '1.2.3.4', ':1:2:3:4:5:6:7', '1:2:3:4:5:6:7:');
  for (const text of wrong) t.match(parseIPv6(text), { ok: false }, text);
  t.end();
});
