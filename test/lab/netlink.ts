/**
 * Opens and closes bridge ports in microseconds, without a process and without the kernel's grace periods: one netlink
 * message (RTM_SETLINK with IFLA_BRPORT_STATE). A port whose link is set down instead keeps the kernel's network lock for
 * milliseconds, which would disturb the survivor whose takeover is being measured.
 */
import { closeSync, openSync } from 'node:fs';
import { type Libc, loadLibc } from './libc.js';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_ROUTE = 0;
const CLONE_NEWNET = 0x40000000;
const RTM_SETLINK = 19;
const NLM_F_REQUEST_ACK = 0x0005;
const AF_BRIDGE = 7;
const IFLA_PROTINFO_NESTED = 12 | 0x8000;
const IFLA_BRPORT_STATE = 1;
const messageBytes = 44;

export const portState = { disabled: 0, forwarding: 3 } as const;

export interface PortControl {
  /** Sets all ports (interface numbers) at once; returns when it is done. Throws with the kernel's error number. */
  set(ports: readonly number[], state: number): void;
  close(): void;
}

/** A netlink socket in the network namespace of process `pid`; the caller itself stays where it is. */
export function openPortControl(pid: number): PortControl {
  const libc = loadLibc();
  const fd = socketIn(libc, pid);
  let isOpen = true;
  return {
    set: (ports, state) => {
      const bytes = Buffer.concat(ports.map((port) => setPortState(port, state)));
      if (libc.send(fd, bytes, bytes.length, 0) !== bytes.length) throw new Error(`netlink: errno ${libc.errno()}`);
      for (const port of ports) acknowledged(libc, fd, port);
    },
    close: () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
}

/** A thread may change its network, open a socket there and return: the socket stays. Nothing else runs in between. */
function socketIn(libc: Libc, pid: number): number {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const there = openSync(`/proc/${pid}/ns/net`, 'r');
  try {
    if (libc.setns(there, CLONE_NEWNET) !== 0) throw new Error(`setns: errno ${libc.errno()}`);
    const fd = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
    const errno = libc.errno();
    if (libc.setns(home, CLONE_NEWNET) !== 0) throw new Error(`setns back: errno ${libc.errno()}`);
    if (fd < 0) throw new Error(`netlink socket: errno ${errno}`);
    return fd;
  } finally {
    closeSync(home);
    closeSync(there);
  }
}

function setPortState(port: number, state: number): Buffer {
  const bytes = Buffer.alloc(messageBytes);
  bytes.writeUInt32LE(messageBytes, 0);
  bytes.writeUInt16LE(RTM_SETLINK, 4);
  bytes.writeUInt16LE(NLM_F_REQUEST_ACK, 6);
  bytes.writeUInt8(AF_BRIDGE, 16);
  bytes.writeInt32LE(port, 20);
  bytes.writeUInt16LE(12, 32);
  bytes.writeUInt16LE(IFLA_PROTINFO_NESTED, 34);
  bytes.writeUInt16LE(5, 36);
  bytes.writeUInt16LE(IFLA_BRPORT_STATE, 38);
  bytes.writeUInt8(state, 40);
  return bytes;
}

function acknowledged(libc: Libc, fd: number, port: number): void {
  const answer = Buffer.alloc(512);
  const length = libc.recv(fd, answer, answer.length, 0);
  const code = length >= 20 ? answer.readInt32LE(16) : -1;
  if (code !== 0) throw new Error(`bridge port ${port}: errno ${-code}`);
}
