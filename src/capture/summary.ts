/** What a whole capture tells: who sends, over which ways, signed with what. Bounded, whatever the capture holds. */
import type { Found } from './packets.js';
import { isBad, type SeenPacket, senderOf } from './seen.js';
import { Sender } from './sender.js';

/** Names that are kept apart; whoever forges packets can use any number of them. */
const sendersMax = 256;
const troublesMax = 16;
const refusalsMax = 64;

export class Summary {
  packets = 0;
  /** Packets that a daemon would refuse. */
  bad = 0;
  /** Packets of which not even a message could be read, by why. */
  readonly unreadable = new Map<string, number>();
  /** Packets whose sender is not kept apart, or not named. */
  nameless = 0;
  /** By name. */
  readonly senders = new Map<string, Sender>();
  /** What is wrong with the file. */
  readonly troubles: string[] = [];
  /** Who answers that a port is not reachable there, in words, and how often. */
  readonly refusals = new Map<string, number>();
  firstMs: number | null = null;
  lastMs: number | null = null;

  /** Takes in what was found. */
  saw(found: Found): void {
    switch (found.kind) {
      case 'packet':
        return this.sawPacket(found.packet);
      case 'unreachable': {
        const { from, target, port, what, sender } = found.unreachable;
        const words = `${from} answers ${sender}: ${what} not reachable (${target}, UDP port ${port})`;
        return increment(this.refusals, words, refusalsMax);
      }
      case 'trouble':
        if (this.troubles.length < troublesMax) this.troubles.push(found.text);
        return;
      default:
        return found satisfies never;
    }
  }

  private sawPacket(packet: SeenPacket): void {
    const { wallMs, reading } = packet;
    this.packets += 1;
    if (isBad(packet)) this.bad += 1;
    if (wallMs !== null) {
      this.firstMs = Math.min(this.firstMs ?? wallMs, wallMs);
      this.lastMs = Math.max(this.lastMs ?? wallMs, wallMs);
    }
    // The texts quote numbers from the packet; without them there are only a few.
    if (!reading.ok) return increment(this.unreadable, reading.text.replace(/\d+/g, 'N'), refusalsMax);
    const name = senderOf(packet);
    const sender = name === null ? null : this.sender(name);
    if (sender === null) this.nameless += 1;
    else sender.saw(packet);
  }

  private sender(name: string): Sender | null {
    const known = this.senders.get(name);
    if (known !== undefined || this.senders.size >= sendersMax) return known ?? null;
    const sender = new Sender();
    this.senders.set(name, sender);
    return sender;
  }
}

function increment(counts: Map<string, number>, key: string, most: number): void {
  if (counts.has(key) || counts.size < most) counts.set(key, (counts.get(key) ?? 0) + 1);
}
