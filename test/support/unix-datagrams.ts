/** A listening UNIX datagram socket for tests (node has none): a syslog daemon that reads only when asked to. */
import koffi from 'koffi';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

export interface DatagramListener {
  /** The next datagram that waits, or null. */
  receive(): string | null;
  close(): void;
}

/** Binds a socket at `path`, which must not exist and be shorter than 108 bytes. */
export function listenDatagrams(path: string): DatagramListener {
  const libc = koffi.load(null);
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const bind = libc.func('int bind(int fd, const uint8_t *address, uint32_t length)');
  const recv = libc.func('int64_t recv(int fd, uint8_t *buffer, size_t length, int flags)');
  const close = libc.func('int close(int fd)');
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  const descriptor: number = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (bind(descriptor, address, address.length) < 0) throw new Error(`cannot bind ${path}: errno ${koffi.errno()}`);
  const buffer = Buffer.alloc(65_536);
  return {
    receive() {
      const length = Number(recv(descriptor, buffer, buffer.length, MSG_DONTWAIT));
      return length < 0 ? null : buffer.toString('utf8', 0, length);
    },
    close: () => close(descriptor),
  };
}
