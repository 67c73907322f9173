/** One packet of a capture, with all that is known of it. */
import type { Reading } from './reading.js';

export interface SeenPacket {
  /** Where it stands in the file, in bytes. */
  readonly offset: number;
  /** When it was captured (ms since 1970); null on a serial line. */
  readonly wallMs: number | null;
  readonly medium: 'udp' | 'echo request' | 'echo reply' | 'serial';
  /** Addresses; empty on a serial line. */
  readonly from: string;
  readonly to: string;
  /** Destination port of UDP. */
  readonly port: number | null;
  readonly vlans: readonly number[];
  readonly reading: Reading;
}

/** Who wrote the message, lower-case as Heartbeat compares names; null when nobody can be named. */
export function senderOf({ reading }: SeenPacket): string | null {
  return (reading.ok && reading.message.get('src')?.toLowerCase()) || null;
}

/** The way the packet took: `10.0.0.1 -> 10.0.0.255`, or what stands for it. */
export function pathOf({ medium, from, to, port, vlans }: SeenPacket): string {
  const vlan = vlans.length === 0 ? '' : ` (VLAN ${vlans.join('.')})`;
  if (medium === 'serial') return 'serial line';
  if (port === null) return `${from} -> ${to}${vlan}`;
  return `${from} -> ${to.includes(':') ? `[${to}]` : to}:${port}${vlan}`;
}

/** Whether a daemon would refuse it. A signature that could not be checked is no fault. */
export function isBad({ reading }: SeenPacket): boolean {
  if (!reading.ok) return true;
  const { verdict } = reading.signature;
  return verdict === 'wrong' || verdict === 'unknown key' || verdict === 'not signed';
}
