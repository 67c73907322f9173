/** What carries the heartbeats between the two nodes of a pair: networks of their own, or one null modem. It can be cut and disturbed. */
import type { Lab } from '../lab/lab.js';
import { type End, openNullModem } from '../support/null-modem.js';
import { type Medium, type Name, names, otherThan } from './cell.js';

/** Networks that carry heartbeats and nothing else. */
export const heartbeatNetworks: readonly string[] = ['eth1', 'eth2'];
const baud = 19_200;

export interface Wiring {
  /** The media statements of a node's ha.cf. */
  media(name: Name): readonly string[];
  /** Cuts (false) or heals everything. */
  connect(on: boolean): void;
  /** Loses this part of all packets on networks; on a line any part means noise. 0 ends it. */
  disturb(part: number): Promise<void>;
  close(): void;
}

export function createWiring(lab: Lab, medium: Medium): Wiring {
  return medium === 'serial' ? nullModem() : networks(lab, medium);
}

function networks(lab: Lab, medium: Exclude<Medium, 'serial'>): Wiring {
  return {
    media: (name) => {
      const peer = lab.node(otherThan(name));
      if (medium === 'bcast') return [`bcast ${heartbeatNetworks.join(' ')}`];
      if (medium === 'ucast') return heartbeatNetworks.map((network) => `ucast ${network} ${peer.address(network)}`);
      return heartbeatNetworks.map((network, index) => `mcast ${network} 239.77.0.${index + 1} 694 1 0`);
    },
    connect: (on) => {
      for (const network of heartbeatNetworks) {
        if (on) lab.heal('a', network);
        else lab.cut('a', network);
      }
    },
    disturb: async (part) => {
      for (const name of names) {
        for (const network of heartbeatNetworks) await lab.lose(name, network, 'from', part);
      }
    },
    close: () => {},
  };
}

function nullModem(): Wiring {
  const cable = openNullModem(baud);
  const onEveryEnd = (onTheWay: (end: End, index: number) => End['onTheWay']) => {
    for (const [index, end] of cable.ends.entries()) end.onTheWay = onTheWay(end, index);
  };
  const untouched = (bytes: Buffer) => bytes;
  return {
    media: (name) => [`baud ${baud}`, `serial ${cable.ends[names.indexOf(name)]?.path}`],
    connect: (on) => onEveryEnd(() => (on ? untouched : () => Buffer.alloc(0))),
    disturb: async (part) => onEveryEnd((_, index) => (part > 0 ? noise(index + 1) : untouched)),
    close: () => cable.close(),
  };
}

/** A burst of garbage now and then, and a bit that flips in two thousand bytes. */
function noise(seed: number): End['onTheWay'] {
  let dice = seed;
  const roll = (sides: number) => {
    dice = (Math.imul(dice, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (dice >>> 12) % sides;
  };
  return (bytes) => {
    const flipped = Buffer.from(bytes.map((byte) => (roll(2000) === 0 ? byte ^ (1 << roll(8)) : byte)));
    const burst = roll(150) === 0 ? Buffer.from(Array.from({ length: 20 + roll(200) }, () => roll(256))) : [];
    return Buffer.concat([flipped, Buffer.from(burst)]);
  };
}
