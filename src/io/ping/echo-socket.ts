/** A raw socket for echo requests and replies, read by Node's own event loop. */
import { readByEventLoop } from '../kernel/event-socket.js';
import {
  AF_INET,
  AF_INET6,
  closeFd,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  openSocket,
  SOCK_RAW,
  sendTo,
} from '../kernel/libc.js';
import { attachFilter, type Instruction } from '../kernel/socket-filter.js';
import { type EchoReply, echoRequest, readEchoReply } from './icmp.js';

export interface EchoSocket {
  /** Sends one request to a socket address (see sockaddr.ts). Gives 0 or the errno. */
  send(to: Uint8Array, sequence: number, payload: Uint8Array): number;
  close(): void;
}

export interface EchoHandlers {
  /** A reply to requests of this id; `from` is an address in text, without a zone. */
  readonly onReply: (reply: EchoReply, from: string) => void;
  readonly onError: (error: Error) => void;
}

/** Opens the socket. Throws KernelError (EPERM: needs CAP_NET_RAW; EAFNOSUPPORT: this machine has no IPv6). */
export function openEchoSocket(family: 4 | 6, id: number, handlers: EchoHandlers): EchoSocket {
  const domain = family === 4 ? AF_INET : AF_INET6;
  const raw = openSocket(domain, SOCK_RAW, family === 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  try {
    attachFilter(raw, echoReplyProgram(family, id), 'cannot filter echo replies');
  } catch (error) {
    closeFd(raw);
    throw error;
  }
  const socket = readByEventLoop(raw, family, {
    onError: handlers.onError,
    onMessage(bytes, from) {
      const reply = readEchoReply(family, bytes);
      if (reply?.id === id) handlers.onReply(reply, from.replace(/%.*/, ''));
    },
  });
  return {
    send: (to, sequence, payload) => sendTo(socket.fd, echoRequest(family, { id, sequence, payload }), to),
    close: () => socket.close(),
  };
}

/**
 * Lets nothing through but echo replies of one id: a raw socket gets every ICMP packet of the machine, and each would wake
 * the process. A packet of IPv4 begins with the IP header here, one of IPv6 with that of ICMP.
 */
export function echoReplyProgram(family: 4 | 6, id: number): readonly Instruction[] {
  const [loadByte, loadHalf, loadByteAtX, loadHalfAtX, headerLengthToX] = [0x30, 0x28, 0x50, 0x48, 0xb1];
  const [jumpIfEqual, giveBack] = [0x15, 0x06];
  const rest: readonly Instruction[] = [
    [giveBack, 0, 0, 0xffffffff],
    [giveBack, 0, 0, 0],
  ];
  if (family === 6) {
    return [[loadByte, 0, 0, 0], [jumpIfEqual, 0, 3, 129], [loadHalf, 0, 0, 4], [jumpIfEqual, 0, 1, id], ...rest];
  }
  return [
    [headerLengthToX, 0, 0, 0],
    [loadByteAtX, 0, 0, 0],
    [jumpIfEqual, 0, 3, 0],
    [loadHalfAtX, 0, 0, 4],
    [jumpIfEqual, 0, 1, id],
    ...rest,
  ];
}
