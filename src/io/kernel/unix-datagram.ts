/** UNIX datagram sockets, which node does not have: only what syslog needs, sending without ever waiting. */
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const pathOffset = 2;
const maxPathBytes = 107;

const names = (errno: number): string => getSystemErrorName(-errno);

/** A connected sender. `send` gives null when the datagram was taken, or the error's name (EAGAIN: the receiver is full). */
export interface DatagramSender {
  send(bytes: Uint8Array): string | null;
  close(): void;
}

/** Either a sender or the name of the error that prevented one. */
export type DatagramOpened = { readonly sender: DatagramSender } | { readonly error: string };

/** Opens connections to datagram sockets in the file system. Loading libc takes some milliseconds: do it at start-up. */
export interface UnixDatagrams {
  connect(path: string): DatagramOpened;
  /** Sends on a connected socket somebody else opened (standard error may be one). */
  sendOn(descriptor: number, bytes: Uint8Array): { readonly sent: number } | { readonly error: string };
}

function socketAddress(path: string): Uint8Array | null {
  const name = Buffer.from(path);
  if (name.length > maxPathBytes) return null;
  const address = Buffer.alloc(pathOffset + name.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, pathOffset);
  return address;
}

/** Loads the four calls from libc. */
export function loadUnixDatagrams(): UnixDatagrams {
  const libc = koffi.load(null);
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const connect = libc.func('int connect(int fd, const uint8_t *address, uint32_t length)');
  const send = libc.func('int64_t send(int fd, const uint8_t *bytes, size_t length, int flags)');
  const close = libc.func('int close(int fd)');

  const sendOn = (descriptor: number, bytes: Uint8Array): { sent: number } | { error: string } => {
    const sent = Number(send(descriptor, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL));
    return sent >= 0 ? { sent } : { error: names(koffi.errno()) };
  };

  return {
    sendOn,
    connect(path) {
      const address = socketAddress(path);
      if (address === null) return { error: 'ENAMETOOLONG' };
      const descriptor: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (descriptor < 0) return { error: names(koffi.errno()) };
      if (connect(descriptor, address, address.length) < 0) {
        const error = names(koffi.errno());
        close(descriptor);
        return { error };
      }
      const sender: DatagramSender = {
        send(bytes) {
          const result = sendOn(descriptor, bytes);
          return 'error' in result ? result.error : null;
        },
        close: () => close(descriptor),
      };
      return { sender };
    },
  };
}
