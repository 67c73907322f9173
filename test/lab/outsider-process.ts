/**
 * Runs in the client's network, where it is no member of the cluster: hears the broadcast heartbeats of one network and sends
 * whatever it is told to. One JSON object a line: in { to, port, packets: base64[] }, out { heard: base64 }.
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';

const port = Number(process.argv[2]);
const socket = createSocket({ type: 'udp4', reuseAddr: true });
socket.on('message', (bytes) => process.stdout.write(`${JSON.stringify({ heard: bytes.toString('base64') })}\n`));
socket.bind(port, () => {
  socket.setBroadcast(true);
  process.stdout.write('{}\n');
});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { to, packets } = JSON.parse(line) as { to: string; packets: string[] };
    for (const packet of packets) socket.send(Buffer.from(packet, 'base64'), port, to);
  })
  .on('close', () => socket.close());
