/** Sending: straight to the kernel, in the same turn, with the errno at once. */
import { AF_INET, AF_INET6, bindToDevice, closeFd, openSocket, SOCK_DGRAM, sendTo, setOption } from '../kernel/libc.js';
import { internet6Address, internetAddress } from '../kernel/sockaddr.js';
import type { Connection, Interface } from './medium.js';

/** Where and how datagrams go out. */
export interface Sending {
  readonly at: Interface;
  /** An address. */
  readonly host: string;
  readonly port: number;
  /** Socket options: [level, name, value]. */
  readonly options: readonly (readonly [level: number, name: number, value: number | Uint8Array])[];
}

/**
 * Opens a sending socket bound to the device. It is not connected: an ICMP error of a peer that is down would
 * otherwise eat the next datagram. Throws KernelError.
 */
export function openSender({ at, host, port, options }: Sending): Connection {
  const is6 = host.includes(':');
  const fd = openSocket(is6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
  const to = is6 ? internet6Address(host, port, at.index) : internetAddress(host, port);
  try {
    bindToDevice(fd, at.device);
    for (const [level, name, value] of options) {
      setOption(fd, level, name, value, `cannot prepare a socket to ${host} on ${at.device}`);
    }
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return { send: (bytes) => sendTo(fd, bytes, to), close: () => closeFd(fd) };
}

/** One connection of a sender and what receives for it. */
export function connection(sender: Connection, openReceiving: () => { close(): void }): Connection {
  try {
    const receiver = openReceiving();
    return {
      send: sender.send,
      close() {
        sender.close();
        receiver.close();
      },
    };
  } catch (error) {
    sender.close();
    throw error;
  }
}
