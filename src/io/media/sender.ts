/** Sending: straight to the kernel, in the same turn, with the errno at once. */
import { AF_INET, bindToDevice, closeFd, openSocket, SOCK_DGRAM, sendTo, setOption } from '../kernel/libc.js';
import { internetAddress } from '../kernel/sockaddr.js';
import type { Connection } from './medium.js';

/** Where and how datagrams go out. */
export interface Sending {
  readonly device: string;
  readonly host: string;
  readonly port: number;
  /** Socket options: [level, name, value]. */
  readonly options: readonly (readonly [level: number, name: number, value: number | Uint8Array])[];
}

/**
 * Opens a sending socket bound to the device. It is not connected: an ICMP error of a peer that is down would
 * otherwise eat the next datagram. Throws KernelError.
 */
export function openSender({ device, host, port, options }: Sending): Connection {
  const fd = openSocket(AF_INET, SOCK_DGRAM, 0);
  const to = internetAddress(host, port);
  try {
    bindToDevice(fd, device);
    for (const [level, name, value] of options) {
      setOption(fd, level, name, value, `cannot prepare a socket to ${host} on ${device}`);
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
