/** Asks a broker for its greeting: the cheapest question that its node itself must answer. AMQP 0-9-1, sections 2.2.4 and 4.2. */
import { connect } from 'node:net';

export interface Greeting {
  /** `greets`: the broker said Connection.Start. `absent`: nobody listens. `wrong`: no answer in time, or another one. */
  readonly kind: 'greets' | 'absent' | 'wrong';
  /** In a plain sentence what is wrong; empty when it greets. */
  readonly why: string;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
}

export type Greet = (listener: Listener, limitMs: number) => Promise<Greeting>;

const header = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);
/** A method frame of channel 0, its length, and the method 10 of class 10: Connection.Start. */
const needed = 11;
const absences: readonly (string | undefined)[] = ['ECONNREFUSED', 'EADDRNOTAVAIL', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Connects, says the protocol's header and waits for the first method. Never rejects. */
export function greet({ address, port }: Listener, limitMs: number): Promise<Greeting> {
  const place = `${address} port ${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let received: Buffer = Buffer.alloc(0);
    const end = (kind: Greeting['kind'], why: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ kind, why });
    };
    const timer = setTimeout(() => end('wrong', `${place} gives no answer within ${limitMs / 1000} s`), limitMs);
    socket.on('connect', () => socket.write(header));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < needed) return;
      if (isStart(received)) end('greets', '');
      else end('wrong', `what answers at ${place} does not speak AMQP 0-9-1`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (absences.includes(error.code)) end('absent', `nobody listens at ${place}`);
      else end('wrong', `${place}: ${error.message}`);
    });
    socket.on('close', () => end('wrong', `${place} closed the connection without a greeting`));
  });
}

function isStart(bytes: Buffer): boolean {
  return bytes[0] === 1 && bytes.readUInt16BE(1) === 0 && bytes.readUInt16BE(7) === 10 && bytes.readUInt16BE(9) === 10;
}
