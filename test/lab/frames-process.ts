/** Prints every ARP frame that arrives at an interface, one a line in hexadecimal. */
import { FrameCapture } from '../support/frame-capture.js';

const arp = 0x0806;
const capture = new FrameCapture(process.argv[2] ?? 'eth0');
let printed = 0;
process.stdout.write('listening\n');
setInterval(() => {
  const frames = capture.ofType(arp);
  for (const frame of frames.slice(printed)) process.stdout.write(`${frame.toString('hex')}\n`);
  printed = frames.length;
}, 10);
