/** Reads the pcapng format (Wireshark, dumpcap): sections, interfaces and their packets; other blocks are skipped. */
import { ByteQueue } from './byte-queue.js';
import { type CaptureItem, type CaptureReader, recordLimitBytes, trouble } from './item.js';

/** First four bytes of such a file, the same in both byte orders. */
export const pcapngMagic = 0x0a0d0d0a;

const byteOrderMagic = 0x1a2b3c4d;
const interfaceBlock = 1;
const simplePacketBlock = 3;
const enhancedPacketBlock = 6;
const timeResolutionOption = 9;
const timeOffsetOption = 14;
const interfacesMax = 1000;

interface Interface {
  readonly linkType: number;
  readonly unitsPerSecond: number;
  readonly offsetSeconds: number;
}

export class PcapngReader implements CaptureReader {
  private readonly queue = new ByteQueue();
  private littleEndian = true;
  private interfaces: Interface[] = [];
  private broken = false;

  push(piece: Uint8Array): CaptureItem[] {
    if (this.broken) return [];
    this.queue.push(piece);
    const items: CaptureItem[] = [];
    // A block of every kind has its length twice and its type: twelve bytes at least.
    while (!this.broken && this.queue.length >= 12) {
      const { offset } = this.queue;
      const length = this.blockLength();
      if (length < 12 || length > recordLimitBytes || length % 4 !== 0) {
        items.push(this.damaged(offset, `a block of ${length} bytes`));
        break;
      }
      if (this.queue.length < length) break;
      const item = this.block(this.queue.take(length), offset);
      if (item !== null) items.push(item);
    }
    return items;
  }

  end(): CaptureItem[] {
    const { length, offset } = this.queue;
    if (this.broken || length === 0) return [];
    return [trouble(offset, `the pcapng file ends in the middle of the block at byte ${offset}`)];
  }

  /** Of the block that begins the queue. A section may change the byte order, and says so after its length. */
  private blockLength(): number {
    const head = this.queue.peek();
    if (head.readUInt32BE(0) === pcapngMagic) this.littleEndian = head.readUInt32LE(8) === byteOrderMagic;
    return this.u32(head, 4);
  }

  private block(block: Buffer, offset: number): CaptureItem | null {
    const body = block.subarray(8, block.length - 4);
    if (block.readUInt32BE(0) === pcapngMagic) {
      this.interfaces = [];
      if (body.length < 4) return this.damaged(offset, 'a section without byte order');
      return this.u32(body, 0) === byteOrderMagic ? null : this.damaged(offset, 'a section without byte order');
    }
    switch (this.u32(block, 0)) {
      case interfaceBlock:
        return this.interface(body, offset);
      case enhancedPacketBlock:
        return this.enhancedPacket(body, offset);
      case simplePacketBlock:
        return this.simplePacket(body, offset);
      default:
        return null;
    }
  }

  private interface(body: Buffer, offset: number): CaptureItem | null {
    if (body.length < 8 || this.interfaces.length >= interfacesMax) return this.damaged(offset, 'an interface');
    let unitsPerSecond = 1e6;
    let offsetSeconds = 0;
    for (let at = 8; at + 4 <= body.length; ) {
      const [code, length] = [this.u16(body, at), this.u16(body, at + 2)];
      const value = body.subarray(at + 4, at + 4 + length);
      if (code === timeResolutionOption && value.length === 1) unitsPerSecond = resolution(value.readUInt8(0));
      if (code === timeOffsetOption && value.length === 8) offsetSeconds = this.seconds(value);
      at += 4 + Math.ceil(length / 4) * 4;
    }
    this.interfaces.push({ linkType: this.u16(body, 0), unitsPerSecond, offsetSeconds });
    return null;
  }

  private enhancedPacket(body: Buffer, offset: number): CaptureItem {
    const from = body.length < 20 ? undefined : this.interfaces[this.u32(body, 0)];
    const length = from === undefined ? 0 : this.u32(body, 12);
    if (from === undefined || length > body.length - 20) return this.damaged(offset, 'a packet');
    const units = this.u32(body, 4) * 2 ** 32 + this.u32(body, 8);
    const wallMs = (units / from.unitsPerSecond + from.offsetSeconds) * 1000;
    return { kind: 'frame', offset, wallMs, linkType: from.linkType, bytes: body.subarray(20, 20 + length) };
  }

  private simplePacket(body: Buffer, offset: number): CaptureItem {
    const from = body.length < 4 ? undefined : this.interfaces[0];
    if (from === undefined) return this.damaged(offset, 'a packet');
    const bytes = body.subarray(4, 4 + Math.min(this.u32(body, 0), body.length - 4));
    return { kind: 'frame', offset, wallMs: null, linkType: from.linkType, bytes };
  }

  private damaged(offset: number, what: string): CaptureItem {
    this.broken = true;
    return trouble(offset, `the pcapng file is damaged at byte ${offset}: ${what}; nothing after it can be read`);
  }

  private seconds(value: Buffer): number {
    const seconds = Number(this.littleEndian ? value.readBigInt64LE(0) : value.readBigInt64BE(0));
    // An offset of more than ten thousand years is damage, and would be no date.
    return Math.abs(seconds) < 3e11 ? seconds : 0;
  }

  private u32(bytes: Buffer, at: number): number {
    return this.littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  private u16(bytes: Buffer, at: number): number {
    return this.littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }
}

/** if_tsresol: a negative power of 10, or of 2 when the highest bit is set. */
function resolution(code: number): number {
  return code < 0x80 ? 10 ** code : 2 ** (code & 0x7f);
}
