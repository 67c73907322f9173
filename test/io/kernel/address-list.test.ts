import t from 'tap';
import { listAddresses, readIfconf, readIfInet6 } from '../../../src/io/kernel/address-list.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';

t.test('lists of the kernel', async (t) => {
  t.same(readIfconf(Buffer.alloc(0)), []);
  t.same(
    readIfInet6(
      'fe800000000000000000000000000001 02 40 20 80       v0\nfd000000000000000000000000000005 0a 40 00 c8   eth0\n\n',
    ),
    [
      { address: 'fe800000000000000000000000000001', device: 'v0', duplicate: false },
      { address: 'fd000000000000000000000000000005', device: 'eth0', duplicate: true },
    ],
  );
});

if (ownNetwork(t, import.meta.url)) {
  t.test('all addresses, up or down, with and without a label', async (t) => {
    ip('link add v0 type veth peer name v1');
    ip('addr add 10.0.0.1/24 dev v0');
    ip('addr add 10.0.0.2/24 dev v0 label v0:web');
    ip('addr add 10.1.0.1/32 dev v1');
    ip('-6 addr add fd00::5/64 dev v0 nodad');
    const ipv4 = async () =>
      (await listAddresses())
        .filter(({ address }) => address.includes('.'))
        .sort((a, b) => (a.address < b.address ? -1 : 1));
    t.same(await ipv4(), [
      { address: '10.0.0.1', device: 'v0', duplicate: false },
      { address: '10.0.0.2', device: 'v0', duplicate: false },
      { address: '10.1.0.1', device: 'v1', duplicate: false },
      { address: '127.0.0.1', device: 'lo', duplicate: false },
    ]);
    t.ok(
      (await listAddresses()).some(
        ({ address, device }) => address === 'fd000000000000000000000000000005' && device === 'v0',
      ),
    );
    for (let i = 1; i <= 200; i++) ip(`addr add 10.2.0.${i}/24 dev v0`);
    t.equal((await ipv4()).length, 204, 'more than fit at first');
  });

  t.test('an address that another machine has', async (t) => {
    ip('link add w0 type veth peer name w1');
    for (const device of ['w0', 'w1']) ip(`link set ${device} up`);
    ip('-6 addr add fd01::5/64 dev w1 nodad');
    ip('-6 addr add fd01::5/64 dev w0');
    let list = await listAddresses();
    const refresh = setInterval(async () => {
      list = await listAddresses();
    }, 50);
    t.teardown(() => clearInterval(refresh));
    await until('the duplicate to be noticed', () =>
      list.some(
        ({ address, device, duplicate }) =>
          address === 'fd010000000000000000000000000005' && device === 'w0' && duplicate,
      ),
    );
    t.pass('noticed');
  });
}
