/** Captures frames that arrive at an interface, with a packet socket read by polling. */
import koffi from 'koffi';
import {
  AF_PACKET,
  bindSocket,
  closeFd,
  interfaceIndex,
  openSocket,
  SO_RCVBUFFORCE,
  SOCK_RAW,
  SOL_SOCKET,
  setOption,
} from '../../src/io/kernel/libc.js';
import { linkAddress } from '../../src/io/kernel/sockaddr.js';

const ETH_P_ALL = 3;
const recv = koffi.load(null).func('intptr_t recv(int fd, _Out_ uint8_t *bytes, size_t length, int flags)');

export class FrameCapture {
  readonly frames: Buffer[] = [];
  readonly #fd: number;

  constructor(device: string) {
    this.#fd = openSocket(AF_PACKET, SOCK_RAW, 0);
    setOption(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, 64 * 1024 * 1024, 'room for a burst');
    bindSocket(this.#fd, linkAddress(interfaceIndex(device), ETH_P_ALL), 'capture');
  }

  /** Reads what has arrived since; gives all frames so far of an EtherType. */
  ofType(etherType: number): Buffer[] {
    const bytes = Buffer.alloc(2048);
    for (let n = recv(this.#fd, bytes, 2048, 0); n > 0; n = recv(this.#fd, bytes, 2048, 0)) {
      this.frames.push(Buffer.from(bytes.subarray(0, n)));
    }
    return this.frames.filter((frame) => frame.readUInt16BE(12) === etherType);
  }

  close(): void {
    closeFd(this.#fd);
  }
}
