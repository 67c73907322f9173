/** A raw ICMP socket that sends echo requests to, and takes replies from, many addresses with few system calls. */
import { type Libc, loadLibc } from './libc.js';

const AF_INET = 2;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const IPPROTO_ICMP = 1;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const MSG_DONTWAIT = 0x40;
const echoRequest = 8;

/** struct sockaddr_in, iovec and mmsghdr as 64-bit Linux lays them out. */
const addressBytes = 16;
const vectorBytes = 16;
const headerBytes = 64;
const requestBytes = 16;
const replySlotBytes = 128;
const replySlots = 256;

export interface Reply {
  /** Index into the addresses that are pinged. */
  readonly address: number;
  readonly sequence: number;
  /** IP TTL of the reply: who sent it. */
  readonly ttl: number;
}

export interface PingSocket {
  readonly fd: number;
  /** Sends one request each to addresses `first` to `first + count - 1` (never beyond the last); gives how many the kernel refused. */
  request(first: number, count: number, sequence: number): number;
  /** Gives every reply that has arrived to `take`; never waits. */
  replies(take: (reply: Reply) => void): void;
}

/** Opens the socket in the caller's network. Throws when the kernel forbids it (not root). `id` tells our replies from others'. */
export function openPingSocket(addresses: readonly string[], id: number): PingSocket {
  const libc = loadLibc();
  const fd = libc.socket(AF_INET, SOCK_RAW_CLOEXEC, IPPROTO_ICMP);
  if (fd < 0) throw new Error(`a raw ICMP socket: errno ${libc.errno()}`);
  option(libc, fd, SOL_RAW, ICMP_FILTER, 0xfffffffe);
  option(libc, fd, SOL_SOCKET, SO_RCVBUFFORCE, 8 * 1024 * 1024);
  const outgoing = messages(libc, addresses.length, requestBytes, addresses);
  const incoming = messages(libc, replySlots, replySlotBytes);
  for (let index = 0; index < addresses.length; index++) prepareRequest(outgoing.data, index, id);
  return {
    fd,
    request: (first, count, sequence) => {
      for (let index = first; index < first + count; index++) number(outgoing.data, index * requestBytes, sequence);
      return sendAll(libc, fd, outgoing.headersAt, first, count);
    },
    replies: (take) => {
      for (;;) {
        const count = libc.recvmmsg(fd, incoming.headersAt, replySlots, MSG_DONTWAIT, null);
        for (let slot = 0; slot < count; slot++) {
          const reply = parseReply(incoming.data, slot * replySlotBytes, id);
          if (reply !== null && reply.address < addresses.length) take(reply);
        }
        if (count < replySlots) return;
      }
    },
  };
}

function option(libc: Libc, fd: number, level: number, name: number, value: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  if (libc.setsockopt(fd, level, name, bytes, 4) !== 0) throw new Error(`socket option ${name}: errno ${libc.errno()}`);
}

/** What a send that is refused (no route, neighbour table full) skips: that one message. */
function sendAll(libc: Libc, fd: number, headersAt: bigint, first: number, count: number): number {
  let done = 0;
  let refused = 0;
  while (done < count) {
    const sent = libc.sendmmsg(fd, headersAt + BigInt((first + done) * headerBytes), count - done, MSG_DONTWAIT);
    if (sent > 0) {
      done += sent;
    } else {
      done += 1;
      refused += 1;
    }
  }
  return refused;
}

interface Messages {
  /** The bytes of all messages, one after the other. */
  readonly data: Buffer;
  readonly headersAt: bigint;
  /** Keeps what the headers point to from being collected. */
  readonly kept: readonly Buffer[];
}

function messages(libc: Libc, count: number, size: number, addresses?: readonly string[]): Messages {
  const [data, names] = [Buffer.alloc(count * size), Buffer.alloc(count * addressBytes)];
  const [vectors, headers] = [Buffer.alloc(count * vectorBytes), Buffer.alloc(count * headerBytes)];
  const [dataAt, namesAt, vectorsAt] = [libc.addressOf(data), libc.addressOf(names), libc.addressOf(vectors)];
  for (let index = 0; index < count; index++) {
    vectors.writeBigUInt64LE(dataAt + BigInt(index * size), index * vectorBytes);
    vectors.writeBigUInt64LE(BigInt(size), index * vectorBytes + 8);
    const header = index * headerBytes;
    headers.writeBigUInt64LE(vectorsAt + BigInt(index * vectorBytes), header + 16);
    headers.writeBigUInt64LE(1n, header + 24);
    if (addresses === undefined) continue;
    names.writeUInt16LE(AF_INET, index * addressBytes);
    names.set((addresses[index] ?? '').split('.').map(Number), index * addressBytes + 4);
    headers.writeBigUInt64LE(namesAt + BigInt(index * addressBytes), header);
    headers.writeUInt32LE(addressBytes, header + 8);
  }
  return { data, headersAt: libc.addressOf(headers), kept: [names, vectors, headers] };
}

/** Type, code, checksum, id, sequence (16 bits), then our own: address index (16 bits), unused, sequence (32 bits). */
function prepareRequest(data: Buffer, index: number, id: number): void {
  const at = index * requestBytes;
  data.writeUInt8(echoRequest, at);
  data.writeUInt16BE(id, at + 4);
  data.writeUInt16BE(index, at + 8);
}

function number(data: Buffer, at: number, sequence: number): void {
  data.writeUInt16BE(0, at + 2);
  data.writeUInt16BE(sequence & 0xffff, at + 6);
  data.writeUInt32BE(sequence, at + 12);
  let sum = 0;
  for (let offset = 0; offset < requestBytes; offset += 2) sum += data.readUInt16BE(at + offset);
  sum = (sum & 0xffff) + (sum >>> 16);
  data.writeUInt16BE(~(sum + (sum >>> 16)) & 0xffff, at + 2);
}

function parseReply(data: Buffer, at: number, id: number): Reply | null {
  const icmp = at + (data.readUInt8(at) & 0x0f) * 4;
  if (data.readUInt8(icmp) !== 0 || data.readUInt16BE(icmp + 4) !== id) return null;
  return { address: data.readUInt16BE(icmp + 8), sequence: data.readUInt32BE(icmp + 12), ttl: data.readUInt8(at + 8) };
}
