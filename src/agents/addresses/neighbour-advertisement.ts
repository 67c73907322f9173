/** Unsolicited neighbour advertisements (RFC 4861 sections 4.4 and 7.2.6) as Ethernet frames. Pure. */

export const ipv6EtherType = 0x86dd;

const icmpv6 = 58;
const advertisement = 136;
const routerFlag = 0x80;
const overrideFlag = 0x20;
const targetLinkLayerAddress = 2;
/** Header 24 bytes, option 8. */
const messageBytes = 32;

/**
 * Tells every node of the link that `address` (16 bytes) is at `mac` (6 bytes), overriding what they have cached.
 * `router` says whether this machine forwards: without that flag hosts would drop the address from their list of
 * routers.
 */
export function neighbourAdvertisement(mac: Uint8Array, address: Uint8Array, router: boolean): Buffer {
  const frame = Buffer.alloc(14 + 40 + messageBytes);
  // All nodes, ff02::1, and its Ethernet group (RFC 2464 section 7).
  frame.set([0x33, 0x33, 0, 0, 0, 1], 0);
  frame.set(mac, 6);
  frame.writeUInt16BE(ipv6EtherType, 12);
  const packet = frame.subarray(14);
  packet[0] = 0x60;
  packet.writeUInt16BE(messageBytes, 4);
  packet[6] = icmpv6;
  packet[7] = 255;
  packet.set(address, 8);
  packet.set([0xff, 0x02], 24);
  packet[39] = 1;
  const message = packet.subarray(40);
  message[0] = advertisement;
  message[4] = overrideFlag | (router ? routerFlag : 0);
  message.set(address, 8);
  message.set([targetLinkLayerAddress, 1], 24);
  message.set(mac, 26);
  message.writeUInt16BE(checksum(packet), 2);
  return frame;
}

/**
 * Who says in a frame that it has which address; null for anything but a neighbour advertisement that names a hardware
 * address. Its checksum is the kernel's business, which reads the same packet.
 */
export function readNeighbourAdvertisement(
  frame: Buffer,
): { readonly address: Uint8Array; readonly mac: Uint8Array } | null {
  if (frame.length < 14 + 40 + messageBytes || frame.readUInt16BE(12) !== ipv6EtherType) return null;
  const packet = frame.subarray(14);
  if (packet[6] !== icmpv6 || packet[7] !== 255 || packet[40] !== advertisement) return null;
  const message = packet.subarray(40, 40 + packet.readUInt16BE(4));
  // Options: type, length in units of eight bytes, content (RFC 4861 section 4.6).
  for (let at = 24; at + 8 <= message.length; at += 8 * Math.max(1, message[at + 1] ?? 1)) {
    if (message[at] !== targetLinkLayerAddress) continue;
    return {
      address: Uint8Array.from(message.subarray(8, 24)),
      mac: Uint8Array.from(message.subarray(at + 2, at + 8)),
    };
  }
  return null;
}

/**
 * The ICMPv6 checksum (RFC 4443 section 2.3) of an IPv6 packet without extension headers, whose checksum field is
 * zero.
 */
export function checksum(packet: Buffer): number {
  const length = packet.readUInt16BE(4);
  // The pseudo-header: both addresses, the length, the next header.
  let sum = length + icmpv6;
  for (let i = 8; i < 40; i += 2) sum += packet.readUInt16BE(i);
  const message = packet.subarray(40, 40 + length);
  for (let i = 0; i + 1 < length; i += 2) sum += message.readUInt16BE(i);
  if (length % 2 === 1) sum += (message[length - 1] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
