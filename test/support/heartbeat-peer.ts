/** A Heartbeat beside the cores of a test: says what the test lets it say, and knows what it was told. */
import { prepareKeys } from '../../src/wire/digest.js';
import { textMessage } from '../../src/wire/message.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { testAuth } from './config.js';
import type { Cores } from './core.js';

export class HeartbeatPeer {
  private readonly cores: Cores;
  private readonly name: string;
  private readonly keys = prepareKeys(testAuth());
  private generation = 5;
  private seq = 0;
  private read = 0;

  constructor(cores: Cores, name: string) {
    this.cores = cores;
    this.name = name;
  }

  /** Sends a message to a node, numbered and signed. */
  say(to: string, type: string, fields: Readonly<Record<string, string>> = {}): void {
    this.seq += 1;
    const own = {
      src: this.name,
      seq: this.seq.toString(16),
      hg: this.generation.toString(16),
      ts: '6b003412',
      ttl: '3',
    };
    const text = textMessage({ t: type, ...fields, ...own });
    this.cores.packet(to, writePacket(text, { form: 'classic', keys: this.keys }));
  }

  /** It is started again: a new incarnation. */
  restart(): void {
    this.generation += 1;
    this.seq = 0;
  }

  /** Its heartbeat. */
  beat(to: string, st: 'up' | 'active'): void {
    this.say(to, 'status', { st, dt: 'bb8', protocol: '1' });
  }

  /** What was sent since this was last asked, of these types, as "TYPE rsc_hold isstable info". */
  heard(...types: string[]): string[] {
    const packets = this.cores.packets.slice(this.read);
    this.read = this.cores.packets.length;
    return packets.flatMap(({ from, bytes }) => {
      const packet = readPacket(bytes, this.keys);
      if (!packet.ok) throw new Error(packet.text);
      const type = packet.message.get('t') ?? '';
      if (from === this.name || !types.includes(type)) return [];
      return [
        ['t', 'rsc_hold', 'isstable', 'info']
          .map((field) => packet.message.get(field) ?? '')
          .join(' ')
          .trim(),
      ];
    });
  }
}
