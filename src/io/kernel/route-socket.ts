/** Hears the kernel tell of interfaces and addresses (rtnetlink(7)): no process, no thread, and nothing to do while nothing changes. */
import { endianness } from 'node:os';
import { readByEventLoop } from './event-socket.js';
import {
  AF_NETLINK,
  bindSocket,
  closeFd,
  openSocket,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_RAW,
  SOL_SOCKET,
  setOption,
} from './libc.js';
import { type RouteNotice, RTM_DELADDR, RTM_DELLINK, RTM_NEWLINK, readRouteNotices } from './route-notices.js';
import { attachFilter, type Instruction } from './socket-filter.js';

/** RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR. */
const groups = 0x1 | 0x10 | 0x100;
/** Room for some thousand addresses that are deleted while the daemon is busy. */
const bufferBytes = 2 * 1024 * 1024;

export interface RouteSocketHandlers {
  readonly onNotice: (notice: RouteNotice) => void;
  /** Some notices are lost, and more may be until this socket is read empty: there were more than there was room for. */
  readonly onOverrun: () => void;
  /** Nothing more will come. */
  readonly onError: (error: Error) => void;
}

/** Starts listening. Throws KernelError. Only root can send to such a socket, so what comes is the kernel's. */
export function openRouteSocket({ onNotice, onOverrun, onError }: RouteSocketHandlers): { close(): void } {
  const fd = openSocket(AF_NETLINK, SOCK_RAW, 0);
  try {
    attachFilter(fd, wanted, 'cannot filter what the kernel tells of interfaces');
    enlargeReceiveBuffer(fd);
    bindSocket(fd, netlinkAddress(groups), 'cannot listen to what the kernel tells of interfaces');
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return readByEventLoop(fd, 4, {
    onMessage: (bytes) => {
      for (const notice of readRouteNotices(bytes)) onNotice(notice);
    },
    onError: (error) => ((error as NodeJS.ErrnoException).code === 'ENOBUFS' ? onOverrun() : onError(error)),
  });
}

/** struct sockaddr_nl; the kernel chooses the port. */
function netlinkAddress(multicastGroups: number): Uint8Array {
  const words = new Uint32Array([0, 0, multicastGroups]);
  const bytes = new Uint8Array(words.buffer);
  bytes.set(new Uint8Array(Uint16Array.of(AF_NETLINK).buffer));
  return bytes;
}

const [loadHalf, jumpIfEqual, giveBack] = [0x28, 0x15, 0x06];
/** A filter reads numbers in the network's order, and netlink writes them in the machine's. */
const asFilterReads = (type: number): number => (endianness() === 'LE' ? type << 8 : type);
/** New addresses are not wanted: a takeover has a thousand of them, and something better to do. */
const wanted: readonly Instruction[] = [
  [loadHalf, 0, 0, 4],
  [jumpIfEqual, 3, 0, asFilterReads(RTM_DELADDR)],
  [jumpIfEqual, 2, 0, asFilterReads(RTM_NEWLINK)],
  [jumpIfEqual, 1, 0, asFilterReads(RTM_DELLINK)],
  [giveBack, 0, 0, 0],
  [giveBack, 0, 0, 0xffffffff],
];

/** Beyond the system's limit only root may; the limit itself will do. */
function enlargeReceiveBuffer(fd: number): void {
  const what = 'cannot enlarge the receive buffer';
  try {
    setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes, what);
  } catch {
    setOption(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes, what);
  }
}
