/** Socket addresses as the kernel's structures. Pure. */
import { addressBytes } from '../../agents/addresses/bytes.js';
import { AF_INET, AF_INET6, AF_PACKET } from './libc.js';

/** The four bytes of a dotted IPv4 address. The text must be valid (net.isIPv4). */
export function ipv4Bytes(address: string): Uint8Array {
  return Uint8Array.from(address.split('.'), Number);
}

/** Four bytes as a dotted IPv4 address. */
export function ipv4Text(bytes: Uint8Array): string {
  return bytes.join('.');
}

/** struct sockaddr_in. */
export function internetAddress(address: string, port: number): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(ipv4Bytes(address), 4);
  return bytes;
}

/** Sixteen bytes as an IPv6 address, eight groups without `::`. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}

/**
 * struct sockaddr_in6. The interface's index is the scope, which the kernel reads of addresses that mean nothing
 * without one (link-local, multicast) and of no others.
 */
export function internet6Address(address: string, port: number, interfaceIndex: number): Uint8Array {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(addressBytes(address), 8);
  bytes.writeUInt32LE(interfaceIndex, 24);
  return bytes;
}

/** struct ipv6_mreq: a multicast group on an interface. */
export function multicast6Request(group: string, interfaceIndex: number): Uint8Array {
  const bytes = Buffer.alloc(20);
  bytes.set(addressBytes(group), 0);
  bytes.writeInt32LE(interfaceIndex, 16);
  return bytes;
}

/** struct ip_mreqn: a multicast group on an interface, or (group 0.0.0.0) just the interface. */
export function multicastRequest(group: string, interfaceIndex: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.set(ipv4Bytes(group), 0);
  bytes.writeInt32LE(interfaceIndex, 8);
  return bytes;
}

/** struct sockaddr_ll: where a packet socket sends a frame. `etherType` as in the frame (0x0806 = ARP). */
export function linkAddress(interfaceIndex: number, etherType: number): Uint8Array {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16LE(AF_PACKET, 0);
  bytes.writeUInt16BE(etherType, 2);
  bytes.writeInt32LE(interfaceIndex, 4);
  return bytes;
}
