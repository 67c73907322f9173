/** The questions who has an address now, and the answers to them. */
import { listenForFrames } from '../../io/kernel/frame-listener.js';
import { ethernetAddress, interfaceAddress6 } from '../../io/kernel/interface.js';
import type { Instruction } from '../../io/kernel/socket-filter.js';
import { arpEtherType, arpProbe, readArpReply } from './arp.js';
import { addressBytes } from './bytes.js';
import { ipv6EtherType, readNeighbourAdvertisement } from './neighbour-advertisement.js';
import { neighbourSolicitation } from './neighbour-solicitation.js';

/** Another machine's word that it has an address. */
export interface Answer {
  /** The address's bytes in hexadecimal. */
  readonly address: string;
  readonly mac: Uint8Array;
}

export interface Questions {
  /** The frame that asks for an address. */
  question(mac: Uint8Array, address: string): Buffer;
  close(): void;
}

/**
 * Gets ready to ask on an interface; `onAnswer` gets the answers of others, also those to questions of others. Throws an
 * Error with a plain sentence.
 */
export function openQuestions(
  { device, family }: { readonly device: string; readonly family: 4 | 6 },
  handlers: { readonly onAnswer: (answer: Answer) => void; readonly onError: (error: Error) => void },
): Questions {
  const own = ethernetAddress(device);
  const source = family === 6 ? interfaceAddress6(device) : null;
  if (own === null) throw new Error(`interface ${device} has no Ethernet address`);
  if (family === 6 && source === null) throw new Error(`interface ${device} has no IPv6 address to ask from`);
  const sourceBytes = source === null ? null : addressBytes(source.address);
  const read = family === 4 ? readArpReply : readNeighbourAdvertisement;
  const listener = listenForFrames({
    device,
    etherType: family === 4 ? arpEtherType : ipv6EtherType,
    program: family === 4 ? arpReplyProgram : neighbourAdvertisementProgram,
    onError: handlers.onError,
    onFrame(frame) {
      const said = read(frame);
      if (said === null || Buffer.compare(said.mac, own) === 0) return;
      handlers.onAnswer({ address: hexOf(said.address), mac: said.mac });
    },
  });
  return {
    question: (mac, address) =>
      family === 4
        ? arpProbe(mac, addressBytes(address))
        : neighbourSolicitation(mac, addressBytes(address), sourceBytes),
    close: () => listener.close(),
  };
}

/** Bytes of an address in the form of `Answer.address`. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const [loadByte, loadHalf, jumpIfEqual, giveBack] = [0x30, 0x28, 0x15, 0x06];
const rest: readonly Instruction[] = [
  [giveBack, 0, 0, 0xffffffff],
  [giveBack, 0, 0, 0],
];

/** The operation of an ARP packet. */
const arpReplyProgram: readonly Instruction[] = [[loadHalf, 0, 0, 20], [jumpIfEqual, 0, 1, 2], ...rest];

/** The next header of an IPv6 packet, and the type of an ICMPv6 message that follows at once. */
const neighbourAdvertisementProgram: readonly Instruction[] = [
  [loadByte, 0, 0, 20],
  [jumpIfEqual, 0, 3, 58],
  [loadByte, 0, 0, 54],
  [jumpIfEqual, 0, 1, 136],
  ...rest,
];
