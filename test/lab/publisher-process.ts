/**
 * Publishes numbered, persistent messages without pause, and sends again what was not confirmed: `publisher-process.js HOST PORT QUEUE`.
 * Prints a line for each number that the broker has confirmed, with the time. After a line on standard input it publishes no
 * more, waits for the last confirmation, reads the queue empty and prints what arrived.
 */
import { type AmqpConnection, openAmqp } from '../support/amqp-client.js';

const [host = '', port = '', queue = ''] = process.argv.slice(2);
const pauseMs = 10;
const mostUnconfirmed = 20;
/** Silence of the broker after which the connection is taken for dead. */
const silenceMs = 2000;
const connectMs = 1000;

const unconfirmed = new Set<number>();
let last = 0;
let isStopping = false;

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

function say(what: string): void {
  process.stdout.write(`${what}\n`);
}

process.stdin.once('data', () => {
  isStopping = true;
});

async function connection(events: Parameters<typeof openAmqp>[0]): Promise<AmqpConnection> {
  for (;;) {
    try {
      return await openAmqp(events);
    } catch {
      // Nobody serves just now: that is what the test is about.
      await sleep(20);
    }
  }
}

/** Publishes over one connection until it ends, or until all is confirmed that was to be. */
async function session(): Promise<void> {
  const sent: number[] = [];
  let confirmedUpTo = 0;
  let heardAt = performance.now();
  let isOpen = true;
  const confirm = (tag: number) => {
    const number = sent[tag - 1];
    if (number !== undefined && unconfirmed.delete(number)) say(`confirmed ${number} ${process.hrtime.bigint()}`);
  };
  const onAck = (tag: number, multiple: boolean) => {
    heardAt = performance.now();
    if (multiple) for (let one = confirmedUpTo + 1; one < tag; one++) confirm(one);
    if (multiple) confirmedUpTo = tag;
    confirm(tag);
  };
  const onEnd = () => {
    isOpen = false;
  };
  const amqp = await connection({ host, port: Number(port), queue, limitMs: connectMs, onAck, onEnd });
  heardAt = performance.now();
  const publish = (number: number) => {
    sent.push(number);
    amqp.publish(String(number));
  };
  for (const number of unconfirmed) publish(number);
  while (isOpen && !(isStopping && unconfirmed.size === 0)) {
    if (!isStopping && unconfirmed.size < mostUnconfirmed) {
      last += 1;
      unconfirmed.add(last);
      publish(last);
    }
    if (unconfirmed.size > 0 && performance.now() - heardAt > silenceMs) break;
    if (unconfirmed.size === 0) heardAt = performance.now();
    await sleep(pauseMs);
  }
  amqp.end();
}

/** Reads the queue empty. */
async function collect(): Promise<void> {
  const arrived: number[] = [];
  let amqp: AmqpConnection | null = null;
  const all = new Promise<void>((resolve, reject) => {
    const count = () => {
      if (amqp !== null && arrived.length >= amqp.messages) resolve();
    };
    const onMessage = (body: string) => {
      arrived.push(Number(body));
      count();
    };
    connection({
      host,
      port: Number(port),
      queue,
      limitMs: connectMs * 10,
      onMessage,
      onEnd: (why) => reject(new Error(why)),
    }).then((opened) => {
      amqp = opened;
      opened.consume();
      count();
    }, reject);
  });
  await all;
  say(`arrived ${JSON.stringify(arrived)}`);
}

while (!(isStopping && unconfirmed.size === 0)) await session();
await collect();
process.exit(0);
