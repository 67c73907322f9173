/** Reads the classic pcap format (tcpdump -w), either byte order, microseconds and nanoseconds. */
import { ByteQueue } from './byte-queue.js';
import { type CaptureItem, type CaptureReader, recordLimitBytes, trouble } from './item.js';

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/** Byte order and resolution by the first four bytes. */
const variants = new Map<number, { readonly littleEndian: boolean; readonly fractionsPerMs: number }>([
  [0xd4c3b2a1, { littleEndian: true, fractionsPerMs: 1e3 }],
  [0xa1b2c3d4, { littleEndian: false, fractionsPerMs: 1e3 }],
  [0x4d3cb2a1, { littleEndian: true, fractionsPerMs: 1e6 }],
  [0xa1b23c4d, { littleEndian: false, fractionsPerMs: 1e6 }],
]);

/** Whether a file that begins so (its first four bytes as a big-endian number) is a classic pcap file. */
export function isPcap(magic: number): boolean {
  return variants.has(magic);
}

export class PcapReader implements CaptureReader {
  private readonly queue = new ByteQueue();
  private readonly littleEndian: boolean;
  private readonly fractionsPerMs: number;
  /** Null until the file's header was read. */
  private linkType: number | null = null;
  /** Nothing after a damaged place can be found again. */
  private broken = false;

  /** Throws a RangeError unless `isPcap(magic)`. */
  constructor(magic: number) {
    const variant = variants.get(magic);
    if (variant === undefined) throw new RangeError('not a pcap file');
    this.littleEndian = variant.littleEndian;
    this.fractionsPerMs = variant.fractionsPerMs;
  }

  push(piece: Uint8Array): CaptureItem[] {
    if (this.broken) return [];
    this.queue.push(piece);
    const items: CaptureItem[] = [];
    if (this.linkType === null && this.queue.length >= fileHeaderBytes) {
      // The upper bits tell of a checksum at the end of each frame, which IP's own length leaves out.
      this.linkType = this.u32(this.queue.take(fileHeaderBytes), 20) & 0x0fffffff;
    }
    for (let next = this.next(); next !== null; next = this.next()) items.push(next);
    return items;
  }

  end(): CaptureItem[] {
    if (this.broken) return [];
    const { length, offset } = this.queue;
    if (this.linkType === null) return [trouble(offset, `the pcap file ends in its header, after ${length} bytes`)];
    return length === 0 ? [] : [trouble(offset, `the pcap file ends in the middle of the packet at byte ${offset}`)];
  }

  private next(): CaptureItem | null {
    if (this.broken || this.linkType === null || this.queue.length < recordHeaderBytes) return null;
    const { offset } = this.queue;
    const head = this.queue.peek();
    const length = this.u32(head, 8);
    if (length > recordLimitBytes) {
      this.broken = true;
      return trouble(
        offset,
        `the pcap file is damaged at byte ${offset}: a packet of ${length} bytes; nothing after it can be read`,
      );
    }
    if (this.queue.length < recordHeaderBytes + length) return null;
    const wallMs = this.u32(head, 0) * 1000 + this.u32(head, 4) / this.fractionsPerMs;
    const bytes = this.queue.take(recordHeaderBytes + length).subarray(recordHeaderBytes);
    return { kind: 'frame', offset, wallMs, linkType: this.linkType, bytes };
  }

  private u32(bytes: Buffer, at: number): number {
    return this.littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
