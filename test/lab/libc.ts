/** The few calls of libc that Node has no words for. One table, made by the caller that needs it. */
import koffi from 'koffi';

export interface Libc {
  readonly setns: (fd: number, type: number) => number;
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly send: (fd: number, bytes: Uint8Array, length: number, flags: number) => number;
  readonly recv: (fd: number, bytes: Uint8Array, length: number, flags: number) => number;
  readonly sendmmsg: (fd: number, messages: bigint, count: number, flags: number) => number;
  readonly recvmmsg: (fd: number, messages: bigint, count: number, flags: number, timeout: null) => number;
  readonly ppoll: (fds: Uint8Array, count: number, timeout: Uint8Array, mask: null) => number;
  readonly errno: () => number;
  /** Where a buffer that is not moved (its own ArrayBuffer) lies in memory. */
  readonly addressOf: (buffer: Buffer) => bigint;
}

/** Loads libc. Throws where there is none with these calls (not Linux). */
export function loadLibc(): Libc {
  const lib = koffi.load('libc.so.6');
  return {
    setns: lib.func('int setns(int fd, int type)'),
    socket: lib.func('int socket(int domain, int type, int protocol)'),
    setsockopt: lib.func('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)'),
    send: lib.func('intptr_t send(int fd, const uint8_t *bytes, size_t length, int flags)'),
    recv: lib.func('intptr_t recv(int fd, uint8_t *bytes, size_t length, int flags)'),
    sendmmsg: lib.func('int sendmmsg(int fd, uintptr_t messages, uint32_t count, int flags)'),
    recvmmsg: lib.func('int recvmmsg(int fd, uintptr_t messages, uint32_t count, int flags, void *timeout)'),
    ppoll: lib.func('int ppoll(uint8_t *fds, size_t count, const uint8_t *timeout, void *mask)'),
    errno: () => koffi.errno(),
    addressOf: (buffer) => BigInt(koffi.address(buffer)),
  };
}
