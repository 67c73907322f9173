/** Every address of every interface, without starting a process. */
import { readFile } from 'node:fs/promises';
import { AF_INET, addressOf, closeFd, describeErrno, ioctlAside, openSocket, pointerSize, SOCK_DGRAM } from './libc.js';
import { ipv4Text } from './sockaddr.js';

const SIOCGIFCONF = 0x8912;
const nameSize = 16;
/** struct ifreq: the name, then a union that holds pointers. */
const requestSize = nameSize + (pointerSize === 8 ? 24 : 16);
const IFA_F_DADFAILED = 0x08;

/** An address that an interface has, be the interface up or not. */
export interface ListedAddress {
  /** IPv4 in dotted form, IPv6 as 32 hexadecimal digits. */
  readonly address: string;
  readonly device: string;
  /** Duplicate address detection found another owner (IPv6). */
  readonly duplicate: boolean;
}

/**
 * Lists all addresses of the machine. (os.networkInterfaces leaves out interfaces without a carrier, whose addresses
 * are there all the same.) Rejects with a plain sentence.
 */
export async function listAddresses(): Promise<ListedAddress[]> {
  const [ipv4, ipv6] = await Promise.all([listIpv4(), readFile('/proc/net/if_inet6', 'utf8').catch(withoutIpv6)]);
  return [...readIfconf(ipv4), ...readIfInet6(ipv6)];
}

/** A kernel without IPv6 has no such file, and no such address. */
function withoutIpv6(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

/** The kernel's list of struct ifreq. Asked on another thread: it waits for the configuration lock. */
async function listIpv4(): Promise<Buffer> {
  const fd = openSocket(AF_INET, SOCK_DGRAM, 0);
  try {
    // With room for addresses that come up meanwhile; a list that fills its room may not be whole.
    for (let room = 64 * requestSize; ; room *= 4) {
      const list = Buffer.alloc(room);
      const ifconf = Buffer.alloc(2 * pointerSize);
      ifconf.writeInt32LE(room, 0);
      if (pointerSize === 8) ifconf.writeBigUInt64LE(addressOf(list), 8);
      else ifconf.writeUInt32LE(Number(addressOf(list)), 4);
      const errno = await ioctlAside(fd, SIOCGIFCONF, ifconf);
      if (errno !== 0) throw new Error(`cannot list the addresses: ${describeErrno(errno).text}`);
      const length = ifconf.readInt32LE(0);
      if (length + requestSize <= room) return list.subarray(0, length);
    }
  } finally {
    closeFd(fd);
  }
}

/**
 * Reads an array of struct ifreq. The name is the address's label: the interface, with `:something` behind it for an
 * alias.
 */
export function readIfconf(list: Buffer): ListedAddress[] {
  const found: ListedAddress[] = [];
  for (let at = 0; at + requestSize <= list.length; at += requestSize) {
    const name = list.toString('latin1', at, at + nameSize).replace(/[:\0].*$/s, '');
    const address = ipv4Text(list.subarray(at + nameSize + 4, at + nameSize + 8));
    found.push({ address, device: name, duplicate: false });
  }
  return found;
}

/** Reads /proc/net/if_inet6: address, index, prefix, scope, flags (all hexadecimal) and interface. */
export function readIfInet6(text: string): ListedAddress[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length >= 6)
    .map(([address = '', , , , flags = '0', device = '']) => ({
      address,
      device,
      duplicate: (Number.parseInt(flags, 16) & IFA_F_DADFAILED) !== 0,
    }));
}
