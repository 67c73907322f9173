/** Sends whole Ethernet frames, many in one system call. */
import {
  AF_PACKET,
  addressOf,
  closeFd,
  openSocket,
  pointerSize,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_RAW,
  SOL_SOCKET,
  sendMessages,
  setOption,
} from './libc.js';

/** Bytes kept for one frame: enough for a neighbour advertisement (86). */
const slotBytes = 96;
const linkAddressBytes = 20;

/** Frames that go out together. `add` one by one, then `send`. */
export interface FrameBatch {
  /** How many more fit. */
  room(): number;
  /** Copies one frame (at most 96 bytes) and its sockaddr_ll. */
  add(frame: Uint8Array, to: Uint8Array): void;
  /**
   * Hands the frames to the kernel and empties the batch. Gives how many it took, from the first, and the errno that
   * stopped it (0 = none did).
   */
  send(): { readonly sent: number; readonly errno: number };
  close(): void;
}

/** Writes an unsigned machine word. */
function writeWord(bytes: Buffer, word: number, value: bigint | number): void {
  if (pointerSize === 8) bytes.writeBigUInt64LE(BigInt(value), word * 8);
  else bytes.writeUInt32LE(Number(value), word * 4);
}

/**
 * A packet socket that receives nothing, with room for `capacity` frames a call. The structures of sendmmsg(2) are
 * laid out once: struct mmsghdr is eight machine words (name, its length, iovec, their count, control, its length,
 * flags, sent bytes), struct iovec two (where, how many). Throws KernelError (EPERM: needs CAP_NET_RAW).
 */
export function openPacketSocket(capacity: number): FrameBatch {
  const fd = openSocket(AF_PACKET, SOCK_RAW, 0);
  enlargeSendBuffer(fd);
  const frames = Buffer.alloc(capacity * slotBytes);
  const names = Buffer.alloc(capacity * linkAddressBytes);
  const vectors = Buffer.alloc(capacity * 2 * pointerSize);
  const headers = Buffer.alloc(capacity * 8 * pointerSize);
  for (let i = 0; i < capacity; i++) {
    writeWord(vectors, 2 * i, addressOf(frames) + BigInt(i * slotBytes));
    writeWord(headers, 8 * i, addressOf(names) + BigInt(i * linkAddressBytes));
    writeWord(headers, 8 * i + 1, linkAddressBytes);
    writeWord(headers, 8 * i + 2, addressOf(vectors) + BigInt(2 * i * pointerSize));
    writeWord(headers, 8 * i + 3, 1);
  }
  let count = 0;
  return {
    room: () => capacity - count,
    add(frame, to) {
      if (count === capacity || frame.length > slotBytes) throw new RangeError('the frame does not fit');
      frames.set(frame, count * slotBytes);
      names.set(to, count * linkAddressBytes);
      writeWord(vectors, 2 * count + 1, frame.length);
      count += 1;
    },
    send() {
      const asked = count;
      count = 0;
      if (asked === 0) return { sent: 0, errno: 0 };
      const result = sendMessages(fd, headers, asked);
      return result < 0 ? { sent: 0, errno: -result } : { sent: result, errno: 0 };
    },
    close: () => closeFd(fd),
  };
}

/** A burst for a thousand addresses must fit. Beyond the system's limit only root may; the limit itself will do. */
function enlargeSendBuffer(fd: number): void {
  const bytes = 4 * 1024 * 1024;
  try {
    setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes, 'cannot enlarge the send buffer');
  } catch {
    setOption(fd, SOL_SOCKET, SO_SNDBUF, bytes, 'cannot enlarge the send buffer');
  }
}
