/** Builds frames and capture files for tests, byte by byte. */

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const address4 = (text: string) => Buffer.from(text.split('.').map(Number));
const address6 = (last: number) => Buffer.from([0xfe, 0x80, ...Array(13).fill(0), last]);

export function udp(payload: Uint8Array, port = 694, sourcePort = 40_000): Buffer {
  return Buffer.concat([u16(sourcePort), u16(port), u16(payload.length + 8), u16(0), payload]);
}

/** An ICMP or ICMPv6 message: type, code, four bytes, payload. */
export function icmp(type: number, payload: Uint8Array, code = 0): Buffer {
  return Buffer.concat([Buffer.from([type, code, 0, 0, 0x34, 0, 0, 1]), payload]);
}

export interface Ip4Options {
  readonly from?: string;
  readonly to?: string;
  readonly protocol?: number;
  readonly id?: number;
  /** In bytes, a multiple of 8. */
  readonly start?: number;
  readonly more?: boolean;
  /** Bytes of header options, a multiple of 4. */
  readonly options?: number;
}

export function ip4(payload: Uint8Array, wishes: Ip4Options = {}): Buffer {
  const { from = '10.0.0.1', to = '10.0.0.2', protocol = 17, id = 7, start = 0, more = false, options = 0 } = wishes;
  const headerBytes = 20 + options;
  const flags = start / 8 + (more ? 0x2000 : 0);
  const head = [Buffer.from([0x40 + headerBytes / 4, 0]), u16(headerBytes + payload.length), u16(id), u16(flags)];
  return Buffer.concat([
    ...head,
    Buffer.from([64, protocol, 0, 0]),
    address4(from),
    address4(to),
    Buffer.alloc(options, 1),
    payload,
  ]);
}

/** From fe80::1 to fe80::2. `headers` stand between the header and the payload, with their types before them. */
export function ip6(
  payload: Uint8Array,
  protocol = 17,
  headers: readonly { type: number; bytes: Buffer }[] = [],
): Buffer {
  const types = [...headers.map(({ type }) => type), protocol];
  const extra = headers.map(({ bytes }, index) =>
    Buffer.concat([Buffer.from([types[index + 1] ?? 0]), bytes.subarray(1)]),
  );
  const body = Buffer.concat([...extra, payload]);
  const head = [Buffer.from([0x60, 0, 0, 0]), u16(body.length), Buffer.from([types[0] ?? 0, 64])];
  return Buffer.concat([...head, address6(1), address6(2), body]);
}

/** `vlans` are pairs of tag type and number. */
export function ethernet(
  packet: Uint8Array,
  type = 0x0800,
  vlans: readonly (readonly [number, number])[] = [],
): Buffer {
  const tags = vlans.flatMap(([tag, number]) => [u16(tag), u16(number)]);
  return Buffer.concat([Buffer.alloc(12, 2), ...tags, u16(type), packet]);
}

export interface PcapOptions {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

/** The header of a classic pcap file. */
export function pcapHeader({ littleEndian = true, nanoseconds = false, linkType = 1 }: PcapOptions = {}): Buffer {
  const header = words([nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0, 0, 0, 262_144, linkType], littleEndian);
  header[littleEndian ? 4 : 5] = 2;
  return header;
}

/** A classic pcap file; the frames are a second apart, beginning at 1,000,000,000 s + 5 ms. */
export function pcap(frames: readonly Buffer[], options: PcapOptions = {}): Buffer {
  const { littleEndian = true, nanoseconds = false } = options;
  const fraction = nanoseconds ? 5_000_000 : 5000;
  const records = frames.map((frame, index) =>
    Buffer.concat([words([1_000_000_000 + index, fraction, frame.length, frame.length], littleEndian), frame]),
  );
  return Buffer.concat([pcapHeader(options), ...records]);
}

/** A pcapng file with one interface of the resolution `tsresol`, and an unknown block. */
export function pcapng(frames: readonly Buffer[], { littleEndian = true, tsresol = 6, linkType = 1 } = {}): Buffer {
  const block = (type: number, body: Buffer) => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const length = padded.length + 12;
    return Buffer.concat([words([type, length], littleEndian), padded, words([length], littleEndian)]);
  };
  const half = (value: number) => (littleEndian ? u16(value).reverse() : u16(value));
  const section = block(
    0x0a0d0d0a,
    Buffer.concat([words([0x1a2b3c4d], littleEndian), half(1), half(0), Buffer.alloc(8, 255)]),
  );
  const resolution = Buffer.concat([half(9), half(1), Buffer.from([tsresol, 0, 0, 0]), half(0), half(0)]);
  const device = block(1, Buffer.concat([half(linkType), half(0), words([0], littleEndian), resolution]));
  const perSecond = tsresol < 128 ? 10 ** tsresol : 2 ** (tsresol - 128);
  const packets = frames.map((frame, index) => {
    const units = (1_000_000_000 + index + 0.005) * perSecond;
    const head = words(
      [0, Math.floor(units / 2 ** 32), Math.floor(units % 2 ** 32), frame.length, frame.length],
      littleEndian,
    );
    return block(6, Buffer.concat([head, frame]));
  });
  return Buffer.concat([section, device, block(0xbad, Buffer.from('comment')), ...packets]);
}

function words(values: readonly number[], littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) {
    if (littleEndian) bytes.writeUInt32LE(value, index * 4);
    else bytes.writeUInt32BE(value, index * 4);
  }
  return bytes;
}
