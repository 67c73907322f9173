/** Somebody on the cluster's network who is no member: hears its broadcasts and sends what he likes. */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lab } from './lab.js';

export interface Outsider {
  /** Every heartbeat heard so far, in order. */
  readonly heard: readonly Buffer[];
  send(to: string, packets: readonly Uint8Array[]): void;
  close(): Promise<void>;
}

/** Starts it in the lab's client, on the cluster's UDP port. */
export async function startOutsider(lab: Lab, port = 694): Promise<Outsider> {
  const program = fileURLToPath(new URL('outsider-process.js', import.meta.url));
  const child = lab.helper(program, String(port));
  const heard: Buffer[] = [];
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { heard: packet } = JSON.parse(line) as { heard?: string };
      if (packet === undefined) resolve();
      else heard.push(Buffer.from(packet, 'base64'));
    });
  });
  return {
    heard,
    send: (to, packets) => {
      const texts = packets.map((packet) => Buffer.from(packet).toString('base64'));
      child.stdin.write(`${JSON.stringify({ to, packets: texts })}\n`);
    },
    close: () => {
      child.stdin.end();
      return ended;
    },
  };
}
