/** Lets Node's own event loop read sockets of kinds that Node does not know: raw and packet sockets. */
import { createSocket } from 'node:dgram';
import { AF_INET, AF_INET6, closeFd, openSocket, replaceFd, SOCK_DGRAM } from './libc.js';

export interface EventSocketHandlers {
  /** One datagram. `from` is the sender's IP address in text, empty where the socket's addresses are others. */
  readonly onMessage: (bytes: Buffer, from: string) => void;
  readonly onError: (error: Error) => void;
}

export interface EventSocket {
  /** To send with. */
  readonly fd: number;
  close(): void;
}

/**
 * Takes over a datagram socket `fd`, of whatever kind; it closes it also where it fails. Node reads UDP sockets only, and looks at
 * what it is given: so it gets one, and before the event loop first waits for that descriptor the other socket takes its
 * place. Both are read in the same way. Throws KernelError.
 */
export function readByEventLoop(fd: number, family: 4 | 6, handlers: EventSocketHandlers): EventSocket {
  let place: number;
  try {
    place = openSocket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  socket.on('error', handlers.onError);
  socket.on('message', (bytes, { address }) => handlers.onMessage(bytes, address));
  socket.bind({ fd: place });
  try {
    replaceFd(fd, place);
  } catch (error) {
    socket.close();
    closeFd(fd);
    throw error;
  }
  return {
    fd: place,
    close() {
      socket.removeAllListeners('message');
      socket.close();
    },
  };
}
