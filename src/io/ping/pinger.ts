/** Asks ping nodes for echoes, and hands back what they answer. */
import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import { addressBytes } from '../../agents/addresses/bytes.js';
import type { PingNodeConfig } from '../../config/types.js';
import { describeErrno } from '../kernel/libc.js';
import { internet6Address, internetAddress } from '../kernel/sockaddr.js';
import { resolveHost } from '../media/host.js';
import type { Pinger, PingHandlers } from '../seams.js';
import { type EchoSocket, openEchoSocket } from './echo-socket.js';
import type { EchoReply } from './icmp.js';

/** A host name that is not known yet is asked for again so often. */
const lookupMs = 5000;
/** Requests that wait for their answer, for each ping node; an older one is not waited for any more. */
const waitingMax = 32;

/** A host of a ping node, its address known. */
interface Host {
  /** As ha.cf names it. */
  readonly name: string;
  /** A socket address. */
  readonly bytes: Uint8Array;
  /** The last errno in asking it, 0 for none. */
  trouble: number;
}

/** A ping node with what is known of its hosts. */
interface Target {
  readonly config: PingNodeConfig;
  /** By the bytes of the address, in hexadecimal. */
  readonly hosts: Map<string, Host>;
}

/** Makes the pinger of these ping nodes. What cannot be opened is told, and its ping nodes do not answer. */
export function openPinger(configs: readonly PingNodeConfig[], handlers: PingHandlers): Pinger {
  return new EchoPinger(configs, handlers);
}

class EchoPinger implements Pinger {
  readonly counters = { asked: 0, answered: 0, failed: 0 };
  private readonly handlers: PingHandlers;
  private readonly targets: ReadonlyMap<string, Target>;
  private readonly sockets = new Map<4 | 6, EchoSocket>();
  private readonly timers = new Set<NodeJS.Timeout>();
  /** By family and sequence number: who may answer. */
  private readonly waiting = new Map<string, Target>();
  private sequence = randomInt(0x10000);
  private closed = false;

  constructor(configs: readonly PingNodeConfig[], handlers: PingHandlers) {
    this.handlers = handlers;
    this.targets = new Map(configs.map((config) => [config.name, { config, hosts: new Map() }]));
    for (const family of new Set(configs.map((config) => config.family))) this.open(family);
    for (const target of this.targets.values()) for (const host of target.config.hosts) void this.find(target, host);
  }

  ping(name: string, bytes: Uint8Array): void {
    const target = this.targets.get(name);
    const socket = target === undefined ? undefined : this.sockets.get(target.config.family);
    if (target === undefined || socket === undefined) {
      this.counters.failed += 1;
      return;
    }
    this.sequence = (this.sequence + 1) & 0xffff;
    this.expect(target);
    // All hosts of a group are asked the same: the first that answers answers for all.
    for (const host of target.hosts.values()) this.ask(target, host, socket.send(host.bytes, this.sequence, bytes));
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const socket of this.sockets.values()) socket.close();
    this.timers.clear();
    this.sockets.clear();
  }

  private open(family: 4 | 6): void {
    // Not the process id as Heartbeat's: in containers that share a network it is often the same.
    const id = randomInt(0x10000);
    try {
      const socket = openEchoSocket(family, id, {
        onReply: (reply, from) => this.onReply(family, reply, from),
        onError: (error) => this.handlers.onTrouble(`ping over IPv${family}: ${error.message}`),
      });
      this.sockets.set(family, socket);
    } catch (error) {
      const { message } = error as Error;
      // From a later turn: the caller has nothing in hand yet.
      setImmediate(() => this.handlers.onTrouble(`nobody can be pinged over IPv${family}: ${message}`));
    }
  }

  /** Looks a host up until it is known. Why it is not is told once, until that is another thing than `told`. */
  private async find(target: Target, host: string, told = ''): Promise<void> {
    const { family } = target.config;
    try {
      const address = isIP(host) === 0 ? await resolveHost(host, family) : host;
      const bytes = family === 4 ? internetAddress(address, 0) : internet6Address(address, 0, 0);
      target.hosts.set(keyOf(address), { name: host, bytes, trouble: 0 });
    } catch (error) {
      if (this.closed) return;
      const { message } = error as Error;
      if (message !== told) this.handlers.onTrouble(`ping node ${target.config.name}: ${message}`);
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void this.find(target, host, message);
      }, lookupMs).unref();
      this.timers.add(timer);
    }
  }

  private expect(target: Target): void {
    this.waiting.set(`${target.config.family} ${this.sequence}`, target);
    if (this.waiting.size <= waitingMax * this.targets.size) return;
    const oldest = this.waiting.keys().next().value;
    if (oldest !== undefined) this.waiting.delete(oldest);
  }

  /** Counts, and tells what is in the way once, until that is another thing. */
  private ask({ config }: Target, host: Host, errno: number): void {
    if (errno === 0) this.counters.asked += 1;
    else this.counters.failed += 1;
    if (errno !== 0 && errno !== host.trouble) {
      const { name, text } = describeErrno(errno);
      const who = config.plugin === 'ping_group' ? `${config.name} (host ${host.name})` : config.name;
      this.handlers.onTrouble(`ping node ${who} cannot be asked: ${text} (${name})`);
    }
    host.trouble = errno;
  }

  /** An answer counts once, and only from an address that was asked. */
  private onReply(family: 4 | 6, { sequence, payload }: EchoReply, from: string): void {
    const key = `${family} ${sequence}`;
    const target = this.waiting.get(key);
    if (target === undefined || !target.hosts.has(keyOf(from))) return;
    this.waiting.delete(key);
    this.counters.answered += 1;
    this.handlers.onEcho(target.config.name, payload);
  }
}

function keyOf(address: string): string {
  return Buffer.from(addressBytes(address)).toString('hex');
}
