import t from 'tap';
import type { MediumConfig } from '../../../src/config/types.js';
import { ip, ownNetwork, until } from '../../support/own-network.js';
import { open, Peer } from './two-nodes.js';

const ucast6 = (device: string, host: string): MediumConfig => ({ type: 'ucast6', device, host, port: 694 });
const bcast = (device: string): MediumConfig => ({ type: 'bcast', device, port: 694 });
const mcast6 = (device: string, loop: boolean): MediumConfig => ({
  type: 'mcast6',
  device,
  group: 'ff02::4:2',
  port: 694,
  hops: 1,
  loop,
});

/** The link-local address in what `ip -6 addr` says. */
const linkLocal = (said: string) => /inet6 (fe80\S+)\//.exec(said)?.[1] ?? '';

if (ownNetwork(t, import.meta.url)) {
  t.test('two nodes by IPv6, beside IPv4 on the same port', async (t) => {
    const peer = new Peer();
    t.teardown(() => peer.end());
    await until('the peer', () => peer.seen.length > 0);
    ip(`link add v0 type veth peer name v1 netns ${peer.pid}`);
    for (const words of ['addr add 10.0.0.1/24 brd + dev v0', 'addr add fd00::1/64 dev v0', 'link set v0 up'])
      ip(words);
    for (const words of ['addr add 10.0.0.2/24 brd + dev v1', 'addr add fd00::2/64 dev v1', 'link set v1 up']) {
      peer.ip(words);
    }
    const here = open([ucast6('v0', 'fd00::2'), bcast('v0'), mcast6('v0', true)]);
    t.teardown(here.close);
    peer.tell({ do: 'open', media: [ucast6('v1', 'fd00::1'), bcast('v1'), mcast6('v1', false)] });
    // An address that is still checked for a duplicate cannot be used yet.
    await until('this side to open', here.isOpen);
    await until('the peer to open', () => ['ucast6', 'bcast', 'mcast6'].every((medium) => peer.isOpen(medium)));
    const last = here.states.filter((text) => text.startsWith('open')).sort();
    t.same(last, ['open: bcast v0', 'open: mcast6 v0 [ff02::4:2]:694', 'open: ucast6 v0 [fd00::2]:694']);

    for (const [i, medium] of here.media.entries()) medium.send(Buffer.from(`from here ${i}`));
    const there = () => ['ucast6', 'bcast', 'mcast6'].map((medium) => peer.packets(medium));
    await until('three packets there', () => there().flat().length >= 3);
    t.same(there(), [['from here 0'], ['from here 1'], ['from here 2']], 'each by its own way, once');
    peer.tell({ do: 'send', text: 'from there' });
    await until('three packets here', () => here.packets.length >= 3);
    t.same([...here.packets].sort(), ['bcast from there', 'mcast6 from there', 'ucast6 from there']);
    t.equal(here.media[2]?.counters.received, 1, 'what this side sent to the group did not come back');
  });

  t.test('a link-local address is one of the interface', async (t) => {
    const peer = new Peer();
    t.teardown(() => peer.end());
    await until('the peer', () => peer.seen.length > 0);
    ip(`link add w0 type veth peer name v1 netns ${peer.pid}`);
    ip('link set w0 up');
    peer.ip('link set v1 up');
    peer.tell({ do: 'open', media: [mcast6('v1', false), ucast6('v1', linkLocal(ip('-6 addr show dev w0')))] });
    const there = await until('the address of the peer', () => linkLocal(peer.ip('-6 addr show dev v1')));
    const link = open([ucast6('w0', there)]);
    t.teardown(link.close);
    await until('both to open', () => link.isOpen() && peer.isOpen('ucast6'));
    link.media[0]?.send(Buffer.from('hello'));
    await until('the packet at the peer', () => peer.packets('ucast6').length > 0);
    peer.tell({ do: 'send', text: 'back' });
    await until('an answer', () => link.packets.length > 0);
    t.same(link.packets, ['ucast6 back']);
  });

  t.test('an interface without IPv6, and with it', async (t) => {
    ip('link add x0 type veth peer name x1');
    ip('link set x0 addrgenmode none up');
    ip('link set x1 up');
    const link = open([ucast6('x0', 'fd01::2'), mcast6('x0', false)]);
    t.teardown(link.close);
    await until('both to tell', () => link.states.length === 2);
    t.same(link.states, Array(2).fill('failed: interface x0 has no IPv6 address'));
    ip('addr add fd01::1/64 dev x0 nodad');
    await until('both to open', link.isOpen);
    ip('link del x0');
    await until('both to fail', () => link.states.slice(-2).every((text) => text.startsWith('failed')));
    t.same(link.states.slice(-2), Array(2).fill('failed: interface x0 does not exist'));
  });

  t.test('a host by name', async (t) => {
    const link = open([ucast6('lo', 'no-such-host.invalid')]);
    t.teardown(link.close);
    await until('it to tell', () => link.states.length === 1);
    t.match(link.states[0], /^failed: no IPv6 address is known for host no-such-host.invalid \(E[A-Z_]+\)$/);
  });
}
