/** Sends frames about addresses, whole bursts of them, without holding up the event loop. */
import { ethernetAddress, interfaceState } from '../../io/kernel/interface.js';
import { describeErrno } from '../../io/kernel/libc.js';
import { type FrameBatch, openPacketSocket } from '../../io/kernel/packet-socket.js';
import { linkAddress } from '../../io/kernel/sockaddr.js';
import type { Logger } from '../../io/seams.js';

/** Frames in one turn of the event loop: well below a millisecond's work. */
const framesPerTurn = 256;
/** Most frames of one notice. */
const framesPerNotice = 2;
/** The kernel's queue is full: try again after this time, */
const fullMs = 2;
/** and so often before leaving it to the next repetition. */
const fullAttempts = 100;

/** Something to be said of an address on an interface. */
export interface Notice {
  readonly address: string;
  readonly device: string;
  /** Makes its frames, two at most, when their turn comes; none when it is out of date by then. `mac` is the interface's. */
  frames(mac: Uint8Array): readonly Buffer[];
}

/** What frames for one interface need. */
interface Port {
  readonly index: number;
  readonly mac: Uint8Array;
}

export class FrameQueue {
  readonly #log: Logger;
  #batch: FrameBatch | null = null;
  #waiting: Notice[] = [];
  #attempts = 0;
  #draining: NodeJS.Immediate | NodeJS.Timeout | null = null;

  /** Where no packet socket can be had it says so once, and sends nothing. */
  constructor(log: Logger) {
    this.#log = log;
    try {
      this.#batch = openPacketSocket(framesPerTurn);
    } catch (error) {
      const text = `addresses cannot be announced to the neighbours: ${(error as Error).message}`;
      log.log('warn', text, 'announce');
    }
  }

  get isOpen(): boolean {
    return this.#batch !== null;
  }

  /** Sends notices in their order, the first of them before it returns. */
  add(notices: readonly Notice[]): void {
    if (this.#batch === null) return;
    this.#waiting = this.#waiting.concat(notices);
    if (this.#draining === null) this.#drain();
  }

  close(): void {
    stopDraining(this.#draining);
    this.#batch?.close();
    this.#batch = null;
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
      const text = `${delivered} addresses not announced now: the queue of frames stays full`;
      this.#log.log('warn', text, 'announce');
    }
    this.#waiting = this.#waiting.slice(delivered);
    if (this.#waiting.length === 0) return;
    const again = () => this.#drain();
    this.#draining = delivered === 0 ? setTimeout(again, fullMs).unref() : setImmediate(again);
  }

  /**
   * Fills the batch from the waiting notices. `taken` names the notice of each frame by its position; `count` notices were
   * dealt with.
   */
  #fill(batch: FrameBatch): { taken: number[]; count: number } {
    const ports = new Map<string, Port | null>();
    const taken: number[] = [];
    let count = 0;
    for (const notice of this.#waiting) {
      if (batch.room() < framesPerNotice) break;
      const port = portOf(ports, notice.device);
      for (const frame of port === null ? [] : notice.frames(port.mac)) {
        batch.add(frame, linkAddress(port?.index ?? 0, frame.readUInt16BE(12)));
        taken.push(count);
      }
      count += 1;
    }
    return { taken, count };
  }

  /** How many notices are done with, after the kernel took only the first `sent` frames. */
  #afterRefusal(taken: readonly number[], sent: number, errno: number): number {
    const reached = taken[sent] ?? 0;
    const { name, text } = describeErrno(errno);
    // The queue is full: the rest goes out later, from the notice whose frames did not all fit.
    if (errno === 0 || name === 'EAGAIN' || name === 'ENOBUFS') return reached;
    const notice = this.#waiting[reached];
    this.#log.log('warn', `cannot announce ${notice?.address} on ${notice?.device}: ${text} (${name})`, 'announce');
    return reached + 1;
  }
}

function portOf(ports: Map<string, Port | null>, device: string): Port | null {
  const known = ports.get(device);
  if (known !== undefined) return known;
  const state = interfaceState(device);
  const mac = state?.up ? ethernetAddress(device) : null;
  const port = state === null || mac === null ? null : { index: state.index, mac };
  ports.set(device, port);
  return port;
}

function stopDraining(handle: NodeJS.Immediate | NodeJS.Timeout | null): void {
  if (handle === null) return;
  clearTimeout(handle as NodeJS.Timeout);
  clearImmediate(handle as NodeJS.Immediate);
}
