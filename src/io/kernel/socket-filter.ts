/** A filter in the kernel (classic BPF, socket(7)) for packets a socket does not want: they do not even wake the process. */
import { endianness } from 'node:os';
import { addressOf, pointerSize, SOL_SOCKET, setOption } from './libc.js';
import { ipv4Bytes } from './sockaddr.js';

const SO_ATTACH_FILTER = 26;
/** BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K. */
const [loadWord, jumpIfEqual, giveBack] = [0x20, 0x15, 0x06];
/** Offsets from here count from the IP header (SKF_NET_OFF); the source address is at 12 (RFC 791). */
const sourceAddress = 0xfff00000 + 12;
const whole = 0xffffffff;

/** One instruction: struct sock_filter. */
function instruction([code, ifTrue, ifFalse, k]: readonly [number, number, number, number]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  const little = endianness() === 'LE';
  bytes.setUint16(0, code, little);
  bytes.setUint8(2, ifTrue);
  bytes.setUint8(3, ifFalse);
  bytes.setUint32(4, k, little);
  return new Uint8Array(bytes.buffer);
}

/** The program that drops packets whose IPv4 source is `address` and passes all others. */
export function dropSourceProgram(address: string): Uint8Array {
  const source = Buffer.from(ipv4Bytes(address)).readUInt32BE();
  return Buffer.concat([
    instruction([loadWord, 0, 0, sourceAddress]),
    instruction([jumpIfEqual, 0, 1, source]),
    instruction([giveBack, 0, 0, 0]),
    instruction([giveBack, 0, 0, whole]),
  ]);
}

/** Lets a socket drop packets from one IPv4 address, usually its own (broadcasts come back). Throws KernelError. */
export function dropPacketsFrom(fd: number, address: string): void {
  const program = dropSourceProgram(address);
  // struct sock_fprog: a count, padding, a pointer.
  const structure = Buffer.alloc(2 * pointerSize);
  const count = program.length / 8;
  const place = addressOf(program);
  if (endianness() === 'LE') {
    structure.writeUInt16LE(count);
    if (pointerSize === 8) structure.writeBigUInt64LE(place, pointerSize);
    else structure.writeUInt32LE(Number(place), pointerSize);
  } else {
    structure.writeUInt16BE(count);
    if (pointerSize === 8) structure.writeBigUInt64BE(place, pointerSize);
    else structure.writeUInt32BE(Number(place), pointerSize);
  }
  setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, structure, `cannot filter packets from ${address}`);
}
