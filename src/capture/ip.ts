/** From an IP packet to what it carries. RFC 791, RFC 8200. */
import { parseIPv6 } from '../config/ip.js';
import type { NetworkPacket } from './link-layer.js';

/** One part of a datagram that did not fit into one packet. */
export interface Fragment {
  /** Same for all fragments of a datagram. */
  readonly id: number;
  /** Where its payload belongs, in bytes. */
  readonly start: number;
  /** More fragments follow behind it. */
  readonly more: boolean;
}

export interface IpPacket {
  readonly from: string;
  readonly to: string;
  /** 1 ICMP, 17 UDP, 58 ICMPv6. */
  readonly protocol: number;
  readonly payload: Buffer;
  /** Less was captured than was sent. */
  readonly cut: boolean;
  readonly fragment: Fragment | null;
}

/** Reads the header; null when it is damaged or cut off. */
export function ipPacket({ family, bytes }: Pick<NetworkPacket, 'family' | 'bytes'>): IpPacket | null {
  return family === 4 ? readIPv4(bytes) : readIPv6(bytes);
}

function readIPv4(bytes: Buffer): IpPacket | null {
  const headerBytes = ((bytes[0] ?? 0) % 16) * 4;
  if (headerBytes < 20 || bytes.length < headerBytes) return null;
  // Captured before the network card cut it into segments a packet says that it has no length.
  const length = bytes.readUInt16BE(2) || bytes.length;
  if (length < headerBytes) return null;
  const flags = bytes.readUInt16BE(6);
  const start = (flags & 0x1fff) * 8;
  const more = (flags & 0x2000) !== 0;
  return {
    from: textOfIPv4(bytes, 12),
    to: textOfIPv4(bytes, 16),
    protocol: bytes.readUInt8(9),
    payload: bytes.subarray(headerBytes, length),
    cut: bytes.length < length,
    fragment: start > 0 || more ? { id: bytes.readUInt16BE(4), start, more } : null,
  };
}

const ipv6HeaderBytes = 40;
const fragmentHeader = 44;
/** Hop-by-hop options, routing, destination options: all with their length in the second byte. */
const optionHeaders = new Set([0, 43, 60]);
const headersMax = 8;

function readIPv6(bytes: Buffer): IpPacket | null {
  if (bytes.length < ipv6HeaderBytes) return null;
  const length = ipv6HeaderBytes + bytes.readUInt16BE(4);
  const whole = bytes.subarray(0, length);
  let protocol = bytes.readUInt8(6);
  let at = ipv6HeaderBytes;
  let fragment: Fragment | null = null;
  for (let count = 0; optionHeaders.has(protocol) || protocol === fragmentHeader; count++) {
    if (count === headersMax || whole.length < at + 8) return null;
    const next = whole.readUInt8(at);
    if (protocol === fragmentHeader) {
      const place = whole.readUInt16BE(at + 2);
      fragment = { id: whole.readUInt32BE(at + 4), start: place & 0xfff8, more: (place & 1) !== 0 };
      at += 8;
    } else at += (whole.readUInt8(at + 1) + 1) * 8;
    protocol = next;
    // Only the first fragment has what stands behind the headers.
    if (fragment !== null && fragment.start > 0) break;
  }
  if (at > whole.length) return null;
  // A fragment that is the only one is a whole datagram.
  if (fragment?.start === 0 && !fragment.more) fragment = null;
  const payload = whole.subarray(at);
  return {
    from: textOfIPv6(bytes, 8),
    to: textOfIPv6(bytes, 24),
    protocol,
    payload,
    cut: bytes.length < length,
    fragment,
  };
}

function textOfIPv4(bytes: Buffer, at: number): string {
  return bytes.subarray(at, at + 4).join('.');
}

function textOfIPv6(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(at + index * 2).toString(16));
  const result = parseIPv6(groups.join(':'));
  return result.ok ? result.value : groups.join(':');
}
