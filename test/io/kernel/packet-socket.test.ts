import t from 'tap';
import { interfaceIndex, KernelError, openSocket } from '../../../src/io/kernel/libc.js';
import { openPacketSocket } from '../../../src/io/kernel/packet-socket.js';
import { linkAddress } from '../../../src/io/kernel/sockaddr.js';
import { FrameCapture } from '../../support/frame-capture.js';
import { ownNetwork, until } from '../../support/own-network.js';

const experimental = 0x88b5;

/** A frame of the EtherType for experiments (IEEE 802). */
function frameOf(text: string): Buffer {
  const head = Buffer.alloc(14);
  head.writeUInt16BE(experimental, 12);
  return Buffer.concat([head, Buffer.from(text)]);
}

t.test('a refused call says what and why', async (t) => {
  t.throws(() => openSocket(-1, 0, 0), new KernelError('cannot open a socket', 97));
  t.throws(() => openSocket(-1, 0, 0), {
    code: 'EAFNOSUPPORT',
    message: /^cannot open a socket: .*\(EAFNOSUPPORT\)$/,
  });
});

if (ownNetwork(t, import.meta.url)) {
  t.test('frames go out in one call and in order', async (t) => {
    const capture = new FrameCapture('lo');
    t.teardown(() => capture.close());
    const batch = openPacketSocket(3);
    t.teardown(() => batch.close());
    t.same(batch.send(), { sent: 0, errno: 0 }, 'nothing to send');
    const to = linkAddress(interfaceIndex('lo'), experimental);
    for (const text of ['one', 'number two', '3']) batch.add(frameOf(text), to);
    t.equal(batch.room(), 0);
    t.throws(() => batch.add(frameOf('four'), to), RangeError);
    t.same(batch.send(), { sent: 3, errno: 0 });
    t.equal(batch.room(), 3);
    // The loopback shows each frame twice: going out and coming in.
    const frames = await until('the frames', () => {
      const seen = capture.ofType(experimental);
      return seen.length === 6 && seen;
    });
    t.same(
      frames.map((frame) => frame.subarray(14).toString()),
      ['one', 'one', 'number two', 'number two', '3', '3'],
    );
    batch.add(frameOf('nowhere'), linkAddress(9999, experimental));
    t.same(batch.send(), { sent: 0, errno: 6 }, 'no such interface (ENXIO)');
  });
}
