/**
 * Writes what waits in a queue to a serial line, no faster than the line carries it, so that hardly anything waits where
 * it cannot be replaced any more. A line that does not move is noticed, and what waited is forgotten: it is never told late.
 */
import type { WriteQueue } from './write-queue.js';

/** As Heartbeat writes. */
const chunkBytes = 512;
/** Eight bits with a start and a stop bit. */
const bitsPerByte = 10;
/** So long (ms) a chunk may take beyond its time. */
const stuckMs = 500;
/** How often (ms) one looks whether the kernel still has bytes to send. */
const lookMs = 10;
/** A line that was stuck is well again after so long (ms) without being so. */
const wellMs = 10_000;

/** The line to write to. */
export interface Output {
  /** Gives how many of the bytes the kernel has taken: all it has room for, which may be none. Throws when the line is gone. */
  write(bytes: Uint8Array): number;
  /** Bytes that the kernel has taken but not sent; 0 where it cannot tell. */
  unsent(): number;
  /** Makes the kernel forget bytes that it has not sent. */
  flush(): void;
}

export interface PacedWriterOptions {
  readonly output: Output;
  readonly queue: WriteQueue;
  readonly baud: number;
  /** Nothing has moved for longer than it may. */
  readonly onStuck: () => void;
  /** After `onStuck`: everything has moved for a while. */
  readonly onWell: () => void;
}

export class PacedWriter {
  /** Whole packets written, and packets given up in the middle. */
  readonly counters = { written: 0, abandoned: 0 };
  readonly #options: PacedWriterOptions;
  #running: Promise<void> | null = null;
  #ended = false;
  #stuckAt: number | null = null;

  constructor(options: PacedWriterOptions) {
    this.#options = options;
  }

  /** Something was added to the queue. */
  wake(): void {
    if (this.#ended || this.#running !== null || this.#options.queue.isEmpty) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      this.wake();
    });
  }

  /** Writes what waits, for `limitMs` at most and only if the line moves, and then no more. */
  async end(limitMs: number): Promise<void> {
    if (this.#running !== null && this.#stuckAt === null) {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limitMs);
      });
      await Promise.race([this.#running, limit]);
      clearTimeout(timer);
    }
    this.#ended = true;
  }

  async #run(): Promise<void> {
    for (;;) {
      const packet = this.#ended ? null : this.#options.queue.next();
      if (packet === null) return;
      // A line that is gone throws; its owner hears of that by itself.
      const isWritten = await this.#writePacket(packet).catch(() => false);
      if (isWritten) this.counters.written += 1;
      else this.counters.abandoned += 1;
    }
  }

  async #writePacket(text: Uint8Array): Promise<boolean> {
    // A newline first: what noise has left on the line ends there, and does not spoil the packet's first line.
    const packet = Buffer.concat([Buffer.from('\n'), text]);
    for (let at = 0; at < packet.length && !this.#ended; at += chunkBytes) {
      const isLast = at + chunkBytes >= packet.length;
      const chunk = packet.subarray(at, at + chunkBytes);
      if (!(await this.#writeChunk(chunk, isLast ? 0 : chunkBytes - 1))) return false;
    }
    return !this.#ended;
  }

  /** Writes and waits until the line has had its time, and no more than `leftBytes` are unsent. False when it is stuck. */
  async #writeChunk(chunk: Uint8Array, leftBytes: number): Promise<boolean> {
    const { output, baud } = this.#options;
    const dueMs = (chunk.length * bitsPerByte * 1000) / baud;
    const deadline = performance.now() + dueMs + stuckMs;
    let taken = output.write(chunk);
    await pause(dueMs);
    while (!this.#ended && (taken < chunk.length || output.unsent() > leftBytes)) {
      if (performance.now() > deadline) return this.#stuck();
      await pause(lookMs);
      if (!this.#ended && taken < chunk.length) taken += output.write(chunk.subarray(taken));
    }
    this.#moved();
    return true;
  }

  #stuck(): false {
    const { output, queue, onStuck } = this.#options;
    this.#stuckAt = performance.now();
    output.flush();
    queue.clear();
    onStuck();
    return false;
  }

  #moved(): void {
    if (this.#stuckAt === null || performance.now() < this.#stuckAt + wellMs) return;
    this.#stuckAt = null;
    this.#options.onWell();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
