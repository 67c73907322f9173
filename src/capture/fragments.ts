/** Puts the fragments of datagrams together. A heartbeat with many claims or orders does not fit into one packet. */
import type { IpPacket } from './ip.js';

/** Datagrams that may be incomplete at the same time; the oldest is given up. */
const pendingMax = 64;
/** A datagram is at most 65,535 bytes long. */
const datagramMaxBytes = 65_535;

interface Pending {
  readonly parts: Map<number, Buffer>;
  /** Length of the whole, once its last fragment is there. */
  length: number | null;
  cut: boolean;
}

export class Fragments {
  /** Datagrams of which not all fragments came. */
  incomplete = 0;
  private readonly pending = new Map<string, Pending>();

  /** Takes a packet. Gives it back when it is whole, or the whole datagram when it was its last missing fragment. */
  add(packet: IpPacket): IpPacket | null {
    const { fragment, from, to, protocol, payload } = packet;
    if (fragment === null) return packet;
    if (fragment.start + payload.length > datagramMaxBytes) return null;
    const key = `${from} ${to} ${protocol} ${fragment.id}`;
    const pending = this.pending.get(key) ?? this.begin(key);
    // Copied: a part of the file's buffer would keep all of it in memory.
    pending.parts.set(fragment.start, Buffer.from(payload));
    pending.cut ||= packet.cut;
    if (!fragment.more) pending.length = fragment.start + payload.length;
    const whole = assembled(pending);
    if (whole === null) return null;
    this.pending.delete(key);
    return { ...packet, payload: whole, cut: pending.cut, fragment: null };
  }

  /** The capture is over: what is incomplete stays so. */
  end(): void {
    this.incomplete += this.pending.size;
    this.pending.clear();
  }

  private begin(key: string): Pending {
    const oldest = this.pending.keys().next().value;
    if (this.pending.size >= pendingMax && oldest !== undefined) {
      this.pending.delete(oldest);
      this.incomplete += 1;
    }
    const pending: Pending = { parts: new Map(), length: null, cut: false };
    this.pending.set(key, pending);
    return pending;
  }
}

/** All parts one after the other, or null while one is missing. */
function assembled({ parts, length }: Pending): Buffer | null {
  if (length === null) return null;
  const ordered: Buffer[] = [];
  for (let at = 0; at < length; ) {
    const part = parts.get(at);
    if (part === undefined || part.length === 0) return null;
    ordered.push(part);
    at += part.length;
  }
  return Buffer.concat(ordered).subarray(0, length);
}
