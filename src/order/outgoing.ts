/** What this node sends: completes messages as Heartbeat does, numbers and signs them, and keeps them for who missed one. */
import type { AuthKeys, ClusterConfig, PingNodeConfig } from '../config/types.js';
import type { Milliseconds, SavedState } from '../events.js';
import { type PreparedKeys, prepareKeys } from '../wire/digest.js';
import { type Field, type Message, message, textMessage } from '../wire/message.js';
import { type WriteOptions, writePacket } from '../wire/packet.js';
import { Echoes } from './echoes.js';
import { History } from './history.js';
import { hex } from './numbers.js';

export interface OutgoingOptions {
  readonly self: string;
  readonly config: ClusterConfig;
  readonly auth: AuthKeys;
}

/** A peer, as far as it decides how packets are to be written for it. */
export interface Reader {
  readonly legacy: boolean;
  /** Number of the key it signs with; undefined = not heard yet. */
  readonly keyNumber: number | undefined;
}

/**
 * The form for these peers. Of `msgfmt classic` the inner signature is left out when no peer is, or may be, a Heartbeat:
 * nobody reads it. A Heartbeat checks netstring form with the secret of the key that it signs with itself, whatever the
 * packet says, but string form with the right one: so that is what it gets while keys are being changed.
 */
export function formFor(
  readers: readonly Reader[],
  { msgfmt, keyNumber }: { msgfmt: 'classic' | 'netstring'; keyNumber: number },
): WriteOptions['form'] {
  const misreads = (reader: Reader) => reader.legacy && (reader.keyNumber ?? keyNumber) !== keyNumber;
  if (readers.some(misreads)) return 'string';
  const mayBeHeartbeat = (reader: Reader) => reader.legacy || reader.keyNumber === undefined;
  return readers.some(mayBeHeartbeat) ? msgfmt : 'netstring';
}

export class Outgoing {
  readonly history: History;
  readonly echoes: Echoes;
  readonly counters = { sent: 0, resent: 0 };
  uuid = '';
  private readonly self: string;
  /** How packets are written: what all peers can read, see `formFor`. */
  private form: WriteOptions['form'];
  private readonly msgfmt: ClusterConfig['msgfmt'];
  private readonly config: ClusterConfig;
  /** The string form of packets, by the packet; null where nothing carries it. */
  private readonly texts: WeakMap<Uint8Array, Uint8Array> | null;
  private readonly uuids = new Map<string, string>();
  private keys: PreparedKeys;
  private generation = '0';
  private seq = 0;
  private pings = 0;
  /** Wall-clock time minus monotonic time, from the start event: `ts` is informational and need not follow clock steps. */
  private wallOffsetMs = 0;

  constructor({ self, config, auth }: OutgoingOptions) {
    this.self = self;
    this.msgfmt = config.msgfmt;
    this.form = config.msgfmt;
    this.texts = config.media.some(({ type }) => type === 'serial') ? new WeakMap() : null;
    this.config = config;
    this.keys = prepareKeys(auth);
    this.echoes = new Echoes(config.timing.deadpingMs);
    this.history = new History({ maxRexmitDelayMs: config.maxRexmitDelayMs });
  }

  start(start: { at: Milliseconds; wallMs: number; generation: number; uuid: string; saved?: SavedState }): void {
    for (const { name, uuid } of start.saved?.hosts?.known ?? []) if (uuid !== '') this.learn(name, uuid);
    this.wallOffsetMs = start.wallMs - start.at;
    this.generation = hex(start.generation);
    this.uuid = start.uuid;
  }

  /** From now on packets are written so that these peers can read them. */
  writeFor(readers: readonly Reader[]): void {
    this.form = formFor(readers, { msgfmt: this.msgfmt, keyNumber: this.keys.active });
  }

  /** From now on this node speaks as a new incarnation: it counts from 1 again, and what it said before is void. */
  renew(generation: number): void {
    this.generation = hex(generation);
    this.seq = 0;
    this.history.clear();
  }

