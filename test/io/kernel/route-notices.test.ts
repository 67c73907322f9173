import { execFileSync } from 'node:child_process';
import { endianness } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { type RouteNotice, readRouteNotices } from '../../../src/io/kernel/route-notices.js';
import { openRouteSocket } from '../../../src/io/kernel/route-socket.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';

const little = endianness() === 'LE';

/** A message as the kernel writes it, in the machine's order of bytes. */
function message(type: number, sender: number, body: Buffer, attributes: readonly [number, Buffer][]): Buffer {
  const parts = attributes.map(([kind, value]) => {
    const padded = Buffer.alloc((value.length + 3) & ~3);
    value.copy(padded);
    return Buffer.concat([numbers([2, value.length + 4], [2, kind]), padded]);
  });
  const rest = Buffer.concat([body, ...parts]);
  return Buffer.concat([numbers([4, rest.length + 16], [2, type], [2, 0], [4, 1], [4, sender]), rest]);
}

function numbers(...fields: [size: 1 | 2 | 4, value: number][]): Buffer {
  return Buffer.concat(
    fields.map(([size, value]) => {
      const bytes = Buffer.alloc(size);
      if (little) bytes.writeUIntLE(value, 0, size);
      else bytes.writeUIntBE(value, 0, size);
      return bytes;
    }),
  );
}

const [deleted, link] = [21, 16];
/** Of interface 3: family, prefix, flags, scope, index. */
const addressBody = (family: number) => numbers([1, family], [1, 24], [1, 0x80], [1, 0], [4, 3]);
/** Label and cache information, which do not matter, between and behind. */
const ipv4Gone = (sender: number) =>
  message(deleted, sender, addressBody(2), [
    [1, Buffer.from([10, 0, 0, 254])],
    [3, Buffer.from('v0\0')],
    [2, Buffer.from([10, 0, 0, 1])],
    [6, Buffer.alloc(16, 0xff)],
  ]);

t.test('what cannot be read is left out', async (t) => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(15),
    Buffer.alloc(16),
    Buffer.alloc(200),
    Buffer.alloc(64, 0xff),
  ]) {
    t.same(readRouteNotices(bytes), []);
  }
  const whole = ipv4Gone(7);
  const cut = Array.from(whole, (_, length) => readRouteNotices(whole.subarray(0, length)));
  t.same(cut.flat(), []);
  const six = message(deleted, 7, addressBody(10), [[1, Buffer.from([10, 0, 0, 1])]]);
  t.same(readRouteNotices(six), [], 'four bytes are no IPv6 address');
  t.same(readRouteNotices(message(20, 7, addressBody(2), [])), [], 'a new address');
});

t.test('a deleted address', async (t) => {
  const notice = { kind: 'address', address: '10.0.0.1', index: 3, process: 4194 };
  t.same(readRouteNotices(ipv4Gone(4194)), [notice]);
  t.same(readRouteNotices(Buffer.concat([ipv4Gone(4194), ipv4Gone(4194)])), [notice, notice]);
  const second = readRouteNotices(ipv4Gone(0xffffe123));
  t.same(second, [{ ...notice, process: 0 }], 'a second socket of a process does not tell which it is');
  const bytes = Buffer.from('fd000000000000000000000000000005', 'hex');
  t.same(readRouteNotices(message(deleted, 0, addressBody(10), [[1, bytes]])), [
    { kind: 'address', address: bytes.toString('hex'), index: 3, process: 0 },
  ]);
});

t.test('an interface that changes', async (t) => {
  const of = (type: number, family: number, flags: number) =>
    readRouteNotices(
      message(type, 0, numbers([1, family], [1, 0], [2, 1], [4, 3], [4, flags], [4, 0]), [
        [13, Buffer.alloc(4)],
        [3, Buffer.from('eth0\0')],
      ]),
    );
  t.same(of(link, 0, 0x1043), [{ kind: 'link', device: 'eth0', there: true, up: true, running: true }]);
  t.same(of(link, 0, 0x1003), [{ kind: 'link', device: 'eth0', there: true, up: true, running: false }]);
  t.same(of(17, 0, 0x1002), [{ kind: 'link', device: 'eth0', there: false, up: false, running: false }]);
  t.same(of(17, 7, 0x1002), [], 'it has left a bridge, and is still there');
});

if (ownNetwork(t, import.meta.url)) {
  t.test('what the kernel tells', async (t) => {
    ip('link add v0 type veth peer name v1');
    ip('link set v0 up');
    ip('link set v1 up');
    ip('addr add 10.0.0.1/24 dev v0');
    ip('-6 addr add fd00::5/64 dev v0 nodad');
    const told: RouteNotice[] = [];
    const errors: string[] = [];
    const socket = openRouteSocket({
      onNotice: (notice) => told.push(notice),
      onOverrun: () => errors.push('overrun'),
      onError: ({ message }) => errors.push(message),
    });
    t.teardown(() => socket.close());
    const gone = (address: string) =>
      until(`${address} is gone`, () => told.find((one) => one.kind === 'address' && one.address === address));
    ip('addr add 10.0.0.2/24 dev v0');
    ip('addr del 10.0.0.1/24 dev v0');
    t.match(await gone('10.0.0.1'), { process: Number });
    ip('-6 addr del fd00::5/64 dev v0');
    await gone('fd000000000000000000000000000005');
    ip('link set v1 down');
    await until('v0 has no carrier', () =>
      told.find((one) => one.kind === 'link' && one.device === 'v0' && one.up && !one.running),
    );
    ip('link set v0 down');
    await until('v0 is down', () => told.find((one) => one.kind === 'link' && one.device === 'v0' && !one.up));
    ip('link del v0');
    await until('v0 is gone', () => told.find((one) => one.kind === 'link' && one.device === 'v0' && !one.there));
    t.same(errors, []);
  });

  t.test('more than there is room for is told as such, and listening goes on', async (t) => {
    ip('link add d0 type veth peer name d1');
    const told: RouteNotice[] = [];
    let overruns = 0;
    const socket = openRouteSocket({
      onNotice: (notice) => told.push(notice),
      onOverrun: () => {
        overruns += 1;
      },
      onError: ({ message }) => t.fail(message),
    });
    t.teardown(() => socket.close());
    // Nothing is read meanwhile: `ip` is waited for.
    const add = Array.from({ length: 4000 }, (_, i) => `addr add 10.${1 + (i >> 8)}.${i & 255}.1/32 dev d0`);
    const del = add.map((line) => line.replace(' add ', ' del '));
    for (let round = 0; round < 2; round++) {
      execFileSync('ip', ['-batch', '-'], { input: [...add, ...del].join('\n') });
    }
    await until('an overrun', () => overruns > 0);
    // Until it is read empty, more may be lost.
    for (let known = -1; told.length > known; await sleep(200)) known = told.length;
    ip('addr add 10.0.0.9/24 dev d0');
    ip('addr del 10.0.0.9/24 dev d0');
    await until('news after it', () => told.some((one) => one.kind === 'address' && one.address === '10.0.0.9'));
  });
}
