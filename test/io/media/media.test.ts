import t from 'tap';
import type { MediumConfig } from '../../../src/config/types.js';
import { createKernelNews } from '../../../src/io/kernel-news.js';
import { openMedia } from '../../../src/io/media/table.js';
import type { Medium } from '../../../src/io/seams.js';
import { memoryLog } from '../../support/memory-log.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';
import { open, Peer } from './two-nodes.js';

const ucast = (device: string, host: string, port = 694): MediumConfig => ({ type: 'ucast', device, host, port });
const bcast = (device: string, port = 694): MediumConfig => ({ type: 'bcast', device, port });
const mcast = (device: string, port: number): MediumConfig => ({
  type: 'mcast',
  device,
  group: '239.0.0.42',
  port,
  ttl: 1,
  loop: false,
});

const three = (device: string, other: string): MediumConfig[] => [
  ucast(device, other),
  bcast(device),
  mcast(device, 694),
];
const opened = (peer: Peer) => () => ['ucast', 'bcast', 'mcast'].every((medium) => peer.isOpen(medium));

/** The peer's end of the pair. */
function setUp(peer: Peer, address: string): void {
  peer.ip(`addr add ${address} brd + dev v1`);
  peer.ip('link set v1 up');
}

if (ownNetwork(t, import.meta.url)) {
  t.test('two nodes over every medium', async (t) => {
    const peer = new Peer();
    t.teardown(() => peer.end());
    await until('the peer', () => peer.seen.length > 0);
    ip(`link add v0 type veth peer name v1 netns ${peer.pid}`);
    ip('addr add 10.0.0.1/24 brd + dev v0');
    ip('link set v0 up');
    setUp(peer, '10.0.0.2/24');
    const here = open(three('v0', '10.0.0.2'));
    t.teardown(here.close);
    peer.tell({ do: 'open', media: three('v1', '10.0.0.1') });
    await until('this side to open', here.isOpen);
    await until('the peer to open', opened(peer));
    t.same([...here.states].sort(), ['open: bcast v0', 'open: mcast v0 239.0.0.42:694', 'open: ucast v0 10.0.0.2:694']);

    for (const [i, medium] of here.media.entries()) medium.send(Buffer.from(`from here ${i}`));
    await until('three packets there', () => peer.packets('ucast').length + peer.packets('mcast').length >= 3);
    t.same(
      peer.packets('ucast').sort(),
      ['from here 0', 'from here 1'],
      'one socket for ucast and bcast, each packet once',
    );
    t.same(peer.packets('bcast'), [], 'the first medium of the interface received it already');
    t.same(peer.packets('mcast'), ['from here 2'], 'a group of its own');
    t.same(
      here.media.map(({ counters }) => counters.sent),
      [1, 1, 1],
    );

    peer.tell({ do: 'send', text: 'from there' });
    await until('three packets here', () => here.packets.filter((text) => text.endsWith('from there')).length >= 3);
    t.same(here.packets.filter((text) => text.endsWith('from there')).sort(), [
      'mcast from there',
      'ucast from there',
      'ucast from there',
    ]);
    t.equal(here.media[2]?.counters.received, 1);

    const large = 'x'.repeat(40_000);
    here.media[0]?.send(Buffer.from(large));
    await until('a large packet there', () => peer.packets('ucast').includes(large));
  });

  t.test('an interface that is not there, comes, loses its address, goes down, is replaced', async (t) => {
    const peer = new Peer();
    t.teardown(() => peer.end());
    await until('the peer', () => peer.seen.length > 0);
    const link = open([ucast('w0', '10.1.0.2'), bcast('w0'), mcast('w0', 7000)]);
    t.teardown(link.close);
    const last = () => link.states.slice(-3).map((text) => text.replace(/(ucast|bcast|mcast).*/, 'well'));
    const all = (text: string) => [text, text, text];
    const become = async (text: string) => {
      await until(text, () => JSON.stringify(last()) === JSON.stringify(all(text)));
      t.pass(text);
    };
    await become('failed: interface w0 does not exist');
    link.media[0]?.send(Buffer.from('lost'));
    t.equal(link.media[0]?.counters.sendErrors, 1, 'what cannot be sent is counted');

    const create = () => {
      ip(`link add w0 type veth peer name v1 netns ${peer.pid}`);
      ip('addr add 10.1.0.1/24 dev w0');
      ip('link set w0 up');
    };
    create();
    await become('open: well');
    ip('addr del 10.1.0.1/24 dev w0');
    await become('failed: interface w0 has no IPv4 address');
    ip('addr add 10.1.0.1/24 dev w0');
    await become('open: well');
    ip('link set w0 down');
    await become('failed: interface w0 is down');
    ip('link set w0 up');
    await become('open: well');
    ip('link del w0');
    await become('failed: interface w0 does not exist');
    create();
    await become('open: well');
    setUp(peer, '10.1.0.2/24');
    peer.tell({ do: 'open', media: [ucast('v1', '10.1.0.1'), bcast('v1'), mcast('v1', 7000)] });
    await until('the peer to open', opened(peer));
    for (const medium of link.media) medium.send(Buffer.from('again'));
    await until(
      'packets on the new interface',
      () => peer.packets('ucast').length === 2 && peer.packets('mcast').length === 1,
    );
    peer.tell({ do: 'send', text: 'back' });
    await until('packets from it', () => link.packets.filter((text) => text.endsWith('back')).length === 3);
  });

  t.test('a change of its interface is looked at when it is told', async (t) => {
    ip('link add news0 type veth peer name news1');
    t.teardown(() => ip('link del news0'));
    ip('addr add 10.3.0.1/24 brd + dev news0');
    ip('link set news0 up');
    const news = createKernelNews({ log: memoryLog() });
    t.teardown(() => news.close());
    const states: { readonly state: string; readonly atMs: number }[] = [];
    const [medium] = openMedia([bcast('news0')], () => ({
      onPacket: () => {},
      onState: (state) => states.push({ state, atMs: performance.now() }),
      onInterfaceChange: (device, call) =>
        news.subscribe({ onLink: (change) => void (change.device === device && call()) }),
    }));
    t.teardown(() => medium?.close());
    const last = () => states.at(-1)?.state;
    const waits: number[] = [];
    for (let round = 0; round < 5; round++) {
      await until('it is open', () => last() === 'open');
      const from = performance.now();
      ip('link set news0 down');
      await until('it has failed', () => last() === 'failed');
      waits.push((states.at(-1)?.atMs ?? 0) - from);
      ip('link set news0 up');
    }
    // Without the news the next look is a second after the last, which found it open just now.
    t.ok(Math.min(...waits) < 700, `told after ${waits.map(Math.round).join(' ')} ms`);
  });

  t.test('bcast alone hears the peer, and not itself', async (t) => {
    const peer = new Peer();
    t.teardown(() => peer.end());
    await until('the peer', () => peer.seen.length > 0);
    ip(`link add y0 type veth peer name v1 netns ${peer.pid}`);
    // Added without a broadcast address: it is computed from the prefix.
    ip('addr add 10.3.0.1/25 dev y0');
    ip('link set y0 up');
    setUp(peer, '10.3.0.2/25');
    const link = open([bcast('y0')]);
    t.teardown(link.close);
    peer.tell({ do: 'open', media: [bcast('v1')] });
    await until('both to open', () => link.isOpen() && peer.isOpen('bcast'));
    link.media[0]?.send(Buffer.from('hello'));
    await until('the packet at the peer', () => peer.packets('bcast').length > 0);
    t.same(peer.packets('bcast'), ['hello']);
    peer.tell({ do: 'send', text: 'back' });
    await until('an answer', () => link.packets.length > 0);
    t.same(link.packets, ['bcast back'], 'what was broadcast first did not come back');
  });

  t.test('two ucast lines on one interface', async (t) => {
    ip('link add x0 type veth peer name x1');
    ip('addr add 10.2.0.1/24 dev x0');
    ip('link set x0 up');
    ip('link set x1 up');
    const link = open([ucast('x0', '10.2.0.2', 700), ucast('x0', '10.2.0.3', 700)]);
    t.teardown(link.close);
    await until('both to open', link.isOpen);
    const [first, second] = link.media as [Medium, Medium];
    first.send(Buffer.from('one'));
    second.send(Buffer.from('two'));
    t.same([first.counters.sent, second.counters.sent], [1, 1], 'the kernel has the packets before send returns');
    first.close();
    first.send(Buffer.from('late'));
    t.equal(first.counters.sendErrors, 1, 'sending after close is counted, not thrown');
    second.send(Buffer.from('more'));
    t.equal(second.counters.sent, 2, 'closing one leaves the other working');
  });

  t.test('a peer that takes over the address this side had is heard', async (t) => {
    const peer = new Peer();
    t.teardown(() => peer.end());
    await until('the peer', () => peer.seen.length > 0);
    ip(`link add z0 type veth peer name v1 netns ${peer.pid}`);
    ip('addr add 10.4.0.1/24 dev z0');
    ip('link set z0 up');
    const link = open([ucast('z0', '10.4.0.1'), ucast('z0', '10.4.0.2')]);
    t.teardown(link.close);
    await until('both to open', link.isOpen);
    ip('addr del 10.4.0.1/24 dev z0');
    ip('addr add 10.4.0.3/24 dev z0');
    setUp(peer, '10.4.0.1/24');
    peer.tell({ do: 'open', media: [ucast('v1', '10.4.0.3')] });
    await until('the peer to open', () => peer.isOpen('ucast'));
    let told = 0;
    await until('a packet from there', () => {
      if (told++ % 20 === 0) peer.tell({ do: 'send', text: 'from there' });
      return link.packets.length > 0;
    });
    t.equal(link.packets[0], 'ucast from there');
  });

  t.test('a host by name', async (t) => {
    const link = open([ucast('lo', 'localhost', 701), ucast('lo', 'no-such-host.invalid', 701)]);
    t.teardown(link.close);
    await until('both to tell', () => link.states.length === 2);
    t.match([...link.states].sort(), [
      /^failed: no IPv4 address is known for host no-such-host.invalid \(E[A-Z_]+\)$/,
      /^open: ucast lo localhost:701$/,
    ]);
    link.media[0]?.send(Buffer.from('to myself'));
    await until('the packet', () => link.packets.length === 1);
    t.equal(link.packets[0], 'ucast to myself');
  });
}
