/** From a whole IP packet to what may be a heartbeat: UDP, and the echo packets that go to ping nodes and come back. */
import { type IpPacket, ipPacket } from './ip.js';

/** A UDP or ICMP echo packet. */
export interface Datagram {
  readonly kind: 'udp' | 'echo request' | 'echo reply';
  readonly from: string;
  readonly to: string;
  /** Destination port of UDP. */
  readonly port: number | null;
  readonly payload: Buffer;
  /** Less was captured than was sent. */
  readonly cut: boolean;
}

/** An ICMP message that says that a UDP packet was not taken. */
export interface Unreachable {
  readonly kind: 'unreachable';
  /** Who says so. */
  readonly from: string;
  /** Who had sent the packet, and to whom. */
  readonly sender: string;
  readonly target: string;
  readonly port: number;
  /** What was not reachable: `port`, `host` ... */
  readonly what: string;
}

const udpHeaderBytes = 8;
const echoHeaderBytes = 8;
const udp = 17;
const icmpFamilies = new Map<number, 4 | 6>([
  [1, 4],
  [58, 6],
]);

/** Destination unreachable, by code: RFC 792 and RFC 1812, RFC 4443. */
const codes: Readonly<Record<4 | 6, Readonly<Record<number, string>>>> = {
  4: {
    0: 'network',
    1: 'host',
    2: 'protocol',
    3: 'port',
    9: 'network (prohibited)',
    10: 'host (prohibited)',
    13: 'host (prohibited)',
  },
  6: {
    0: 'network',
    1: 'host (prohibited)',
    3: 'host',
    4: 'port',
    5: 'network (prohibited)',
    6: 'network (prohibited)',
  },
};
const types = {
  4: { request: 8, reply: 0, unreachable: 3 },
  6: { request: 128, reply: 129, unreachable: 1 },
} as const;

/** Reads it; null when it is of another kind, or damaged. */
export function datagram(packet: IpPacket): Datagram | Unreachable | null {
  if (packet.protocol === udp) return readUdp(packet);
  const family = icmpFamilies.get(packet.protocol);
  return family === undefined ? null : readIcmp(packet, family);
}

function readUdp({ from, to, payload, cut }: IpPacket): Datagram | null {
  if (payload.length < udpHeaderBytes) return null;
  const length = payload.readUInt16BE(4);
  if (length < udpHeaderBytes) return null;
  return {
    ...{ kind: 'udp', from, to, port: payload.readUInt16BE(2) },
    payload: payload.subarray(udpHeaderBytes, length),
    cut: cut || payload.length < length,
  };
}

function readIcmp(packet: IpPacket, family: 4 | 6): Datagram | Unreachable | null {
  const { from, to, payload, cut } = packet;
  const type = payload[0];
  const { request, reply, unreachable } = types[family];
  if (payload.length < echoHeaderBytes) return null;
  if (type === unreachable) return readUnreachable(packet, family);
  if (type !== request && type !== reply) return null;
  const kind = type === request ? 'echo request' : 'echo reply';
  return { kind, from, to, port: null, payload: payload.subarray(echoHeaderBytes), cut };
}

/** The beginning of the packet that was not taken stands behind the header. */
function readUnreachable({ from, payload }: IpPacket, family: 4 | 6): Unreachable | null {
  const original = ipPacket({ family, bytes: payload.subarray(echoHeaderBytes) });
  if (original?.protocol !== udp || original.payload.length < udpHeaderBytes) return null;
  const what = codes[family][payload.readUInt8(1)] ?? 'destination';
  const port = original.payload.readUInt16BE(2);
  return { kind: 'unreachable', from, sender: original.from, target: original.to, port, what };
}
