/** The nodes that a target believes to talk to: they give any message a sender, a generation and the next number. */
import type { Field } from '../../src/wire/message.js';
import { textFields } from '../../src/wire/message.js';
import type { Prng } from '../support/prng.js';
import type { Target } from './target.js';

interface Peer {
  readonly name: string;
  generation: number;
  seq: number;
}

/** Generations above this cannot be outdone for long. */
const generationMax = 2 ** 47;

export class Peers {
  private readonly peers: readonly Peer[];

  constructor(names: readonly string[]) {
    this.peers = names.map((name) => ({ name, generation: 10, seq: 0 }));
  }

  /** The fields of a message as one of the peers would say them now. */
  say(fields: readonly Field[], dice: Prng): Field[] {
    const peer = this.peers[dice.below(this.peers.length)] as Peer;
    const type = fields.find(({ name }) => name === 't')?.value ?? '';
    if (!type.startsWith('NS_')) peer.seq += 1;
    const wanted = String(1 + dice.below(60));
    const own: Readonly<Record<string, string>> = {
      ...(type === 'NS_rexmit' ? { dest: 'node1', firstseq: wanted, lastseq: wanted } : {}),
      src: peer.name,
      hg: peer.generation.toString(16),
      seq: peer.seq.toString(16),
      srcuuid: peer.name.repeat(4).slice(0, 16),
    };
    return fields.map((field) => (Object.hasOwn(own, field.name) ? { ...field, value: own[field.name] ?? '' } : field));
  }

  /** Each peer as if it had just started: a status that a target cannot but believe. Null when one has become incredible. */
  begin(target: Target): Field[][] | null {
    const { nodes } = target.core.status(target.now, 0);
    const begins: Field[][] = [];
    for (const peer of this.peers) {
      const known = nodes.find(({ name }) => name === peer.name)?.generation ?? 0;
      peer.generation = Math.max(peer.generation, known) + 1;
      peer.seq = 1;
      if (peer.generation > generationMax) return null;
      const hg = peer.generation.toString(16);
      const status = {
        t: 'status',
        st: 'active',
        dt: 'bb8',
        protocol: '1',
        src: peer.name,
        seq: '1',
        hg,
        ts: '6b000000',
      };
      begins.push(textFields(status));
    }
    return begins;
  }
}
