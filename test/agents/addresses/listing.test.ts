import t from 'tap';
import { readAddresses, readRoute } from '../../../src/agents/addresses/listing.js';

t.test('addresses', async (t) => {
  const json = JSON.stringify([
    { ifname: 'lo', flags: ['LOOPBACK', 'UP'], addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] },
    {
      ifname: 'eth0',
      flags: ['BROADCAST'],
      addr_info: [
        { family: 'inet', local: '10.0.0.1', prefixlen: 24 },
        { family: 'inet6', local: 'fd00::1', prefixlen: 64, tentative: true, dadfailed: true },
        {},
      ],
    },
    {},
  ]);
  t.same(readAddresses(json), [
    { address: '127.0.0.1', prefix: 8, device: 'lo' },
    { address: '10.0.0.1', prefix: 24, device: 'eth0' },
    { address: 'fd00::1', prefix: 64, device: 'eth0' },
  ]);
});

t.test('routes', async (t) => {
  const route = (fields: object) => readRoute(JSON.stringify([fields]), 4);
  t.same(route({ dst: '10.9.9.0/24', dev: 'v0', scope: 'link' }), { device: 'v0', prefix: 24 });
  t.same(route({ type: 'unicast', dst: '10.9.9.0/24', dev: 'v0' }), { device: 'v0', prefix: 24 });
  t.same(route({ dst: 'default', gateway: '10.0.0.1', dev: 'v0' }), { device: 'v0', prefix: 32 });
  t.same(
    route({ dst: '10.8.0.0/16', gateway: '10.0.0.1', dev: 'v0' }),
    { device: 'v0', prefix: 32 },
    'not its network',
  );
  t.same(readRoute(JSON.stringify([{ dst: 'default', dev: 'v0' }]), 6), { device: 'v0', prefix: 128 });
  t.equal(route({ type: 'local', dst: '10.9.9.9', dev: 'v0' }), null);
  t.equal(route({ type: 'unreachable', dst: '10.9.9.9', dev: 'lo' }), null);
  t.equal(readRoute('[]', 4), null);
});
