/** From the items of a capture file to the packets that are Heartbeat's. */
import type { AuthKeys } from '../config/types.js';
import { type PreparedKeys, prepareKeys } from '../wire/digest.js';
import { type Datagram, datagram, type Unreachable } from './datagram.js';
import { Fragments } from './fragments.js';
import { ipPacket } from './ip.js';
import type { CapturedFrame, CaptureItem } from './item.js';
import { isKnownLinkType, networkPacket } from './link-layer.js';
import { beginsLikeMessage, type Reading, readCaptured } from './reading.js';
import type { SeenPacket } from './seen.js';

/** A packet of ours, or something worth telling. */
export type Found =
  | { readonly kind: 'packet'; readonly packet: SeenPacket }
  | { readonly kind: 'unreachable'; readonly unreachable: Unreachable; readonly wallMs: number | null }
  | { readonly kind: 'trouble'; readonly text: string };

export interface PacketFinderOptions {
  /** UDP ports on which everything should be Heartbeat's. */
  readonly ports: ReadonlySet<number>;
  /** Null: signatures are not checked. */
  readonly auth: AuthKeys | null;
}

export class PacketFinder {
  /** Frames and packets that are not Heartbeat's. */
  others = 0;
  private readonly ports: ReadonlySet<number>;
  private readonly keys: PreparedKeys | null;
  private readonly fragments = new Fragments();
  private readonly unknownLinkTypes = new Set<number>();

  constructor({ ports, auth }: PacketFinderOptions) {
    this.ports = ports;
    this.keys = auth === null ? null : prepareKeys(auth);
  }

  /** Looks into one item; null when there is nothing of ours in it. */
  find(item: CaptureItem): Found | null {
    if (item.kind === 'trouble') return { kind: 'trouble', text: item.text };
    const found = item.kind === 'frame' ? this.inFrame(item) : this.onLine(item);
    if (found === null) this.others += 1;
    return found;
  }

  /** Datagrams of which not every fragment came, once all is read. */
  end(): number {
    this.fragments.end();
    return this.fragments.incomplete;
  }

  private onLine({ offset, bytes }: { offset: number; bytes: Buffer }): Found {
    const reading = readCaptured(bytes, this.keys);
    const nowhere = { from: '', to: '', port: null, vlans: [] };
    return { kind: 'packet', packet: { offset, wallMs: null, medium: 'serial', ...nowhere, reading } };
  }

  private inFrame({ linkType, bytes, offset, wallMs }: CapturedFrame): Found | null {
    if (!isKnownLinkType(linkType)) return this.unknownLinkType(linkType);
    const network = networkPacket(linkType, bytes);
    const ip = network === null ? null : ipPacket(network);
    const whole = ip === null ? null : this.fragments.add(ip);
    const carried = whole === null ? null : datagram(whole);
    if (carried === null) return null;
    if (carried.kind === 'unreachable') {
      return this.ports.has(carried.port) ? { kind: 'unreachable', unreachable: carried, wallMs } : null;
    }
    if (!this.isOurs(carried)) return null;
    const { kind: medium, from, to, port } = carried;
    const reading = this.read(carried);
    return {
      kind: 'packet',
      packet: { offset, wallMs, medium, from, to, port, vlans: network?.vlans ?? [], reading },
    };
  }

  /** Everything on our ports, and whatever begins like a message: a node may use another port. */
  private isOurs({ payload, port }: Datagram): boolean {
    return (port !== null && this.ports.has(port)) || beginsLikeMessage(payload);
  }

  private read({ payload, cut }: Datagram): Reading {
    if (!cut) return readCaptured(payload, this.keys);
    return { ok: false, text: `Only the first ${payload.length} bytes were captured (tcpdump -s 0 captures all).` };
  }

  /** Told once for each. */
  private unknownLinkType(linkType: number): Found | null {
    if (this.unknownLinkTypes.has(linkType)) return null;
    this.unknownLinkTypes.add(linkType);
    const how = 'capture anew with tcpdump -i any -w FILE, or on an Ethernet interface';
    return { kind: 'trouble', text: `frames of link type ${linkType} cannot be read; ${how}` };
  }
}
