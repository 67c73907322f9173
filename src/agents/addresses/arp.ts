/** ARP (RFC 826; announcements and probes: RFC 5227) as Ethernet frames. Pure. */

export const arpEtherType = 0x0806;

const ethernet = 1;
const ipv4 = 0x0800;
const [request, reply] = [1, 2];
const frameBytes = 42;

interface ArpFields {
  readonly operation: number;
  /** Of the machine that sends the frame. */
  readonly source: Uint8Array;
  readonly senderMac: Uint8Array;
  readonly senderAddress?: Uint8Array;
  readonly targetMac?: Uint8Array;
  readonly targetAddress: Uint8Array;
}

/** A broadcast frame; what is left out is zero. */
function arpFrame({ operation, source, senderMac, senderAddress, targetMac, targetAddress }: ArpFields): Buffer {
  const frame = Buffer.alloc(frameBytes);
  frame.fill(0xff, 0, 6);
  frame.set(source, 6);
  frame.writeUInt16BE(arpEtherType, 12);
  frame.writeUInt16BE(ethernet, 14);
  frame.writeUInt16BE(ipv4, 16);
  frame[18] = 6;
  frame[19] = 4;
  frame.writeUInt16BE(operation, 20);
  frame.set(senderMac, 22);
  if (senderAddress !== undefined) frame.set(senderAddress, 28);
  if (targetMac !== undefined) frame.set(targetMac, 32);
  frame.set(targetAddress, 38);
  return frame;
}

/**
 * Tells every neighbour that `address` (4 bytes) is at `mac` (6 bytes). Switches and neighbours differ in which form
 * they heed, so both are sent: a request for the own address, and a reply that nobody asked for. In the reply the
 * target is the sender itself (RFC 5944 section 4.6); in the request the target's hardware address is unknown, so
 * zero. `source` is the interface that sends it, when that is another than `mac`: a switch learns from it.
 */
export function gratuitousArp(
  form: 'request' | 'reply',
  mac: Uint8Array,
  address: Uint8Array,
  source: Uint8Array = mac,
): Buffer {
  const fields = { source, senderMac: mac, senderAddress: address, targetAddress: address };
  return form === 'request'
    ? arpFrame({ operation: request, ...fields })
    : arpFrame({ operation: reply, targetMac: mac, ...fields });
}

/** Asks who has `address`, without saying anything of who asks that a neighbour would remember (RFC 5227 section 2.1.1). */
export function arpProbe(mac: Uint8Array, address: Uint8Array): Buffer {
  return arpFrame({ operation: request, source: mac, senderMac: mac, targetAddress: address });
}

/** Who says in a frame that it has which address; null for anything but an ARP reply. */
export function readArpReply(frame: Buffer): { readonly address: Uint8Array; readonly mac: Uint8Array } | null {
  if (frame.length < frameBytes || frame.readUInt16BE(12) !== arpEtherType) return null;
  const isOfIpv4 = frame.readUInt16BE(14) === ethernet && frame.readUInt16BE(16) === ipv4;
  if (!isOfIpv4 || frame.readUInt16BE(20) !== reply) return null;
  return { mac: Uint8Array.from(frame.subarray(22, 28)), address: Uint8Array.from(frame.subarray(28, 32)) };
}
