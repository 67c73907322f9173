import t from 'tap';
import {
  broadcastAddress,
  ethernetAddress,
  interfaceAddress,
  interfaceAddressNow,
  interfaceState,
  outgoingAddress,
} from '../../../src/io/kernel/interface.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';

t.test('the broadcast address', async (t) => {
  t.equal(broadcastAddress('10.0.0.1', '255.255.255.0', '10.0.0.255'), '10.0.0.255', 'as set');
  t.equal(broadcastAddress('10.0.0.1', '255.255.255.0', '10.0.0.127'), '10.0.0.127', 'as set, even if odd');
  t.equal(broadcastAddress('10.0.5.1', '255.255.252.0', '0.0.0.0'), '10.0.7.255', 'computed');
  t.equal(broadcastAddress('10.0.0.1', '255.255.255.0', '10.0.0.1'), '10.0.0.255', 'the address itself is none');
  t.equal(broadcastAddress('10.0.0.1', '255.255.255.255', '10.0.0.1'), '255.255.255.255');
  t.equal(broadcastAddress('10.0.0.1', '255.255.255.254', '0.0.0.0'), '255.255.255.255');
});

if (ownNetwork(t, import.meta.url)) {
  t.test('an interface', async (t) => {
    ip('link add v0 address 02:00:00:00:00:05 type veth peer name v1');
    ip('addr add 10.0.0.1/24 brd + dev v0');
    t.match(interfaceState('v0'), { up: false, running: false });
    ip('link set v0 up');
    t.match(interfaceState('v0'), { up: true, running: false });
    ip('link set v1 up');
    // The kernel tells the carrier a moment later.
    await until('the carrier', () => interfaceState('v0')?.running);
    t.match(interfaceState('v0'), { up: true, running: true });
    const address = { address: '10.0.0.1', broadcast: '10.0.0.255' };
    t.same(interfaceAddressNow('v0'), address);
    t.same(await interfaceAddress('v0'), address);
    t.equal(outgoingAddress('v0'), '10.0.0.1');
    t.not(outgoingAddress('v1'), '10.0.0.7');
    ip('addr add 10.0.0.7/24 dev v1');
    t.equal(outgoingAddress('v1'), '10.0.0.7', 'its own, in spite of the route through v0');
    ip('addr del 10.0.0.7/24 dev v1');
    t.not(outgoingAddress('v1'), '10.0.0.7');
    t.equal(interfaceAddressNow('v1'), null);
    t.equal(await interfaceAddress('v1'), null);
    t.same(ethernetAddress('v0'), Uint8Array.of(2, 0, 0, 0, 0, 5));
    t.equal(ethernetAddress('lo'), null, 'the loopback has no Ethernet address');
  });

  t.test('names that are none', async (t) => {
    for (const name of ['eth7', '', 'a name that is much too long']) {
      t.equal(interfaceState(name), null);
      t.equal(interfaceAddressNow(name), null);
      t.equal(await interfaceAddress(name), null);
      t.equal(ethernetAddress(name), null);
    }
  });
}
