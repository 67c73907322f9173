/**
 * The few calls of the C library that Node does not offer, through koffi. Everything here is Linux; the numbers are
 * those of <asm-generic/socket.h>, the same on every architecture koffi has a binary for.
 */
import { getSystemErrorMap } from 'node:util';
import koffi from 'koffi';

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_DONTROUTE = 5;
export const SO_BROADCAST = 6;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_REUSEPORT = 15;
export const SO_BINDTODEVICE = 25;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const IPPROTO_IP = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_ICMPV6 = 58;
export const IP_TOS = 1;
export const IP_MULTICAST_IF = 32;
export const IP_MULTICAST_TTL = 33;
export const IP_MULTICAST_LOOP = 34;
export const IP_ADD_MEMBERSHIP = 35;
export const IP_MULTICAST_ALL = 49;
export const IPPROTO_IPV6 = 41;
export const IPV6_MULTICAST_IF = 17;
export const IPV6_MULTICAST_HOPS = 18;
export const IPV6_MULTICAST_LOOP = 19;
export const IPV6_ADD_MEMBERSHIP = 20;
export const IPV6_V6ONLY = 26;
export const IPV6_MULTICAST_ALL = 29;
export const IPV6_TCLASS = 67;

const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

const library = koffi.load(null);
const call = {
  socket: library.func('int socket(int domain, int type, int protocol)'),
  setsockopt: library.func('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
  getsockopt: library.func(
    'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
  ),
  bind: library.func('int bind(int fd, const uint8_t *address, uint32_t length)'),
  connect: library.func('int connect(int fd, const uint8_t *address, uint32_t length)'),
  getsockname: library.func('int getsockname(int fd, _Out_ uint8_t *address, _Inout_ uint32_t *length)'),
  sendto: library.func(
    'intptr_t sendto(int fd, const uint8_t *bytes, size_t length, int flags, const uint8_t *address, uint32_t addressLength)',
  ),
  sendmmsg: library.func('int sendmmsg(int fd, const uint8_t *messages, uint32_t count, int flags)'),
  close: library.func('int close(int fd)'),
  dup3: library.func('int dup3(int fd, int place, int flags)'),
  // Variadic in C; with one pointer it is passed the same way on every Linux ABI that koffi serves.
  ioctl: library.func('int ioctl(int fd, unsigned long request, uint8_t *argument)'),
  if_nametoindex: library.func('uint32_t if_nametoindex(const char *name)'),
  sched_getscheduler: library.func('int sched_getscheduler(int pid)'),
  sched_setscheduler: library.func('int sched_setscheduler(int pid, int policy, const uint8_t *parameters)'),
};

/** A refused system call: `code` is the errno's name (ENODEV), the message says what was tried and why it failed. */
export class KernelError extends Error {
  readonly code: string;

  constructor(what: string, errno: number) {
    const { name, text } = describeErrno(errno);
    super(`${what}: ${text} (${name})`);
    this.name = 'KernelError';
    this.code = name;
  }
}

/** Name and plain words of an errno: 19 -> ENODEV, "no such device". */
export function describeErrno(errno: number): { readonly name: string; readonly text: string } {
  const [name, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown error'];
  return { name, text };
}

function must(result: number, what: string): number {
  if (result < 0) throw new KernelError(what, koffi.errno());
  return result;
}

/** A new non-blocking socket that children do not inherit. Throws KernelError. */
export function openSocket(domain: number, type: number, protocol: number): number {
  return must(call.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol), 'cannot open a socket');
}

/**
 * Sets a socket option to an int or to a structure's bytes. Throws KernelError; `what` says in plain words what for.
 */
export function setOption(fd: number, level: number, name: number, value: number | Uint8Array, what: string): void {
  const bytes = typeof value === 'number' ? new Uint8Array(Int32Array.of(value).buffer) : value;
  must(call.setsockopt(fd, level, name, bytes, bytes.length), what);
}

/** A socket option's bytes, at most `size` of them; null when the kernel refuses. */
export function getOption(fd: number, level: number, name: number, size: number): Uint8Array | null {
  const bytes = new Uint8Array(size);
  const length = [size];
  return call.getsockopt(fd, level, name, bytes, length) < 0 ? null : bytes.subarray(0, length[0]);
}

/**
 * Ties a socket to one interface: it sends and receives nowhere else. Throws KernelError (ENODEV: no such interface).
 */
export function bindToDevice(fd: number, device: string): void {
  setOption(fd, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${device}\0`), `cannot bind a socket to interface ${device}`);
}

/** Binds to a socket address (see sockaddr.ts). Throws KernelError. */
export function bindSocket(fd: number, address: Uint8Array, what: string): void {
  must(call.bind(fd, address, address.length), what);
}

/**
 * The address a datagram socket would send from if it sent to `address`: connects it and asks. Null when it cannot
 * send there. Gives the bytes of a socket address of the same size.
 */
export function sourceFor(fd: number, address: Uint8Array): Uint8Array | null {
  const source = new Uint8Array(address.length);
  const isKnown =
    call.connect(fd, address, address.length) === 0 && call.getsockname(fd, source, [source.length]) === 0;
  return isKnown ? source : null;
}

/** Sends one datagram without waiting. Gives 0, or the errno: no exception on the path of every heartbeat. */
export function sendTo(fd: number, bytes: Uint8Array, address: Uint8Array): number {
  const sent: number = call.sendto(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length);
  return sent < 0 ? koffi.errno() : 0;
}

/** sendmmsg(2) over `count` prepared struct mmsghdr. Gives how many were sent, or minus the errno if none was. */
export function sendMessages(fd: number, messages: Uint8Array, count: number): number {
  const sent: number = call.sendmmsg(fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? -koffi.errno() : sent;
}

/**
 * Closes a descriptor. Its errors tell nothing that could be acted on: the descriptor is gone either way (close(2)).
 */
export function closeFd(fd: number): void {
  call.close(fd);
}

/** Lets descriptor `place` stand for what `fd` does, and closes `fd` and what was there. Throws KernelError. */
export function replaceFd(fd: number, place: number): void {
  must(call.dup3(fd, place, SOCK_CLOEXEC), 'cannot put a socket in its place');
  closeFd(fd);
}

/**
 * Where a buffer's bytes are, for structures that hold pointers. Valid while the buffer is referenced: V8 never moves
 * them.
 */
export function addressOf(bytes: Uint8Array): bigint {
  return koffi.address(bytes);
}

/** Size of a pointer in bytes. */
export const pointerSize: number = koffi.sizeof('void *');

/** An ioctl on a structure that the kernel fills. Gives 0 or the errno. */
export function ioctl(fd: number, request: number, argument: Uint8Array): number {
  return call.ioctl(fd, request, argument) < 0 ? koffi.errno() : 0;
}

/** The same on a thread of its own, for requests that may wait for the kernel's configuration lock. Never rejects. */
export function ioctlAside(fd: number, request: number, argument: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    call.ioctl.async(fd, request, argument, (error: unknown, result: number) => {
      // koffi gives an error only when its queue is full (256 calls): for the caller as good as "try again" (EAGAIN,
      // 11).
      resolve(error ? 11 : result < 0 ? koffi.errno() : 0);
    });
  });
}

/**
 * The kernel's number of an interface, or 0 when there is none of that name. Takes no lock that others hold for long.
 */
export function interfaceIndex(device: string): number {
  return call.if_nametoindex(device);
}

/** sched_setscheduler(2) for the calling thread. Gives 0 or the errno. */
export function setScheduler(policy: number, priority: number): number {
  const parameters = new Uint8Array(Int32Array.of(priority).buffer);
  return call.sched_setscheduler(0, policy, parameters) < 0 ? koffi.errno() : 0;
}

/** sched_getscheduler(2) of the calling thread: its policy and flags, or -1. */
export function getScheduler(): number {
  return call.sched_getscheduler(0);
}
