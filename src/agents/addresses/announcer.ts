/** Tells the neighbours, again and again while it is so, that this machine has an address. */
import type { Logger } from '../../io/seams.js';
import { gratuitousArp } from './arp.js';
import { addressBytes } from './bytes.js';
import type { FrameQueue } from './frame-queue.js';
import { neighbourAdvertisement } from './neighbour-advertisement.js';

/** The refresh wakes the process no more often than this. */
const refreshTurnMs = 1000;

/** An address, and the interface where it is. */
export interface HeldAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly device: string;
}

export interface AnnouncerOptions {
  readonly log: Logger;
  readonly queue: FrameQueue;
  /** When to say it again after the first time, in ms from then: some neighbours miss the first. */
  readonly repeatMs: readonly number[];
  /** How often each address is announced for as long as it is held (ms). */
  readonly refreshMs: number;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #held = new Map<string, HeldAddress>();
  readonly #routers = new Set<string>();
  readonly #repeats = new Set<NodeJS.Timeout>();
  #refresh: NodeJS.Timeout | null = null;
  #cursor: Iterator<HeldAddress>;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#cursor = this.#held.values();
  }

  /** Says for an interface whether this machine forwards IPv6 there: its advertisements must tell. */
  setRouter(device: string, router: boolean): void {
    if (router) this.#routers.add(device);
    else this.#routers.delete(device);
  }

  /** Announces addresses from now on: the first frames are with the kernel on return. */
  announce(addresses: readonly HeldAddress[]): void {
    if (!this.#options.queue.isOpen || addresses.length === 0) return;
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
  }

  #burst(addresses: readonly HeldAddress[]): void {
    const notices = addresses.map((held) => {
      const { address, device } = held;
      const frames = (mac: Uint8Array) => (this.#held.get(address) === held ? this.#frames(held, mac) : []);
      return { address, device, frames };
    });
    this.#options.queue.add(notices);
  }

  #frames({ family, address, device }: HeldAddress, mac: Uint8Array): Buffer[] {
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
