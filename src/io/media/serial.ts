/** `serial TTY`: heartbeats over a null-modem cable, which no switch, cable or driver of a network can take along. */
import type { MediumConfig } from '../../config/types.js';
import type { Medium, MediumHandlers } from '../seams.js';
import { Frames } from './serial/frames.js';
import { type Line, openLine } from './serial/line.js';
import { PacedWriter } from './serial/paced-writer.js';
import { WriteQueue } from './serial/write-queue.js';

/** How often a line that failed is tried again, and an open one looked after. */
const checkMs = 1000;
/** How long a medium that is closed goes on writing what waits. */
const farewellMs = 1000;
/** The longest that closing takes, whatever a driver does meanwhile. */
const closeMsMax = 2000;

/** A line in use and what writes to it. */
interface Connection {
  readonly line: Line;
  readonly writer: PacedWriter;
}

/**
 * Opens the line and keeps it open. A tty that is missing or in use is a failure that ends by itself. A line on which
 * nothing moves is one too; it is still listened to, and written to again and again. Where RTS/CTS keeps it from moving
 * (a cable without these wires, a peer that is off) it goes on without.
 */
export function openSerial(config: MediumConfig & { type: 'serial' }, handlers: MediumHandlers): Medium {
  return new SerialMedium(config, handlers);
}

class SerialMedium implements Medium {
  readonly form = 'string';
  readonly link: string;
  readonly description: string;
  readonly #queue = new WriteQueue();
  /** What the writer now in use has not counted. */
  readonly #past = { sent: 0, received: 0, sendErrors: 0, discardedBytes: 0 };
  readonly #baud: number;
  readonly #handlers: MediumHandlers;
  #connection: Connection | null = null;
  #flowControl = true;
  #isStuck = false;
  #told = '';
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  /** Opening and closing, one after the other. */
  #turns: Promise<void> = Promise.resolve();

  constructor({ device, baud }: MediumConfig & { type: 'serial' }, handlers: MediumHandlers) {
    this.link = device;
    this.description = `serial ${device} ${baud} baud`;
    this.#baud = baud;
    this.#handlers = handlers;
    this.#checkAfter(0);
  }

  get counters(): Medium['counters'] {
    const { written, abandoned } = this.#connection?.writer.counters ?? { written: 0, abandoned: 0 };
    const { dropped, replaced } = this.#queue.counters;
    const { received, discardedBytes } = this.#past;
    const sendErrors = this.#past.sendErrors + abandoned + dropped;
    return { sent: this.#past.sent + written, received, sendErrors, replaced, discardedBytes };
  }

  send(bytes: Uint8Array): void {
    // What is said before the line could be opened for the first time, waits for it.
    if (this.#connection === null && this.#told !== '') {
      this.#past.sendErrors += 1;
      return;
    }
    this.#queue.add(bytes);
    this.#connection?.writer.wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    let limit: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      limit = setTimeout(resolve, closeMsMax);
    });
    await Promise.race([this.#end(), expired]);
    clearTimeout(limit);
  }

  async #end(): Promise<void> {
    await this.#turns;
    await this.#connection?.writer.end(farewellMs);
    await this.#disconnect();
  }

  #checkAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#inTurn(() => this.#check()), delayMs).unref();
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turns = this.#turns.then(work);
  }

  async #check(): Promise<void> {
    try {
      if (this.#connection !== null && !(await this.#connection.line.isThere())) {
        await this.#disconnect();
        this.#flowControl = true;
        throw new Error(`serial line ${this.link} does not exist`);
      }
      if (this.#connection === null) await this.#connect();
      if (!this.#isStuck) this.#tell('open', this.description);
    } catch (error) {
      this.#queue.clear();
      this.#tell('failed', (error as Error).message);
    }
    this.#checkAfter(checkMs);
  }

  async #connect(): Promise<void> {
    const frames = new Frames();
    const line = await openLine({
      device: this.link,
      baud: this.#baud,
      flowControl: this.#flowControl,
      onBytes: (bytes) => this.#receive(frames, bytes),
      onGone: (text) => {
        this.#tell('failed', text);
        this.#flowControl = true;
        this.#inTurn(() => this.#disconnect());
      },
    });
    const writer = new PacedWriter({
      output: line,
      queue: this.#queue,
      baud: this.#baud,
      onStuck: () => this.#stuck(),
      onWell: () => {
        this.#isStuck = false;
        this.#tell('open', this.description);
      },
    });
    this.#isStuck = false;
    this.#connection = { line, writer };
    writer.wake();
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    const { written, abandoned } = connection.writer.counters;
    this.#past.sent += written;
    this.#past.sendErrors += abandoned;
    this.#queue.clear();
    this.#connection = null;
    await connection.writer.end(0);
    await connection.line.close();
  }

  #receive(frames: Frames, bytes: Buffer): void {
    const before = frames.discarded;
    for (const message of frames.take(bytes)) {
      this.#past.received += 1;
      this.#handlers.onPacket(message);
    }
    this.#past.discardedBytes += frames.discarded - before;
  }

  #stuck(): void {
    const what = `TTY write timeout on [${this.link}] (no connection or bad cable?)`;
    if (this.#flowControl) {
      this.#flowControl = false;
      this.#tell('failed', `${what}: going on without RTS/CTS`);
      this.#inTurn(() => this.#disconnect());
      this.#checkAfter(0);
      return;
    }
    this.#isStuck = true;
    this.#tell('failed', what);
  }

  #tell(state: 'open' | 'failed', text: string): void {
    if (this.#closed || this.#told === state + text) return;
    this.#told = state + text;
    // Not from here: whoever calls this takes what is thrown for a fault of the line.
    setImmediate(() => {
      if (!this.#closed) this.#handlers.onState(state, text);
    });
  }
}
