/** A filter in the kernel (classic BPF, socket(7)) for packets a socket does not want: they do not even wake the process. */
import { endianness } from 'node:os';
import { addressBytes } from '../../agents/addresses/bytes.js';
import { addressOf, pointerSize, SOL_SOCKET, setOption } from './libc.js';

const SO_ATTACH_FILTER = 26;
/** BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K. */
const [loadWord, jumpIfEqual, giveBack] = [0x20, 0x15, 0x06];
/** Offsets from here count from the IP header (SKF_NET_OFF). */
const networkHeader = 0xfff00000;
/** Where the source address is in it: RFC 791, RFC 8200. */
const [sourceOf4, sourceOf6] = [12, 8];
const whole = 0xffffffff;

/** Code, where to jump if true and if false, and the operand. */
export type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, k: number];

/** One instruction: struct sock_filter. */
function instruction([code, ifTrue, ifFalse, k]: Instruction): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  const little = endianness() === 'LE';
  bytes.setUint16(0, code, little);
  bytes.setUint8(2, ifTrue);
  bytes.setUint8(3, ifFalse);
  bytes.setUint32(4, k, little);
  return new Uint8Array(bytes.buffer);
}

/** The program that drops packets whose source is `address` (IPv4 or IPv6) and passes all others. */
export function dropSourceProgram(address: string): Uint8Array {
  const source = Buffer.from(addressBytes(address));
  const offset = networkHeader + (source.length === 4 ? sourceOf4 : sourceOf6);
  const words = source.length / 4;
  const comparisons = Array.from({ length: words }, (_, i) => [
    instruction([loadWord, 0, 0, offset + 4 * i]),
    // One word that differs is enough: past the other comparisons and the return that drops.
    instruction([jumpIfEqual, 0, 2 * (words - i) - 1, source.readUInt32BE(4 * i)]),
  ]);
  return Buffer.concat([...comparisons.flat(), instruction([giveBack, 0, 0, 0]), instruction([giveBack, 0, 0, whole])]);
}

/** Lets a socket drop packets from one address, usually its own (broadcasts come back). Throws KernelError. */
export function dropPacketsFrom(fd: number, address: string): void {
  attachProgram(fd, dropSourceProgram(address), `cannot filter packets from ${address}`);
}

/** Lets a socket have only the packets that a program gives back. Throws KernelError; `what` says in plain words what for. */
export function attachFilter(fd: number, program: readonly Instruction[], what: string): void {
  attachProgram(fd, Buffer.concat(program.map(instruction)), what);
}

function attachProgram(fd: number, program: Uint8Array, what: string): void {
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
  setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, structure, what);
}
