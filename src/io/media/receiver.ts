/** Receiving: a socket opened with the options Node cannot set, then read by Node's own event loop. */
import { createSocket } from 'node:dgram';
import {
  AF_INET,
  AF_INET6,
  bindSocket,
  bindToDevice,
  closeFd,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_ADD_MEMBERSHIP,
  IPV6_MULTICAST_ALL,
  IPV6_V6ONLY,
  openSocket,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOL_SOCKET,
  setOption,
} from '../kernel/libc.js';
import { internet6Address, internetAddress, multicast6Request, multicastRequest } from '../kernel/sockaddr.js';
import { dropPacketsFrom } from '../kernel/socket-filter.js';
import type { Incoming, Interface } from './medium.js';

/** Room for what arrives while the daemon is busy: some 400 heartbeats. */
const receiveBufferBytes = 1024 * 1024;

/** Which datagrams are wanted. */
export interface Reception {
  readonly at: Interface;
  readonly port: number;
  /** Only those to this multicast group; else those to the machine itself or to everybody. */
  readonly group?: string;
}

/** Opens one receiving socket. Throws KernelError. */
export function openReceiver({ at, port, group }: Reception, incoming: Incoming): { close(): void } {
  const is6 = at.address.includes(':');
  const fd = openSocket(is6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
  try {
    setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1, 'cannot share a port');
    setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1, 'cannot share a port');
    enlargeReceiveBuffer(fd);
    // What this machine broadcasts comes back to it; that would wake the process for nothing.
    if (!isLoopback(at.address)) dropPacketsFrom(fd, at.address);
    bindToDevice(fd, at.device);
    if (is6) listen6(fd, { at, port, group });
    else listen4(fd, { at, port, group });
    return readFrom(fd, is6 ? 'udp6' : 'udp4', incoming);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** On the loopback interface all daemons have one address. */
const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '0:0:0:0:0:0:0:1';

type Listening = Pick<Reception, 'at' | 'port'> & { readonly group: string | undefined };

function listen4(fd: number, { at, port, group }: Listening): void {
  // Without this a socket hears every group that any process of the machine has joined.
  setOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0, 'cannot refuse foreign multicast groups');
  bindSocket(fd, internetAddress(group ?? '0.0.0.0', port), `cannot listen on port ${port} of ${at.device}`);
  if (group === undefined) return;
  const request = multicastRequest(group, at.index);
  setOption(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, request, `cannot join ${group} on ${at.device}`);
}

function listen6(fd: number, { at, port, group }: Listening): void {
  // Only then can another socket have the same port for IPv4.
  setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, 'cannot leave IPv4 alone');
  try {
    setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, 'cannot refuse foreign multicast groups');
  } catch {
    // Kernels before 4.20 have no such option. What comes in twice by that is known as a duplicate.
  }
  const address = internet6Address(group ?? '::', port, group === undefined ? 0 : at.index);
  bindSocket(fd, address, `cannot listen on port ${port} of ${at.device}`);
  if (group === undefined) return;
  const request = multicast6Request(group, at.index);
  setOption(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, request, `cannot join ${group} on ${at.device}`);
}

/** Gives the descriptor to Node, which closes it. */
function readFrom(fd: number, type: 'udp4' | 'udp6', incoming: Incoming): { close(): void } {
  const socket = createSocket(type);
  socket.on('message', incoming.onPacket);
  socket.on('error', incoming.onError);
  socket.bind({ fd });
  return {
    close() {
      socket.removeAllListeners('message');
      socket.close();
    },
  };
}

function enlargeReceiveBuffer(fd: number): void {
  const what = 'cannot enlarge the receive buffer';
  try {
    setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, receiveBufferBytes, what);
  } catch {
    // Not root: as much as the system's limit allows.
    setOption(fd, SOL_SOCKET, SO_RCVBUF, receiveBufferBytes, what);
  }
}

/**
 * The receiving sockets of all media that listen on any address, one per family, interface and port: what several media of one
 * interface would each have received is received once, by the first of them.
 */
export class SharedReceivers {
  readonly #receivers = new Map<string, { readonly socket: { close(): void }; readonly users: Set<Incoming> }>();

  /**
   * Takes part in the socket of (interface, port), which is opened for the first and closed after the last. Throws
   * KernelError.
   */
  join(at: Interface, port: number, incoming: Incoming): { close(): void } {
    // The address too: packets that come from it are dropped, and another node may have it next.
    const key = `${at.device} ${at.index} ${at.address} ${port}`;
    const receiver = this.#receivers.get(key) ?? this.#open(key, at, port);
    receiver.users.add(incoming);
    return {
      close: () => {
        receiver.users.delete(incoming);
        if (receiver.users.size > 0) return;
        // After an error the socket was dropped already, and the key may stand for a newer one.
        if (this.#receivers.get(key) === receiver) this.#receivers.delete(key);
        receiver.socket.close();
      },
    };
  }

  #open(key: string, at: Interface, port: number) {
    const users = new Set<Incoming>();
    const incoming: Incoming = {
      onPacket(bytes) {
        for (const first of users) return first.onPacket(bytes);
      },
      onError: (error) => {
        this.#receivers.delete(key);
        for (const user of [...users]) user.onError(error);
      },
    };
    const receiver = { socket: openReceiver({ at, port }, incoming), users };
    this.#receivers.set(key, receiver);
    return receiver;
  }
}
