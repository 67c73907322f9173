/**
 * Tells the neighbours where an address is that another machine kept when this one gave it up. That machine does not know
 * that anybody believed otherwise, so it says nothing. It is asked first: only what answers is announced, and nothing is
 * said where nobody does.
 *
 * IPv4: gratuitous ARP with the other's hardware address as the sender's; the frame itself comes from our interface, so that
 * switches go on knowing where each machine is. IPv6: the question of duplicate address detection, which the other must
 * answer to all nodes itself.
 */
import type { Logger } from '../../io/seams.js';
import type { HeldAddress } from './announcer.js';
import { type Answer, hexOf, openQuestions, type Questions } from './answers.js';
import { gratuitousArp } from './arp.js';
import { addressBytes } from './bytes.js';
import type { FrameQueue, Notice } from './frame-queue.js';
import { neighbourSolicitation } from './neighbour-solicitation.js';

export interface BehalfOptions {
  readonly log: Logger;
  readonly queue: FrameQueue;
  /** When to tell again after the first time, in ms from then. */
  readonly repeatMs: readonly number[];
  /** When to ask who has it, in ms from the beginning; at the last of these times it is given up. */
  readonly askMs?: readonly number[];
}

/** How long the last burst of frames may wait for its turn. */
const lastBurstMs = 1000;

/** An address whose place is asked for, or told. */
interface Absent extends HeldAddress {
  readonly node: string;
  /** Null until somebody has answered. */
  mac: Uint8Array | null;
}

export class Behalf {
  readonly #options: Required<BehalfOptions>;
  /** By the address's bytes. */
  readonly #absent = new Map<string, Absent>();
  /** By interface and family; open only while something is asked. */
  readonly #questions = new Map<string, Questions>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #answered: Absent[] = [];

  constructor(options: BehalfOptions) {
    this.#options = { askMs: [0, 100, 300, 1000, 3000, 5000], ...options };
  }

  /** Asks who has these addresses, none of which is up here, and tells the neighbours of those that `node` answers for. */
  tell(addresses: readonly HeldAddress[], node: string): void {
    const asked = addresses.map((one): Absent => ({ ...one, node, mac: null })).filter((one) => this.#open(one));
    if (asked.length === 0 || !this.#options.queue.isOpen) return this.#closeUnused();
    for (const one of asked) this.#absent.set(keyOf(one), one);
    const { askMs } = this.#options;
    for (const [index, ms] of askMs.entries()) {
      const isLast = index === askMs.length - 1;
      this.#after(ms, () => (isLast ? this.#giveUp(asked) : this.#ask(asked)));
    }
  }

  /** This machine is to have addresses: nothing more is said of them for another. */
  cancel(addresses: readonly string[]): void {
    if (this.#absent.size === 0) return;
    for (const address of addresses) this.#absent.delete(hexOf(addressBytes(address)));
    this.#closeUnused();
  }

  close(): void {
    this.#absent.clear();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#closeUnused();
  }

  #open({ device, family }: HeldAddress): boolean {
    const key = `${device} ${family}`;
    if (this.#questions.has(key)) return true;
    const complain = ({ message }: Error) =>
      this.#options.log.log('warn', `cannot find out who has an address on ${device} now: ${message}`, 'behalf');
    try {
      const handlers = { onAnswer: (answer: Answer) => this.#take(device, answer), onError: complain };
      this.#questions.set(key, openQuestions({ device, family }, handlers));
      return true;
    } catch (error) {
      complain(error as Error);
      return false;
    }
  }

  #isCurrent(one: Absent): boolean {
    return this.#absent.get(keyOf(one)) === one;
  }

  #ask(asked: readonly Absent[]): void {
    const open = asked.filter((one) => one.mac === null && this.#isCurrent(one));
    this.#options.queue.add(open.map((one) => this.#questionFor(one)));
  }

  #questionFor(one: Absent): Notice {
    const { address, device, family } = one;
    return {
      address,
      device,
      frames: (mac) => {
        const questions = this.#questions.get(`${device} ${family}`);
        const isOpen = one.mac === null && this.#isCurrent(one) && questions !== undefined;
        return isOpen ? [questions.question(mac, address)] : [];
      },
    };
  }

  /** The first answer counts: a machine with two interfaces there gives two, and either is good. */
  #take(device: string, { address, mac }: Answer): void {
    const one = this.#absent.get(address);
    if (one === undefined || one.device !== device || one.mac !== null) return;
    one.mac = mac;
    this.#answered.push(one);
    // The answers to a burst of questions come in a burst.
    if (this.#answered.length === 1) setImmediate(() => this.#tellAnswered());
  }

  #tellAnswered(): void {
    const told = this.#answered.filter((one) => this.#isCurrent(one));
    this.#answered = [];
    this.#closeUnused();
    const [first] = told;
    if (first === undefined) return;
    const where = `at ${macText(first.mac)} on ${first.device}, where ${first.node} keeps them`;
    this.#options.log.log('info', `telling the neighbours to find ${namesOf(told)} ${where}`);
    this.#announce(told);
    const { repeatMs } = this.#options;
    for (const ms of repeatMs) this.#after(ms, () => this.#announce(told));
    this.#after(Math.max(0, ...repeatMs) + lastBurstMs, () => this.#forget(told));
  }

  #announce(told: readonly Absent[]): void {
    this.#options.queue.add(told.filter((one) => this.#isCurrent(one)).map((one) => this.#noticeOf(one)));
  }

  #noticeOf(one: Absent): Notice {
    const { address, device, family, mac: theirs } = one;
    const bytes = addressBytes(address);
    return {
      address,
      device,
      frames: (own) => {
        if (theirs === null || !this.#isCurrent(one)) return [];
        if (family === 6) return [neighbourSolicitation(own, bytes, null)];
        return [gratuitousArp('request', theirs, bytes, own), gratuitousArp('reply', theirs, bytes, own)];
      },
    };
  }

  #giveUp(asked: readonly Absent[]): void {
    const silent = asked.filter((one) => one.mac === null && this.#isCurrent(one));
    const [first] = silent;
    this.#forget(silent);
    this.#closeUnused();
    if (first === undefined) return;
    const text = `nobody on ${first.device} answers for ${namesOf(silent)}, which ${first.node} should keep: the neighbours are told nothing`;
    this.#options.log.log('warn', text);
  }

  #forget(some: readonly Absent[]): void {
    for (const one of some) if (this.#isCurrent(one)) this.#absent.delete(keyOf(one));
  }

  /** Every frame of its kind wakes the process while it is listened for. */
  #closeUnused(): void {
    const open = [...this.#absent.values()].filter(({ mac }) => mac === null);
    const used = new Set(open.map(({ device, family }) => `${device} ${family}`));
    for (const [key, questions] of this.#questions) {
      if (used.has(key)) continue;
      questions.close();
      this.#questions.delete(key);
    }
  }

  #after(ms: number, act: () => void): void {
    if (ms === 0) return act();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms).unref();
    this.#timers.add(timer);
  }
}

function keyOf({ address }: HeldAddress): string {
  return hexOf(addressBytes(address));
}

function macText(mac: Uint8Array | null): string {
  return Array.from(mac ?? [], (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function namesOf(some: readonly HeldAddress[]): string {
  return `${some[0]?.address}${some.length > 1 ? ` and ${some.length - 1} more` : ''}`;
}
