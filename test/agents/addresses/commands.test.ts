import t from 'tap';
import { addLine, deleteLine, isUnfit, readComplaints, saysNotThere } from '../../../src/agents/addresses/commands.js';
import type { AddressConfig } from '../../../src/config/types.js';
import { addressResource } from './samples.js';

const address = (word: string, more: Partial<AddressConfig> = {}) =>
  addressResource(word, more).address as AddressConfig;

t.test('the line that adds', async (t) => {
  const place = { device: 'eth0', prefix: 24 };
  t.equal(addLine(address('10.0.0.5'), place), 'addr replace 10.0.0.5/24 brd + dev eth0');
  t.equal(
    addLine(address('10.0.0.5', { broadcast: '10.0.0.127' }), place),
    'addr replace 10.0.0.5/24 brd 10.0.0.127 dev eth0',
  );
  t.equal(addLine(address('10.0.0.5', { label: '0' }), place), 'addr replace 10.0.0.5/24 brd + dev eth0 label eth0:0');
  t.equal(
    addLine(address('10.0.0.5', { label: 'eth0:web' }), place),
    'addr replace 10.0.0.5/24 brd + dev eth0 label eth0:web',
  );
  t.equal(addLine(address('10.0.0.5'), { device: 'eth0', prefix: 32 }), 'addr replace 10.0.0.5/32 dev eth0');
  t.equal(addLine(address('fd00::5'), { device: 'eth0', prefix: 64 }), 'addr replace fd00::5/64 dev eth0 nodad');
});

t.test('the line that removes', async (t) => {
  t.equal(deleteLine('10.0.0.5', { device: 'eth0', prefix: 24 }), 'addr del 10.0.0.5/24 dev eth0');
});

t.test('words that would break a batch', async (t) => {
  for (const word of ['', 'a b', 'a\nlink del eth0', '"eth0', "eth'0", 'eth0#', 'eth\\0'])
    t.ok(isUnfit(word), JSON.stringify(word));
  for (const word of ['eth0', 'eth0.100', 'bond0:0', 'br-lan', 'fd00::1', '10.0.0.1']) t.notOk(isUnfit(word), word);
});

t.test('what ip complains of', async (t) => {
  const { failures, rest } = readComplaints(
    'Error: ipv4: Address not found.\nCommand failed -:1\nCannot find device "nope"\nmore\nCommand failed -:12\nCommand failed -:13\nError: any valid prefix is expected rather than "x".\n',
  );
  t.same(
    [...failures],
    [
      [1, 'Error: ipv4: Address not found.'],
      [12, 'Cannot find device "nope"; more'],
      [13, 'ip gave no reason'],
    ],
  );
  t.equal(rest, 'Error: any valid prefix is expected rather than "x".');
  t.same(readComplaints(''), { failures: new Map(), rest: '' });
});

t.test('an address that is not there', async (t) => {
  for (const text of [
    'Error: ipv4: Address not found.',
    'RTNETLINK answers: Cannot assign requested address',
    'Cannot find device "eth7"',
  ]) {
    t.ok(saysNotThere(text), text);
  }
  t.notOk(saysNotThere('RTNETLINK answers: Operation not permitted'));
});
