/** Tells the neighbours, again and again while it is so, that this machine has an address. */
import { ethernetAddress, interfaceState } from '../../io/kernel/interface.js';
import { describeErrno } from '../../io/kernel/libc.js';
import { type FrameBatch, openPacketSocket } from '../../io/kernel/packet-socket.js';
import { linkAddress } from '../../io/kernel/sockaddr.js';
import type { Logger } from '../../io/seams.js';
import { gratuitousArp } from './arp.js';
import { addressBytes } from './bytes.js';
import { neighbourAdvertisement } from './neighbour-advertisement.js';

/** Frames in one turn of the event loop: well below a millisecond's work. */
const framesPerTurn = 256;
/** The refresh wakes the process no more often than this. */
const refreshTurnMs = 1000;
/** The kernel's queue is full: try again after this time, */
const fullMs = 2;
/** and so often before leaving it to the next repetition. */
const fullAttempts = 100;

/** An address that this machine has. */
export interface HeldAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly device: string;
}

export interface AnnouncerOptions {
  readonly log: Logger;
  /** When to say it again after the first time, in ms from then: some neighbours miss the first. */
  readonly repeatMs: readonly number[];
  /** How often each address is announced for as long as it is held (ms). */
  readonly refreshMs: number;
}

/** What frames for one interface need. */
interface Port {
  readonly index: number;
  readonly mac: Uint8Array;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #held = new Map<string, HeldAddress>();
  readonly #routers = new Set<string>();
  readonly #repeats = new Set<NodeJS.Timeout>();
  #batch: FrameBatch | null = null;
  #waiting: HeldAddress[] = [];
  #attempts = 0;
  #draining: NodeJS.Immediate | NodeJS.Timeout | null = null;
  #refresh: NodeJS.Timeout | null = null;
  #cursor: Iterator<HeldAddress>;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#cursor = this.#held.values();
    try {
      this.#batch = openPacketSocket(framesPerTurn);
    } catch (error) {
      const text = `addresses cannot be announced to the neighbours: ${(error as Error).message}`;
      options.log.log('warn', text, 'announce');
    }
  }

  /** Says for an interface whether this machine forwards IPv6 there: its advertisements must tell. */
  setRouter(device: string, router: boolean): void {
    if (router) this.#routers.add(device);
    else this.#routers.delete(device);
  }

  /** Announces addresses from now on: the first frames are with the kernel on return. */
  announce(addresses: readonly HeldAddress[]): void {
    if (this.#batch === null || addresses.length === 0) return;
    for (const held of addresses) this.#held.set(held.address, held);
    this.#burst(addresses);
    this.#options.log.log('debug', describe(addresses));
    for (const ms of this.#options.repeatMs) {
      const timer = setTimeout(() => {
        this.#repeats.delete(timer);
        this.#burst(addresses);
      }, ms).unref();
      this.#repeats.add(timer);
    }
    this.#planRefresh();
  }

  /** Announces addresses again, of those that are announced at all. */
  again(addresses: readonly string[]): void {
    this.announce(addresses.flatMap((address) => this.#held.get(address) ?? []));
  }

  /** Stops announcing an address: nothing more is sent for it. */
  silence(address: string): void {
    this.#held.delete(address);
  }

  close(): void {
    this.#held.clear();
    for (const timer of this.#repeats) clearTimeout(timer);
    this.#repeats.clear();
    clearTimeout(this.#refresh ?? undefined);
    stopDraining(this.#draining);
    this.#batch?.close();
    this.#batch = null;
  }

  #burst(addresses: readonly HeldAddress[]): void {
    this.#waiting = this.#waiting.concat(addresses);
    if (this.#draining === null) this.#drain();
  }

  /** Sends one turn's frames and leaves the rest to the next turn. */
  #drain(): void {
    this.#draining = null;
    if (this.#batch === null || this.#waiting.length === 0) return;
    const { taken, count } = this.#fill(this.#batch);
    const { sent, errno } = this.#batch.send();
    let delivered = count;
    if (errno !== 0 || sent < taken.length) delivered = this.#afterRefusal(taken, sent, errno);
    this.#attempts = delivered === 0 ? this.#attempts + 1 : 0;
    if (this.#attempts > fullAttempts) {
      delivered = this.#waiting.length;
      this.#options.log.log(
        'warn',
        `${delivered} addresses not announced now: the queue of frames stays full`,
        'announce',
      );
    }
    this.#waiting = this.#waiting.slice(delivered);
    if (this.#waiting.length === 0) return;
    const again = () => this.#drain();
    this.#draining = delivered === 0 ? setTimeout(again, fullMs).unref() : setImmediate(again);
  }

  /**
   * Fills the batch from the waiting addresses. `taken` names the address of each frame by its position; `count`
   * addresses were dealt with.
   */
  #fill(batch: FrameBatch): { taken: number[]; count: number } {
    const ports = new Map<string, Port | null>();
    const taken: number[] = [];
    let count = 0;
    for (const held of this.#waiting) {
      if (batch.room() < 2) break;
      const port = this.#port(ports, held.device);
      if (port !== null && this.#held.get(held.address) === held) {
        for (const frame of this.#frames(held, port)) {
          batch.add(frame, linkAddress(port.index, frame.readUInt16BE(12)));
          taken.push(count);
        }
      }
      count += 1;
    }
    return { taken, count };
  }

  /** How many addresses are done with, after the kernel took only the first `sent` frames. */
  #afterRefusal(taken: readonly number[], sent: number, errno: number): number {
    const reached = taken[sent] ?? 0;
    const { name, text } = describeErrno(errno);
    // The queue is full: the rest goes out later, from the address whose frames did not all fit.
    if (errno === 0 || name === 'EAGAIN' || name === 'ENOBUFS') return reached;
    const held = this.#waiting[reached];
    this.#options.log.log('warn', `cannot announce ${held?.address} on ${held?.device}: ${text} (${name})`, 'announce');
    return reached + 1;
  }

  #port(ports: Map<string, Port | null>, device: string): Port | null {
    const known = ports.get(device);
    if (known !== undefined) return known;
    const state = interfaceState(device);
    const mac = state?.up ? ethernetAddress(device) : null;
    const port = state === null || mac === null ? null : { index: state.index, mac };
    ports.set(device, port);
    return port;
  }

  #frames({ family, address, device }: HeldAddress, { mac }: Port): Buffer[] {
    const bytes = addressBytes(address);
    if (family === 6) return [neighbourAdvertisement(mac, bytes, this.#routers.has(device))];
    return [gratuitousArp('request', mac, bytes), gratuitousArp('reply', mac, bytes)];
  }

  /** The slow refresh goes round the held addresses, a few at a time, so that each has its turn once in `refreshMs`. */
  #planRefresh(): void {
    if (this.#refresh !== null || this.#held.size === 0) return;
    const { refreshMs } = this.#options;
    const intervalMs = Math.min(refreshMs, Math.max(refreshTurnMs, refreshMs / this.#held.size));
    const timer = setTimeout(() => {
      this.#refresh = null;
      const count = Math.ceil((this.#held.size * intervalMs) / refreshMs);
      this.#burst(Array.from({ length: count }, () => this.#next()).filter((held) => held !== null));
      this.#planRefresh();
    }, intervalMs);
    this.#refresh = timer.unref();
  }

  #next(): HeldAddress | null {
    let { value, done } = this.#cursor.next();
    if (done) {
      this.#cursor = this.#held.values();
      ({ value, done } = this.#cursor.next());
    }
    return done ? null : value;
  }
}

/** One line for a burst, however many addresses it is for. */
function describe(addresses: readonly HeldAddress[]): string {
  const by = new Set(addresses.map(({ family }) => (family === 4 ? 'gratuitous ARP' : 'neighbour advertisement')));
  const [first] = addresses;
  const more = addresses.length > 1 ? ` and ${addresses.length - 1} more` : '';
  return `announcing ${first?.address} on ${first?.device}${more} by ${[...by].join(' and ')}`;
}

function stopDraining(handle: NodeJS.Immediate | NodeJS.Timeout | null): void {
  if (handle === null) return;
  clearTimeout(handle as NodeJS.Timeout);
  clearImmediate(handle as NodeJS.Immediate);
}
