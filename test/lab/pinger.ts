/**
 * The pinging client: one process, run in a client's network, that does nothing else. It asks every address once a round, writes
 * down every answer and says at once (a JSON line on standard output) when an address is answered by another machine or falls
 * silent. It ends when its standard input does, and then hands over the whole record on file descriptor 3.
 *
 * It waits in the kernel (ppoll) instead of Node's event loop: the time of an answer is as exact as the scheduler.
 */
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { loadLibc } from './libc.js';
import { recordBytes, writeRecord } from './ping-log.js';
import { openPingSocket, type Reply } from './ping-socket.js';

export interface PingerOptions {
  readonly addresses: readonly string[];
  /** Each address is asked once in this time. */
  readonly roundMs: number;
  /** Requests are sent in bursts this far apart; at most roundMs. */
  readonly tickMs: number;
  /** An address without an answer for so long counts as silent. */
  readonly silentMs: number;
}

/** One line of standard output. `changes` are pairs: index of the address, TTL of who answers now, 0 for silence. */
export type PingerLine =
  | { readonly event: 'ready' }
  | { readonly event: 'changed'; readonly atNs: number; readonly changes: readonly (readonly [number, number])[] }
  | { readonly event: 'done'; readonly worstLatenessMs: number; readonly refused: number };

const requestFd = 0;
const lineFd = 1;
const recordFd = 3;

/** How long its own code may still be compiled: lateness in this time is no error of a measurement. */
const warmUpMs = 200;

const now = () => Number(process.hrtime.bigint());
const say = (line: PingerLine) => writeSync(lineFd, `${JSON.stringify(line)}\n`);

/** Runs until standard input ends. */
export function runPinger(options: PingerOptions): void {
  const socket = openPingSocket(options.addresses, process.pid & 0xffff);
  const record = createRecord();
  const watch = createWatch(options);
  const startNs = now();
  const warmNs = startNs + warmUpMs * 1e6;
  const ticks = createTicks(options, startNs);
  const wait = createWait(socket.fd);
  let [worstLatenessNs, refused, isAsked] = [0, 0, false];
  say({ event: 'ready' });
  while (!isAsked) {
    const at = now();
    if (at > warmNs) worstLatenessNs = Math.max(worstLatenessNs, at - ticks.nextNs());
    ticks.due(at, (first, count, sequence) => {
      refused += socket.request(first, count, sequence);
    });
    isAsked = wait(ticks.nextNs() - now());
    const arrivedNs = now();
    socket.replies((reply) => {
      record.add(arrivedNs, reply);
      watch.answered(arrivedNs, reply);
    });
    const changes = watch.changes(arrivedNs);
    if (changes.length > 0) say({ event: 'changed', atNs: arrivedNs, changes });
  }
  record.handOver();
  say({ event: 'done', worstLatenessMs: worstLatenessNs / 1e6, refused });
}

/** Spreads the addresses of a round over its ticks. A pinger that was held up by more than a round leaves out what it missed. */
function createTicks({ addresses, roundMs, tickMs }: PingerOptions, startNs: number) {
  const ticksPerRound = Math.max(1, Math.round(roundMs / tickMs));
  const tickNs = (roundMs * 1e6) / ticksPerRound;
  const edge = (slot: number) => Math.floor((slot * addresses.length) / ticksPerRound);
  let tick = 0;
  return {
    nextNs: () => startNs + tick * tickNs,
    due: (at: number, request: (first: number, count: number, sequence: number) => void) => {
      const latest = Math.floor((at - startNs) / tickNs);
      tick = Math.max(tick, latest - ticksPerRound);
      for (; tick <= latest; tick++) {
        const slot = tick % ticksPerRound;
        const count = edge(slot + 1) - edge(slot);
        if (count > 0) request(edge(slot), count, Math.floor(tick / ticksPerRound));
      }
    },
  };
}

/** Sleeps until there is a reply, the time (ns) is over, or standard input ended: only then true. */
function createWait(socketFd: number): (ns: number) => boolean {
  const libc = loadLibc();
  const POLLIN = 1;
  const fds = Buffer.alloc(16);
  fds.writeInt32LE(socketFd, 0);
  fds.writeInt16LE(POLLIN, 4);
  fds.writeInt32LE(requestFd, 8);
  fds.writeInt16LE(POLLIN, 12);
  const time = Buffer.alloc(16);
  return (ns) => {
    time.writeBigInt64LE(BigInt(Math.max(0, Math.floor(ns % 1e9))), 8);
    time.writeBigInt64LE(BigInt(Math.max(0, Math.floor(ns / 1e9))), 0);
    const ready = libc.ppoll(fds, 2, time, null);
    return ready > 0 && fds.readInt16LE(14) !== 0;
  };
}

/** The replies so far, in a buffer that doubles when it is full. */
function createRecord() {
  let bytes = Buffer.alloc(1 << 20);
  let used = 0;
  return {
    add: (atNs: number, { address, sequence, ttl }: Reply) => {
      if (used === bytes.length) bytes = Buffer.concat([bytes], used * 2);
      writeRecord(bytes, used, { atNs, sequence, address, ttl });
      used += recordBytes;
    },
    handOver: () => {
      for (let sent = 0; sent < used; ) sent += writeSync(recordFd, bytes, sent, used - sent);
    },
  };
}

/** Notices who answers for an address now, and who has fallen silent. */
function createWatch({ addresses, silentMs }: PingerOptions) {
  const lastNs = new Float64Array(addresses.length);
  const owner = new Uint8Array(addresses.length);
  let found: (readonly [number, number])[] = [];
  let lookNs = 0;
  const set = (address: number, ttl: number) => {
    if (owner[address] === ttl) return;
    owner[address] = ttl;
    found.push([address, ttl]);
  };
  return {
    answered: (atNs: number, { address, ttl }: Reply) => {
      lastNs[address] = atNs;
      set(address, ttl);
    },
    changes: (atNs: number) => {
      if (atNs > lookNs) {
        lookNs = atNs + (silentMs * 1e6) / 4;
        for (const [address, last] of lastNs.entries()) if (atNs - last > silentMs * 1e6) set(address, 0);
      }
      const changes = found;
      if (changes.length > 0) found = [];
      return changes;
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runPinger(JSON.parse(process.argv[2] ?? '{}') as PingerOptions);
}
