/** What the kernel says of a network interface, by ioctl (netdevice(7)). */
import {
  AF_INET,
  AF_INET6,
  bindToDevice,
  closeFd,
  interfaceIndex,
  ioctl,
  ioctlAside,
  openSocket,
  SOCK_DGRAM,
  sourceFor,
} from './libc.js';
import { internet6Address, internetAddress, ipv4Bytes, ipv4Text, ipv6Text } from './sockaddr.js';

const SIOCGIFFLAGS = 0x8913;
const SIOCGIFADDR = 0x8915;
const SIOCGIFBRDADDR = 0x8919;
const SIOCGIFNETMASK = 0x891b;
const SIOCGIFHWADDR = 0x8927;
const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;
const ARPHRD_ETHER = 1;
/** Bytes of an interface's name with its closing zero (IFNAMSIZ). */
const nameSize = 16;

/** An interface that exists. */
export interface InterfaceState {
  readonly index: number;
  /** Switched on by the administrator. */
  readonly up: boolean;
  /** Has a carrier. */
  readonly running: boolean;
}

/** An interface's own address, and the one that reaches everybody on its network. */
export interface InterfaceAddress {
  readonly address: string;
  /** IPv4: the broadcast address. IPv6: all nodes of the link (ff02::1). */
  readonly broadcast: string;
}

/** struct ifreq for `device`, or null for a name that no interface can have. */
function request(device: string): Buffer | null {
  if (device.length === 0 || Buffer.byteLength(device) >= nameSize) return null;
  const bytes = Buffer.alloc(40);
  bytes.write(device);
  return bytes;
}

function withSocket<T>(use: (fd: number) => T): T {
  const fd = openSocket(AF_INET, SOCK_DGRAM, 0);
  try {
    return use(fd);
  } finally {
    closeFd(fd);
  }
}

/** Index and flags, or null when there is no such interface. Quick: needs none of the kernel's configuration locks. */
export function interfaceState(device: string): InterfaceState | null {
  const ifreq = request(device);
  const index = ifreq === null ? 0 : interfaceIndex(device);
  if (ifreq === null || index === 0) return null;
  if (withSocket((fd) => ioctl(fd, SIOCGIFFLAGS, ifreq)) !== 0) return null;
  const flags = ifreq.readUInt16LE(nameSize);
  return { index, up: (flags & IFF_UP) !== 0, running: (flags & IFF_RUNNING) !== 0 };
}

/** The Ethernet address, or null for an interface that has none (loopback, tunnels) or is not there. */
export function ethernetAddress(device: string): Uint8Array | null {
  const ifreq = request(device);
  if (ifreq === null || withSocket((fd) => ioctl(fd, SIOCGIFHWADDR, ifreq)) !== 0) return null;
  if (ifreq.readUInt16LE(nameSize) !== ARPHRD_ETHER) return null;
  return Uint8Array.from(ifreq.subarray(nameSize + 2, nameSize + 8));
}

/** All hosts of a link: reached through the bound interface whatever the routes are. */
const allHosts = internetAddress('224.0.0.1', 9);

/**
 * The IPv4 address that packets sent out of the interface carry, or null: its first one, or, if it has none, that of
 * another interface. Quick, and without the lock that `interfaceAddress` waits for: whether an address is still there
 * can be asked often.
 */
export function outgoingAddress(device: string): string | null {
  return withSocket((fd) => {
    bindToDevice(fd, device);
    const source = sourceFor(fd, allHosts);
    return source === null ? null : ipv4Text(source.subarray(4, 8));
  });
}

const allNodes = 'ff02::1';

/**
 * The IPv6 address that packets to all nodes of the interface's network carry, which is its link-local one when there is
 * one. Null when it has none, or none that is past its duplicate check. Takes no lock.
 */
export function interfaceAddress6(device: string): InterfaceAddress | null {
  const index = interfaceIndex(device);
  if (index === 0) return null;
  const fd = openSocket(AF_INET6, SOCK_DGRAM, 0);
  try {
    bindToDevice(fd, device);
    const source = sourceFor(fd, internet6Address(allNodes, 9, index));
    return source === null ? null : { address: ipv6Text(source.subarray(8, 24)), broadcast: allNodes };
  } finally {
    closeFd(fd);
  }
}

const addressRequests = [SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR] as const;

/** The IPv4 address out of the struct sockaddr_in that a request filled. */
function answer(ifreq: Buffer): string {
  return ipv4Text(ifreq.subarray(nameSize + 4, nameSize + 8));
}

/**
 * The interface's first IPv4 address with its network's broadcast address, or null when it has none. These requests
 * wait for the kernel's configuration lock (RTNL), which a resetting network card can hold for seconds: at start-up
 * only.
 */
export function interfaceAddressNow(device: string): InterfaceAddress | null {
  const asked = addressRequests.map((number) => ({ number, ifreq: request(device) }));
  return withSocket((fd) => {
    for (const { number, ifreq } of asked) if (ifreq === null || ioctl(fd, number, ifreq) !== 0) return null;
    return combine(asked.map(({ ifreq }) => answer(ifreq as Buffer)));
  });
}

/** The same, waiting on another thread. */
export async function interfaceAddress(device: string): Promise<InterfaceAddress | null> {
  const fd = openSocket(AF_INET, SOCK_DGRAM, 0);
  try {
    const answers: string[] = [];
    for (const number of addressRequests) {
      const ifreq = request(device);
      if (ifreq === null || (await ioctlAside(fd, number, ifreq)) !== 0) return null;
      answers.push(answer(ifreq));
    }
    return combine(answers);
  } finally {
    closeFd(fd);
  }
}

function combine([address = '', netmask = '', broadcast = '']: readonly string[]): InterfaceAddress {
  return { address, broadcast: broadcastAddress(address, netmask, broadcast) };
}

/**
 * The broadcast address to send to: the one that is set on the interface, else (an address added without one) the last
 * of its network; for a network of one or two addresses, which has none, the limited broadcast.
 */
export function broadcastAddress(address: string, netmask: string, set: string): string {
  const mask = ipv4Bytes(netmask);
  if ((mask[3] ?? 0) >= 254) return '255.255.255.255';
  if (set !== '0.0.0.0' && set !== address) return set;
  return ipv4Text(ipv4Bytes(address).map((byte, i) => byte | (~(mask[i] ?? 0) & 255)));
}
