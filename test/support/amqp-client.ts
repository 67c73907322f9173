/** As much of AMQP 0-9-1 as a test needs: one connection, one channel, a durable queue, confirmed messages. */
import { connect, type Socket } from 'node:net';

const frame = { method: 1, header: 2, body: 3 } as const;
const frameEnd = 0xce;
const persistent = 2;

/** Class and method, as one number to compare. */
const method = {
  start: 10_010,
  startOk: 10_011,
  tune: 10_030,
  tuneOk: 10_031,
  open: 10_040,
  openOk: 10_041,
  close: 10_050,
  closeOk: 10_051,
  channelOpen: 20_010,
  channelOpenOk: 20_011,
  channelClose: 20_040,
  queueDeclare: 50_010,
  queueDeclareOk: 50_011,
  consume: 60_020,
  consumeOk: 60_021,
  publish: 60_040,
  ack: 60_080,
  nack: 60_120,
  select: 85_010,
  selectOk: 85_011,
} as const;

export interface AmqpEvents {
  /** The broker has taken over what was published as number `tag`, and, if `multiple`, all before. */
  readonly onAck?: (tag: number, multiple: boolean) => void;
  readonly onMessage?: (body: string) => void;
  /** Once, when it has ended, for whatever reason. */
  readonly onEnd?: (why: string) => void;
}

export interface AmqpOptions extends AmqpEvents {
  readonly host: string;
  readonly port: number;
  readonly queue: string;
  /** To be ready to publish. */
  readonly limitMs: number;
}

export interface AmqpConnection {
  /** Messages that were in the queue when it was opened. */
  readonly messages: number;
  /** The first is number 1, the next 2. */
  publish(body: string): void;
  /** Has every message of the queue sent here, and taken off the queue. */
  consume(): void;
  end(): void;
}

/** Connects as guest, opens a channel that confirms, and declares the durable queue. Rejects when it is not ready in time. */
export function openAmqp(options: AmqpOptions): Promise<AmqpConnection> {
  const { host, port, queue, limitMs, onAck, onMessage, onEnd } = options;
  const socket = connect({ host, port, noDelay: true });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(`not ready within ${limitMs} ms`), limitMs);
    let ended = false;
    const end = (why: string): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(why));
      onEnd?.(why);
    };
    const say = (which: number, args: Buffer, channel = 1) => socket.write(methodFrame(channel, which, args));
    const answers: Readonly<Record<number, (args: Buffer) => unknown>> = {
      [method.start]: () =>
        say(method.startOk, Buffer.concat([long(0), short('PLAIN'), longText('\0guest\0guest'), short('en_US')]), 0),
      [method.tune]: (args) => {
        const tuned = Buffer.from(args.subarray(0, 8));
        // No heartbeats: the caller has its own idea of what takes too long.
        tuned.writeUInt16BE(0, 6);
        say(method.tuneOk, tuned, 0);
        say(method.open, Buffer.concat([short('/'), short(''), Buffer.from([0])]), 0);
      },
      [method.openOk]: () => say(method.channelOpen, short('')),
      [method.channelOpenOk]: () => say(method.select, Buffer.from([0])),
      [method.selectOk]: () =>
        say(method.queueDeclare, Buffer.concat([Buffer.from([0, 0]), short(queue), Buffer.from([2]), long(0)])),
      [method.queueDeclareOk]: (args) => {
        clearTimeout(timer);
        const messages = args.readUInt32BE(1 + (args[0] ?? 0));
        resolve({
          messages,
          publish: (body) => publish(socket, queue, body),
          consume: () =>
            say(
              method.consume,
              Buffer.concat([Buffer.from([0, 0]), short(queue), short(''), Buffer.from([2]), long(0)]),
            ),
          end: () => end('ended here'),
        });
      },
      [method.ack]: (args) => onAck?.(Number(args.readBigUInt64BE(0)), args[8] === 1),
      [method.nack]: () => end('the broker refused a message'),
      [method.close]: (args) => {
        say(method.closeOk, Buffer.alloc(0), 0);
        end(`closed by the broker: ${args.toString('latin1', 3, 3 + (args[2] ?? 0))}`);
      },
      [method.channelClose]: (args) => end(`channel closed: ${args.toString('latin1', 3, 3 + (args[2] ?? 0))}`),
    };
    socket.on('connect', () => socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1')));
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('closed'));
    readFrames(socket, (type, payload) => {
      if (type === frame.method) {
        answers[payload.readUInt16BE(0) * 1000 + payload.readUInt16BE(2)]?.(payload.subarray(4));
      } else if (type === frame.body) onMessage?.(payload.toString());
    });
  });
}

function readFrames(socket: Socket, take: (type: number, payload: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    while (rest.length >= 8 && rest.length >= rest.readUInt32BE(3) + 8) {
      const size = rest.readUInt32BE(3);
      take(rest.readUInt8(0), rest.subarray(7, 7 + size));
      rest = rest.subarray(size + 8);
    }
  });
}

/** Messages here are shorter than a frame. */
function publish(socket: Socket, queue: string, text: string): void {
  const body = Buffer.from(text);
  const header = Buffer.alloc(15);
  header.writeUInt16BE(60, 0);
  header.writeBigUInt64BE(BigInt(body.length), 4);
  // One property, the delivery mode.
  header.writeUInt16BE(0x1000, 12);
  header.writeUInt8(persistent, 14);
  const args = Buffer.concat([Buffer.from([0, 0]), short(''), short(queue), Buffer.from([0])]);
  const frames = [methodFrame(1, method.publish, args), frameOf(frame.header, 1, header), frameOf(frame.body, 1, body)];
  socket.write(Buffer.concat(frames));
}

function methodFrame(channel: number, which: number, args: Buffer): Buffer {
  const name = Buffer.alloc(4);
  name.writeUInt16BE(Math.floor(which / 1000), 0);
  name.writeUInt16BE(which % 1000, 2);
  return frameOf(frame.method, channel, Buffer.concat([name, args]));
}

function frameOf(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([frameEnd])]);
}

const short = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const longText = (text: string): Buffer => Buffer.concat([long(text.length), Buffer.from(text)]);

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
