/** From a captured frame to the IP packet in it. */

/** What a frame carries. */
export interface NetworkPacket {
  readonly family: 4 | 6;
  readonly bytes: Buffer;
  /** VLAN numbers, outermost first. */
  readonly vlans: readonly number[];
}

type Unwrap = (frame: Buffer) => NetworkPacket | null;

const ipv4 = 0x0800;
const ipv6 = 0x86dd;
const vlanTypes = new Set([0x8100, 0x88a8, 0x9100]);

/** Link types that are read, by their number in the registry of tcpdump.org. */
const unwraps = new Map<number, Unwrap>([
  [1, (frame) => behindType(frame, 12)],
  [113, (frame) => behindType(frame, 14)],
  [276, (frame) => behindType(frame, 0, 20)],
  // Raw IP has one number in files and others in the systems' own headers.
  ...[101, 12, 14, 228, 229].map((type): [number, Unwrap] => [type, (frame) => byVersion(frame, [])]),
  // Loopback of the BSDs: four bytes of address family before the packet.
  ...[0, 108].map((type): [number, Unwrap] => [type, (frame) => byVersion(frame.subarray(4), [])]),
]);

/** Whether frames of this link type can be read. */
export function isKnownLinkType(linkType: number): boolean {
  return unwraps.has(linkType);
}

/** The IP packet of a frame; null when it carries something else, or is cut off before it. */
export function networkPacket(linkType: number, frame: Buffer): NetworkPacket | null {
  return unwraps.get(linkType)?.(frame) ?? null;
}

/** The EtherType stands at `at`, the packet behind it (or at `payloadAt`), VLAN tags in between. */
function behindType(frame: Buffer, at: number, payloadAt = at + 2): NetworkPacket | null {
  const vlans: number[] = [];
  let typeAt = at;
  let start = payloadAt;
  while (frame.length >= start + 4 && vlanTypes.has(frame.readUInt16BE(typeAt))) {
    vlans.push(frame.readUInt16BE(start) & 0x0fff);
    typeAt = start + 2;
    start += 4;
  }
  if (frame.length < start || frame.length < typeAt + 2) return null;
  const type = frame.readUInt16BE(typeAt);
  if (type !== ipv4 && type !== ipv6) return null;
  return byVersion(frame.subarray(start), vlans);
}

function byVersion(bytes: Buffer, vlans: readonly number[]): NetworkPacket | null {
  const version = (bytes[0] ?? 0) >> 4;
  return version === 4 || version === 6 ? { family: version, bytes, vlans } : null;
}
