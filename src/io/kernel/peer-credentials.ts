/** Who is at the other end of a UNIX socket, as the kernel knows it since the connection was made: unix(7), SO_PEERCRED. */
import type { Socket } from 'node:net';
import { getOption, SOL_SOCKET } from './libc.js';

const SO_PEERCRED = 17;
const SO_PEERGROUPS = 59;
/** struct ucred: pid, uid, gid. */
const credentialBytes = 12;
/** As many as the kernel lets a process have (NGROUPS_MAX), four bytes each. */
const groupsBytesMax = 65_536 * 4;

export interface Peer {
  readonly pid: number;
  readonly uid: number;
  /** The effective group first, then the supplementary ones. */
  readonly gids: readonly number[];
}

/** The peer of an accepted connection, or null when the kernel does not say (the client is gone already, say). */
export function peerOf(socket: Socket): Peer | null {
  // Node has no other way to a socket's descriptor; without one nobody is let in.
  const fd = (socket as { _handle?: { fd?: number } | null })._handle?.fd;
  if (fd === undefined || fd < 0) return null;
  const credentials = getOption(fd, SOL_SOCKET, SO_PEERCRED, credentialBytes);
  if (credentials?.length !== credentialBytes) return null;
  const [pid = 0, uid = 0, gid = 0] = numbers(credentials);
  // Kernels before 4.13 do not know it: then only the effective group counts.
  const groups =
    getOption(fd, SOL_SOCKET, SO_PEERGROUPS, 256) ?? getOption(fd, SOL_SOCKET, SO_PEERGROUPS, groupsBytesMax);
  return { pid, uid, gids: [gid, ...(groups === null ? [] : numbers(groups))] };
}

function numbers(bytes: Uint8Array): number[] {
  const words = new Uint32Array(Math.floor(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes.subarray(0, words.length * 4));
  return [...words];
}
