import t from 'tap';
import type { CaptureItem } from '../../src/capture/item.js';
import { AnyReader } from '../../src/capture/open.js';
import { pcapCaptures, serialCaptures } from '../support/captures.js';
import { pcap, pcapHeader, pcapng } from '../support/frames.js';

/** All items of a file that comes in pieces of this size. */
function itemsOf(file: Buffer, pieceBytes = 65_536): CaptureItem[] {
  const reader = new AnyReader();
  const items: CaptureItem[] = [];
  for (let at = 0; at < file.length; at += pieceBytes) items.push(...reader.push(file.subarray(at, at + pieceBytes)));
  return [...items, ...reader.end()];
}

const said = (file: Buffer) =>
  itemsOf(file).map((item) =>
    item.kind === 'trouble' ? `${item.offset}: ${item.text}` : `${item.offset}: ${item.kind}`,
  );

const frames = [Buffer.from('first'), Buffer.alloc(0), Buffer.alloc(70_000, 'x')];

t.test('each variant of pcap and pcapng gives the same frames, in pieces of any size', async (t) => {
  const files = {
    'pcap, little-endian': pcap(frames),
    'pcap, big-endian': pcap(frames, { littleEndian: false }),
    'pcap, nanoseconds': pcap(frames, { nanoseconds: true }),
    'pcap, big-endian, nanoseconds': pcap(frames, { littleEndian: false, nanoseconds: true }),
    'pcapng, little-endian': pcapng(frames),
    'pcapng, big-endian': pcapng(frames, { littleEndian: false }),
    'pcapng, nanoseconds': pcapng(frames, { tsresol: 9 }),
    'pcapng, binary fractions': pcapng(frames, { tsresol: 128 + 20 }),
  };
  for (const [name, file] of Object.entries(files)) {
    for (const pieceBytes of name === 'pcap, little-endian' ? [1, 7, 65_536] : [1000, 65_536]) {
      const items = itemsOf(file, pieceBytes);
      t.same(
        items.map((item) => (item.kind === 'frame' ? item.bytes : item)),
        frames,
        `${name}, ${pieceBytes}`,
      );
      for (const [index, item] of items.entries()) {
        const wallMs = (1_000_000_000 + index) * 1000 + 5;
        t.ok(item.kind === 'frame' && Math.abs((item.wallMs ?? 0) - wallMs) < 0.01, `${name}: time`);
        t.match(item, { linkType: 1 });
      }
    }
  }
});

t.test('captured files are read whole', async (t) => {
  for (const { file, packets, name } of pcapCaptures()) {
    const items = itemsOf(file);
    t.equal(items.length, packets.length, name);
    t.ok(items.every((item) => item.kind === 'frame'));
  }
  for (const { file, packets, name } of serialCaptures()) {
    for (const pieceBytes of [1, 500, 65_536]) {
      const items = itemsOf(file, pieceBytes);
      t.same(
        items.map((item) => (item.kind === 'message' ? item.bytes : item)),
        packets,
        name,
      );
    }
  }
});

t.test('a file that ends early or is damaged is told of with the place', async (t) => {
  const file = pcap(frames);
  t.same(said(file.subarray(0, 10)), ['0: the pcap file ends in its header, after 10 bytes']);
  t.same(said(file.subarray(0, 24)), []);
  t.same(said(file.subarray(0, 30)), ['24: the pcap file ends in the middle of the packet at byte 24']);
  t.same(said(file.subarray(0, 64)), [
    '24: frame',
    '45: frame',
    '61: the pcap file ends in the middle of the packet at byte 61',
  ]);
  const damaged = Buffer.concat([file.subarray(0, 45), Buffer.alloc(100, 255)]);
  t.same(said(damaged), [
    '24: frame',
    '45: the pcap file is damaged at byte 45: a packet of 4294967295 bytes; nothing after it can be read',
  ]);
  const ng = pcapng(frames);
  t.match(said(ng.subarray(0, -1)).at(-1), /^\d+: the pcapng file ends in the middle of the block at byte \d+$/);
  const broken = Buffer.concat([ng.subarray(0, 28), Buffer.alloc(100, 1)]);
  t.same(said(broken), [
    '28: the pcapng file is damaged at byte 28: a block of 16843009 bytes; nothing after it can be read',
  ]);
  for (const head of ['0a0d0d0a0c0000000c000000', '0a0d0d0a0000000c0000000c']) {
    t.same(said(Buffer.concat([ng, Buffer.from(head, 'hex')])).length, frames.length + 1, 'a section of twelve bytes');
  }
  const noDevice = Buffer.concat([ng.subarray(0, 28), ng.subarray(28 + 32 + 20)]);
  t.match(said(noDevice).at(-1), /is damaged at byte 28: a packet;/);
});

t.test('what is no capture is refused', async (t) => {
  t.same(said(Buffer.alloc(0)), ['0: the file is empty']);
  t.same(said(Buffer.from('x')), ['0: this is neither a pcap file nor a dump of a serial line: no message in 1 bytes']);
  t.match(said(Buffer.alloc(300_000, 'x')).at(-1), /no message in 300000 bytes$/);
  t.same(said(Buffer.from([0x1f, 0x8b, 8, 0, 0])), ['0: the file is compressed: gunzip -c FILE | systole decode -']);
  t.same(said(pcapHeader()), []);
});

t.test('serial lines: noise, broken messages, dumps that begin and end anywhere', async (t) => {
  const message = '>>>\nt=a\n<<<\n';
  const read = (text: string) =>
    itemsOf(Buffer.from(text, 'latin1'), 5).map((item) =>
      item.kind === 'message' ? item.bytes.toString('latin1') : `${item.kind} ${'text' in item ? item.text : ''}`,
    );
  t.same(read(message + message), [message, message]);
  t.same(read(`\n${message}\n${message}\n`), [message, message], 'each after a newline, as a systole node writes them');
  t.same(read(`t=a\n<<<\n${message}`), [message], 'begins in the middle');
  t.same(read(`${message}>>>\nt=`), [message], 'ends in the middle');
  t.same(read(`${message}\xff\xfe\n${message}`), [message, 'trouble 3 bytes of noise at byte 12', message]);
  t.same(read(`${message}xyz`), [message, 'trouble 3 bytes of noise at byte 12']);
  t.same(read(`>>>\nt=a\n${message}`), ['>>>\nt=a\n', message], 'broken off by the next one');
  t.same(read(`>>>\nt=a>>>\nb=<<<\n<<<\n`), ['>>>\nt=a>>>\nb=<<<\n<<<\n'], 'marks inside a line are none');
});

t.test('a dump of nothing but beginnings is read in one go', async (t) => {
  const reader = new AnyReader();
  const began = performance.now();
  const count = reader.push(Buffer.from('>>>\n'.repeat(200_000))).length;
  t.equal(count, 199_999);
  t.ok(performance.now() - began < 10_000, 'not one search of the whole for each');
});

t.test('memory stays bounded on a line that never ends a message', async (t) => {
  const reader = new AnyReader();
  reader.push(Buffer.from('>>>\n'));
  const piece = Buffer.alloc(65_536, 'a=b\n');
  let items = 0;
  for (let round = 0; round < 200; round++) items += reader.push(piece).length;
  t.ok(items >= 2, 'what is too long is passed on as broken or as noise');
});
