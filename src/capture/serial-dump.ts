/** Reads what was heard on a serial line: messages of string form, with whatever noise there is between them. */
import { packetLimitBytes } from '../wire/frame.js';
import { ByteQueue } from './byte-queue.js';
import { type CaptureItem, type CaptureReader, trouble } from './item.js';

const head = '>>>\n';
const foot = '<<<\n';

/**
 * A message begins with the line `>>>` and ends with the line `<<<`. One that is broken off by the next `>>>` is passed
 * on as it is (the decoder says what is wrong with it); bytes outside of messages are told of. A dump may begin and end
 * in the middle of a message: that is no fault of the line.
 */
export class SerialDumpReader implements CaptureReader {
  private readonly queue = new ByteQueue();
  /** Messages found so far. */
  private messages = 0;

  push(piece: Uint8Array): CaptureItem[] {
    this.queue.push(piece);
    const items: CaptureItem[] = [];
    for (let next = this.next(); next !== null; next = this.next()) items.push(next);
    return items;
  }

  end(): CaptureItem[] {
    const { offset, length } = this.queue;
    if (this.messages === 0) {
      const text = `this is neither a pcap file nor a dump of a serial line: no message in ${offset + length} bytes`;
      return [trouble(0, text)];
    }
    const beginsMessage = this.queue.peek().indexOf(head) === 0;
    if (beginsMessage || isEmptyLines(this.queue.peek())) return [];
    return [trouble(offset, `${length} bytes of noise at byte ${offset}`)];
  }

  private next(): CaptureItem | null {
    const waiting = this.queue.peek();
    // Noise may stand before it on the same line. (A real Heartbeat then misses that message.)
    const start = waiting.indexOf(head, 0, 'latin1');
    if (start !== 0) return this.noise(waiting, start);
    const again = lineAt(waiting, head, head.length);
    // Only before the next message: a dump of nothing but beginnings is not searched anew for each of them.
    const end = lineAt(again < 0 ? waiting : waiting.subarray(0, again), foot, head.length);
    if (end >= 0) return this.message(end + foot.length);
    if (again >= 0) return this.message(again);
    return waiting.length > packetLimitBytes ? this.message(packetLimitBytes) : null;
  }

  private message(length: number): CaptureItem {
    const { offset } = this.queue;
    this.messages += 1;
    return { kind: 'message', offset, bytes: this.queue.take(length) };
  }

  /** What stands before the next message. Without one in sight all is noise but the last bytes, which may begin one. */
  private noise(waiting: Buffer, start: number): CaptureItem | null {
    const enough = waiting.length >= packetLimitBytes;
    if (start < 0 && !enough) return null;
    const length = start < 0 ? waiting.length - head.length : start;
    const { offset } = this.queue;
    const isFirst = offset === 0;
    const bytes = this.queue.take(length);
    // A dump that begins in the middle of a message is no trouble, nor is the newline that a systole node begins with.
    if (start >= 0 && (isFirst || isEmptyLines(bytes))) return this.next();
    return trouble(offset, `${length} bytes of noise at byte ${offset}`);
  }
}

/** Newlines and nothing else, or nothing at all. */
function isEmptyLines(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x0a);
}

/** Where `line` stands at the beginning of a line, or -1. */
function lineAt(bytes: Buffer, line: string, from: number): number {
  const at = bytes.indexOf(`\n${line}`, from - 1, 'latin1');
  return at < 0 ? -1 : at + 1;
}
