/** Tells by its first bytes what kind of file a capture is. */
import { ByteQueue } from './byte-queue.js';
import { type CaptureItem, type CaptureReader, trouble } from './item.js';
import { isPcap, PcapReader } from './pcap.js';
import { PcapngReader, pcapngMagic } from './pcapng.js';
import { SerialDumpReader } from './serial-dump.js';

/** Files that are something else, with what to do about them. */
const foreign = new Map<number, string>([
  [0x1f8b, 'the file is compressed: gunzip -c FILE | systole decode -'],
  [0x28b5, 'the file is compressed: zstd -dc FILE | systole decode -'],
  [0x425a, 'the file is compressed: bunzip2 -c FILE | systole decode -'],
  [0xfd37, 'the file is compressed: xz -dc FILE | systole decode -'],
]);

/** Refuses a file of another kind. */
class ForeignReader implements CaptureReader {
  constructor(private readonly text: string) {}

  push(): CaptureItem[] {
    return [];
  }

  end(): CaptureItem[] {
    return [trouble(0, this.text)];
  }
}

/** Reads a pcap file, a pcapng file or a dump of a serial line: whatever it is. */
export class AnyReader implements CaptureReader {
  private readonly start = new ByteQueue();
  private reader: CaptureReader | null = null;

  push(piece: Uint8Array): CaptureItem[] {
    if (this.reader !== null) return this.reader.push(piece);
    this.start.push(piece);
    return this.start.length < 4 ? [] : this.begin();
  }

  end(): CaptureItem[] {
    if (this.reader !== null) return this.reader.end();
    if (this.start.length === 0) return [trouble(0, 'the file is empty')];
    return [...this.begin(), ...((this.reader as CaptureReader | null)?.end() ?? [])];
  }

  private begin(): CaptureItem[] {
    const bytes = this.start.peek();
    this.reader = readerOf(bytes);
    return this.reader.push(bytes);
  }
}

function readerOf(bytes: Buffer): CaptureReader {
  if (bytes.length < 4) return new SerialDumpReader();
  const magic = bytes.readUInt32BE(0);
  if (isPcap(magic)) return new PcapReader(magic);
  if (magic === pcapngMagic) return new PcapngReader();
  const refusal = foreign.get(magic >>> 16);
  return refusal === undefined ? new SerialDumpReader() : new ForeignReader(refusal);
}
