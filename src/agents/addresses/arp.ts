/** Gratuitous ARP (RFC 826; announcement: RFC 5227 section 2.3) as Ethernet frames. Pure. */

export const arpEtherType = 0x0806;

const ethernet = 1;
const ipv4 = 0x0800;

/**
 * Tells every neighbour that `address` (4 bytes) is at `mac` (6 bytes). Switches and neighbours differ in which form
 * they heed, so both are sent: a request for the own address, and a reply that nobody asked for. In the reply the
 * target is the sender itself (RFC 5944 section 4.6); in the request the target's hardware address is unknown, so
 * zero.
 */
export function gratuitousArp(form: 'request' | 'reply', mac: Uint8Array, address: Uint8Array): Buffer {
  const frame = Buffer.alloc(42);
  frame.fill(0xff, 0, 6);
  frame.set(mac, 6);
  frame.writeUInt16BE(arpEtherType, 12);
  frame.writeUInt16BE(ethernet, 14);
  frame.writeUInt16BE(ipv4, 16);
  frame[18] = 6;
  frame[19] = 4;
  frame.writeUInt16BE(form === 'request' ? 1 : 2, 20);
  frame.set(mac, 22);
  frame.set(address, 28);
  if (form === 'reply') frame.set(mac, 32);
  frame.set(address, 38);
  return frame;
}
