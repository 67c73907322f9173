/** Neighbour solicitations (RFC 4861 section 4.3) as Ethernet frames. Pure. */
import { checksum, ipv6EtherType } from './neighbour-advertisement.js';

const icmpv6 = 58;
const solicitation = 135;
const sourceLinkLayerAddress = 1;

/**
 * Asks the link who has `address` (16 bytes). From an address of this machine (`source`) the answer comes to this machine
 * alone. Without one it is the question of duplicate address detection, which whoever has the address must answer to all
 * nodes of the link, overriding what they have cached (RFC 4861 section 7.2.4); one that is not sure of the address yet would
 * give it up at that.
 */
export function neighbourSolicitation(mac: Uint8Array, address: Uint8Array, source: Uint8Array | null): Buffer {
  const messageBytes = source === null ? 24 : 32;
  const frame = Buffer.alloc(14 + 40 + messageBytes);
  const group = address.subarray(13);
  // The solicited-node group of the address, ff02::1:ffXX:XXXX, and its Ethernet group (RFC 2464 section 7).
  frame.set([0x33, 0x33, 0xff, ...group], 0);
  frame.set(mac, 6);
  frame.writeUInt16BE(ipv6EtherType, 12);
  const packet = frame.subarray(14);
  packet[0] = 0x60;
  packet.writeUInt16BE(messageBytes, 4);
  packet[6] = icmpv6;
  packet[7] = 255;
  if (source !== null) packet.set(source, 8);
  packet.set([0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, ...group], 24);
  const message = packet.subarray(40);
  message[0] = solicitation;
  message.set(address, 8);
  if (source !== null) {
    message.set([sourceLinkLayerAddress, 1], 24);
    message.set(mac, 26);
  }
  message.writeUInt16BE(checksum(packet), 2);
  return frame;
}
