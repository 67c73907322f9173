/** What the mutations begin with: packets of real Heartbeats, and of our own nodes in all kinds of trouble. */
import { prepareKeys } from '../../src/wire/digest.js';
import { type Field, textFields } from '../../src/wire/message.js';
import { readPacket } from '../../src/wire/packet.js';
import { pcapCaptures, serialCaptures } from '../support/captures.js';
import { testAuth } from '../support/config.js';
import { Cores } from '../support/core.js';

/** The groups of the clusters that are fuzzed, the same as in our own packets. */
export const groups = [
  { preferred: 'node1', resources: ['IPaddr2::10.77.1.1/16/eth0'] },
  { preferred: 'node2', resources: ['IPaddr2::10.77.1.2/16/eth0', 'Dummy'] },
];

export interface Corpus {
  /** Packets as they were, each signed with the key of its own cluster. */
  readonly packets: readonly Buffer[];
  /** What they say, without signatures, by type: most are heartbeats, and the others are worth as much. */
  readonly messages: readonly (readonly (readonly Field[])[])[];
}

/** Heartbeats are alike: of those so many of each capture are enough. */
const statusesPerCapture = 60;

export function corpus(): Corpus {
  const packets: Buffer[] = [];
  const messages = new Map<string, (readonly Field[])[]>();
  const add = (bytes: Buffer, keys: ReturnType<typeof prepareKeys>) => {
    const read = readPacket(bytes, keys);
    if (!read.ok) throw new Error(`a packet of the corpus cannot be read: ${read.text}`);
    packets.push(bytes);
    const type = read.message.get('t') ?? '';
    const fields = read.message.fields.filter(({ name }) => name !== 'auth');
    messages.set(type, [...(messages.get(type) ?? []), fields]);
  };
  for (const capture of [...pcapCaptures(), ...serialCaptures()]) {
    let statuses = 0;
    for (const packet of capture.packets) {
      if (packet.includes('t=status') && ++statuses > statusesPerCapture) continue;
      add(packet, capture.keys);
    }
  }
  const keys = prepareKeys(testAuth());
  for (const bytes of ownPackets()) add(Buffer.from(bytes), keys);
  const nak = { t: 'NS_nak_rexmit', firstseq: '3', dest: 'node1', info: 'seqno too low' };
  messages.set('NS_nak_rexmit', [textFields({ ...nak, src: 'node2', hg: '1', ts: '6b000000', ttl: '3' })]);
  return { packets, messages: [...messages.values()] };
}

/** Three nodes that start, move groups, lose packets, lose one another, and leave. */
function ownPackets(): Uint8Array[] {
  const cores = new Cores({ nodes: ['node1', 'node2', 'node3'], groups });
  // On both links at once, so that something has to be asked for.
  cores.network = ({ at }) => (Math.floor(at / 100) % 6 === 0 ? null : 0);
  cores.bootAll();
  cores.run(5000);
  const group = cores.config.groups[0]?.name ?? '';
  cores.command('node1', { verb: 'move', group, node: 'node2' });
  cores.run(3000);
  cores.command('node2', { verb: 'node-standby', node: 'node2' });
  cores.run(3000);
  cores.crash('node3');
  cores.run(8000);
  cores.boot('node3');
  cores.run(5000);
  cores.shutdown('node1');
  cores.run(5000);
  // A packet each node wrote says the same on both links.
  return cores.packets.map(({ bytes }) => bytes).filter((_, index) => index % 2 === 0);
}
