/** What the kernel tells of interfaces and addresses (rtnetlink(7)), read from its messages. Pure. */
import { endianness } from 'node:os';
import { ipv4Text } from './sockaddr.js';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_DELADDR = 21;
const [headerSize, addressSize, linkSize, attributeHead] = [16, 8, 16, 4];
const [AF_UNSPEC, AF_INET, AF_INET6] = [0, 2, 10];
const [IFA_ADDRESS, IFA_LOCAL, IFLA_IFNAME] = [1, 2, 3];
const [IFF_UP, IFF_RUNNING] = [0x1, 0x40];

/** An address was taken from an interface. */
export interface AddressGone {
  readonly kind: 'address';
  /** IPv4 in dotted form, IPv6 as 32 hexadecimal digits: as in a ListedAddress. */
  readonly address: string;
  /** The kernel's number of the interface. */
  readonly index: number;
  /** The process that asked for it, as far as its socket tells; 0 = not known, or the kernel itself. */
  readonly process: number;
}

/** An interface is new, has changed or has gone. */
export interface LinkChange {
  readonly kind: 'link';
  readonly device: string;
  readonly there: boolean;
  /** Switched on by the administrator. */
  readonly up: boolean;
  /** Has a carrier. */
  readonly running: boolean;
}

export type RouteNotice = AddressGone | LinkChange;

/** The messages of one datagram that matter here. What cannot be read is left out. */
export function readRouteNotices(bytes: Buffer): RouteNotice[] {
  const found: RouteNotice[] = [];
  for (let at = 0; at + headerSize <= bytes.length; ) {
    const length = read32(bytes, at);
    if (length < headerSize || at + length > bytes.length) break;
    const notice = readMessage(bytes.subarray(at, at + length));
    if (notice !== null) found.push(notice);
    at += align(length);
  }
  return found;
}

function readMessage(message: Buffer): RouteNotice | null {
  const type = read16(message, 4);
  if (type === RTM_DELADDR) return readAddressGone(message);
  return type === RTM_NEWLINK || type === RTM_DELLINK ? readLinkChange(message, type === RTM_NEWLINK) : null;
}

/** struct ifaddrmsg. IFA_ADDRESS is the other end of a point-to-point address, IFA_LOCAL always this one. */
function readAddressGone(message: Buffer): AddressGone | null {
  if (message.length < headerSize + addressSize) return null;
  const family = message[headerSize];
  const attributes = readAttributes(message.subarray(headerSize + addressSize));
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  const size = family === AF_INET ? 4 : family === AF_INET6 ? 16 : null;
  if (bytes === undefined || bytes.length !== size) return null;
  const address = size === 4 ? ipv4Text(bytes) : bytes.toString('hex');
  // A process's first socket has its number; those of further ones are beyond all process numbers.
  const sender = read32(message, 12);
  return {
    kind: 'address',
    address,
    index: read32(message, headerSize + 4),
    process: sender < 0x80000000 ? sender : 0,
  };
}

/** struct ifinfomsg. Messages of other families than none tell of a bridge's ports, not of the interface. */
function readLinkChange(message: Buffer, there: boolean): LinkChange | null {
  if (message.length < headerSize + linkSize || message[headerSize] !== AF_UNSPEC) return null;
  const name = readAttributes(message.subarray(headerSize + linkSize)).get(IFLA_IFNAME);
  if (name === undefined) return null;
  const flags = read32(message, headerSize + 8);
  const device = name.toString('latin1').replace(/\0.*$/s, '');
  return { kind: 'link', device, there, up: (flags & IFF_UP) !== 0, running: (flags & IFF_RUNNING) !== 0 };
}

/** struct rtattr after struct rtattr, by type. */
function readAttributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + attributeHead <= bytes.length; ) {
    const length = read16(bytes, at);
    if (length < attributeHead || at + length > bytes.length) break;
    found.set(read16(bytes, at + 2), bytes.subarray(at + attributeHead, at + length));
    at += align(length);
  }
  return found;
}

const little = endianness() === 'LE';
const align = (length: number): number => (length + 3) & ~3;
const read16 = (bytes: Buffer, at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
const read32 = (bytes: Buffer, at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
