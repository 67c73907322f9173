/** Echo requests and replies as bytes: RFC 792 and RFC 4443. Pure. */

/** Type of the messages in each family. */
const types = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
const headerBytes = 8;

export interface EchoReply {
  readonly id: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** An echo request for a raw socket, which adds the IP header itself. The checksum of IPv6 is the kernel's. */
export function echoRequest(
  family: 4 | 6,
  { id, sequence, payload }: { id: number; sequence: number; payload: Uint8Array },
): Uint8Array {
  const packet = Buffer.alloc(headerBytes + payload.length);
  packet[0] = types[family].request;
  packet.writeUInt16BE(id, 4);
  packet.writeUInt16BE(sequence, 6);
  packet.set(payload, headerBytes);
  if (family === 4) packet.writeUInt16BE(checksum(packet), 2);
  return packet;
}

/** Reads what a raw socket gave: of IPv4 the IP header comes first. Null when it is no echo reply. */
export function readEchoReply(family: 4 | 6, bytes: Uint8Array): EchoReply | null {
  const start = family === 4 ? ((bytes[0] ?? 0) & 15) * 4 : 0;
  if (bytes.length < start + headerBytes || bytes[start] !== types[family].reply) return null;
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  return { id: packet.readUInt16BE(4), sequence: packet.readUInt16BE(6), payload: packet.subarray(headerBytes) };
}

/** The Internet checksum (RFC 1071) of a packet whose checksum field is zero. */
function checksum(packet: Buffer): number {
  let sum = 0;
  for (let index = 0; index + 1 < packet.length; index += 2) sum += packet.readUInt16BE(index);
  if (packet.length % 2 === 1) sum += (packet[packet.length - 1] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