  /** The wall-clock time of a moment, as it was reckoned at the start: the same moment always gives the same time. */
  wallMsOf(at: Milliseconds): number {
    return at + this.wallOffsetMs;
  }

  useKeys(auth: AuthKeys): void {
    this.keys = prepareKeys(auth);
  }

  /** A node's uuid, when it was heard; this node's own. */
  uuidOf(node: string): string | undefined {
    return node === this.self ? this.uuid : this.uuids.get(node);
  }

  /** Remembers a node's uuid: messages to it carry it. */
  learn(node: string, uuid: string): void {
    if (this.uuids.get(node) !== uuid) this.uuids.set(node, uuid);
  }

  /** A `status` message with these fields. Gives its sequence number too. */
  status(fields: readonly Field[], at: Milliseconds): { seq: number; bytes: Uint8Array } {
    const bytes = this.message('status', fields, at);
    return { seq: this.seq, bytes };
  }

  /** A numbered message of type `type` to everybody, ready to send. With a `dest` among its fields the others only count it. */
  message(type: string, fields: readonly Field[], at: Milliseconds): Uint8Array {
    this.seq += 1;
    const named: Field[] = [{ name: 't', type: 0, value: type }, ...fields];
    const complete = message([...named, ...this.destination(named), ...this.completion(at, this.seq)]);
    this.history.remember(this.seq, complete);
    this.counters.sent += 1;
    return this.write(complete);
  }

  /** A reliability message (NS_...): signed, but neither numbered nor kept. */
  control(bare: Message, at: Milliseconds): Uint8Array {
    return this.write(message([...bare.fields, ...this.destination(bare.fields), ...this.completion(at, null)]));
  }

  /** The uuid of the node that these fields name as `dest`, where it is known: Heartbeat looks at that first. */
  private destination(fields: readonly Field[]): Field[] {
    const dest = fields.find(({ name }) => name === 'dest')?.value;
    const uuid = dest === undefined ? undefined : this.uuids.get(dest);
    return uuid === undefined ? [] : [{ name: 'destuuid', type: 1, value: uuid }];
  }

  /**
   * The message that a ping node is asked to give back: Heartbeat's, and a count, so that no two are alike and an answer
   * tells which request it answers.
   */
  ping({ name, plugin }: PingNodeConfig, at: Milliseconds): Uint8Array {
    this.pings += 1;
    const sy = hex(this.pings);
    const bytes = this.write(textMessage({ t: 'NS_st', st: 'ping', info: plugin, src: name, ts: this.timeOf(at), sy }));
    this.echoes.remember(name, bytes, at);
    return bytes;
  }

  /** A kept message once more, under the key that is active now. */
  again(kept: Message): Uint8Array {
    this.counters.resent += 1;
    return this.write(kept);
  }

  private completion(at: Milliseconds, seq: number | null): Field[] {
    const { hopfudge, nodes, pingNodes } = this.config;
    const fields: Field[] = [
      { name: 'src', type: 0, value: this.self },
      { name: 'srcuuid', type: 1, value: this.uuid },
    ];
    if (seq !== null) fields.push({ name: 'seq', type: 0, value: hex(seq) });
    fields.push(
      { name: 'hg', type: 0, value: this.generation },
      { name: 'ts', type: 0, value: this.timeOf(at) },
      { name: 'ttl', type: 0, value: String(hopfudge + nodes.length + pingNodes.length) },
    );
    return fields;
  }

  /** A packet that this has written, with its string form when a configured medium carries it. */
  formsOf(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly text?: Uint8Array } {
    const text = this.texts?.get(bytes);
    return text === undefined ? { bytes } : { bytes, text };
  }

  /** The wire's time: whole seconds since 1970. */
  private timeOf(at: Milliseconds): string {
    return hex(Math.floor(this.wallMsOf(at) / 1000));
  }

  private write(complete: Message): Uint8Array {
    const packet = writePacket(complete, { form: this.form, keys: this.keys });
    this.texts?.set(packet, writePacket(complete, { form: 'string', keys: this.keys }));
    return packet;
  }
}
