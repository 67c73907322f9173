import t from 'tap';
import { type Output, PacedWriter } from '../../../../src/io/media/serial/paced-writer.js';
import { WriteQueue } from '../../../../src/io/media/serial/write-queue.js';
import { until } from '../../../support/own-network.js';

const packet = (seq: number, size = 10): Uint8Array =>
  Buffer.from(`>>>\nt=resource\nfill=${'x'.repeat(size)}\nsrc=a\nseq=${seq}\n<<<\n`);

/** A line whose other side says when it is ready, as with RTS/CTS: the kernel keeps up to 4 KB meanwhile. */
class Kernel implements Output {
  ready = true;
  gone = false;
  held = Buffer.alloc(0);
  sent = '';
  flushed = 0;

  write(bytes: Uint8Array): number {
    if (this.gone) throw new Error('EIO');
    const taken = bytes.subarray(0, 4096 - this.held.length);
    this.held = Buffer.concat([this.held, taken]);
    return taken.length;
  }

  unsent(): number {
    if (this.ready) {
      this.sent += String(this.held);
      this.held = Buffer.alloc(0);
    }
    return this.held.length;
  }

  flush(): void {
    this.flushed += 1;
    this.held = Buffer.alloc(0);
  }
}

function writer(baud = 460_800) {
  const output = new Kernel();
  const queue = new WriteQueue();
  const told: string[] = [];
  const paced = new PacedWriter({
    output,
    queue,
    baud,
    onStuck: () => told.push('stuck'),
    onWell: () => told.push('well'),
  });
  const send = (bytes: Uint8Array) => {
    queue.add(bytes);
    paced.wake();
  };
  return { output, queue, told, paced, send };
}

t.test('packets go out in order and whole, each after a newline', async (t) => {
  const { output, paced, told, send } = writer();
  for (let seq = 1; seq <= 5; seq++) send(packet(seq, 1500));
  await until('all of them', () => paced.counters.written === 5);
  const wanted = [1, 2, 3, 4, 5].map((seq) => `\n${packet(seq, 1500)}`).join('');
  t.equal(output.sent, wanted);
  t.same(told, []);
});

t.test('the kernel is never given more than the line has had time for', async (t) => {
  const { output, paced, send } = writer(9600);
  output.ready = false;
  send(packet(1, 3000));
  await until('the stall', () => output.flushed === 1);
  t.equal(paced.counters.abandoned, 1);
  t.equal(output.sent, '');
  t.ok(output.held.length === 0, 'nothing is left that could be sent late');
});

t.test('a line that is stuck, and well again only after a while without', async (t) => {
  const { output, queue, paced, told, send } = writer();
  output.ready = false;
  send(packet(1));
  send(packet(2));
  await until('the stall', () => told.length === 1);
  t.ok(queue.isEmpty, 'what waited is forgotten');
  output.ready = true;
  send(packet(3));
  await until('the next packet', () => paced.counters.written === 1);
  t.same(told, ['stuck'], 'one packet is no proof');
  const end = performance.now() + 15_000;
  let seq = 4;
  while (told.length < 2 && performance.now() < end) {
    send(packet(seq++));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  t.same(told, ['stuck', 'well']);
});

t.test('a line that is gone', async (t) => {
  const { output, paced, told, send } = writer();
  output.gone = true;
  send(packet(1));
  await until('the packet to be given up', () => paced.counters.abandoned === 1);
  t.same(told, [], 'is not a stuck one');
});

t.test('the end: what waits is still written, but not for long', async (t) => {
  const quick = writer();
  quick.send(packet(1));
  quick.send(packet(2));
  await quick.paced.end(5000);
  t.equal(quick.paced.counters.written, 2);
  quick.send(packet(3));
  t.equal(quick.paced.counters.written, 2, 'nothing after it');

  const slow = writer(9600);
  for (let seq = 1; seq <= 10; seq++) slow.send(packet(seq, 1000));
  const since = performance.now();
  await slow.paced.end(100);
  t.ok(performance.now() - since < 5000, 'ten seconds of packets are not waited for');
});
