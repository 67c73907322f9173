/** A Heartbeat beside the cores of a test: says what the test lets it say, and knows what it was told. */
import { prepareKeys } from '../../src/wire/digest.js';
import { type Message, textMessage } from '../../src/wire/message.js';
import { readPacket, writePacket } from '../../src/wire/packet.js';
import { testAuth } from './config.js';
import type { Cores } from './core.js';

export class HeartbeatPeer {
  private readonly cores: Cores;
  private readonly name: string;
  private readonly keys = prepareKeys(testAuth());
  private generation = 5;
  private seq = 0;
  private seen = 0;

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

  /** Something of it is lost on the way to everybody. */
  lose(): void {
    this.seq += 1;
  }

  /** Every message that was sent since this was last asked. */
  read(): Message[] {
    const packets = this.cores.packets.slice(this.seen);
    this.seen = this.cores.packets.length;
    return packets
      .filter(({ from }) => from !== this.name)
      .map(({ bytes }) => {
        const packet = readPacket(bytes, this.keys);
        if (!packet.ok) throw new Error(packet.text);
        return packet.message;
      });
  }

  /** What was sent since this was last asked, of these types, as "TYPE rsc_hold isstable info". */
  heard(...types: string[]): string[] {
    return this.read()
      .filter((message) => types.includes(message.get('t') ?? ''))
      .map((message) =>
        ['t', 'rsc_hold', 'isstable', 'info']
          .map((field) => message.get(field) ?? '')
          .join(' ')
          .trim(),
      );
  }
}
