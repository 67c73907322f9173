/** Hears Ethernet frames of one kind on one interface. */
import { readByEventLoop } from './event-socket.js';
import {
  AF_PACKET,
  bindSocket,
  closeFd,
  interfaceIndex,
  openSocket,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_RAW,
  SOL_SOCKET,
  setOption,
} from './libc.js';
import { linkAddress } from './sockaddr.js';
import { attachFilter, type Instruction } from './socket-filter.js';

export interface FrameListenerOptions {
  readonly device: string;
  readonly etherType: number;
  /** Which of these frames are wanted: a packet begins with its Ethernet header. */
  readonly program: readonly Instruction[];
  readonly onFrame: (frame: Buffer) => void;
  readonly onError: (error: Error) => void;
}

/** Room for the answers to a burst of questions. */
const bufferBytes = 2 * 1024 * 1024;

/** Starts listening; what this machine sends is not heard. Throws KernelError (EPERM: needs CAP_NET_RAW; ENODEV). */
export function listenForFrames(options: FrameListenerOptions): { close(): void } {
  const { device, etherType, program, onFrame, onError } = options;
  const fd = openSocket(AF_PACKET, SOCK_RAW, 0);
  try {
    attachFilter(fd, program, `cannot filter frames of ${device}`);
    enlargeReceiveBuffer(fd);
    bindSocket(fd, linkAddress(interfaceIndex(device), etherType), `cannot listen for frames of ${device}`);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return readByEventLoop(fd, 4, { onMessage: onFrame, onError });
}

/** Beyond the system's limit only root may; the limit itself will do. */
function enlargeReceiveBuffer(fd: number): void {
  const what = 'cannot enlarge the receive buffer';
  try {
    setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes, what);
  } catch {
    setOption(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes, what);
  }
}
