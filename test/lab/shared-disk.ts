/**
 * A disk that all nodes of a lab see: a loop device on a file without a name. It is gone with the process that made it, even after
 * kill -9. Nodes share the kernel, so the device itself would let two of them mount it (they would share one file system). What
 * forbids it is the kernel's exclusive claim on a mounted device: the Filesystem agent's `run_fsck=force` runs e2fsck before each
 * mount, which opens the device exclusively, and fails as long as any node has it mounted.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import koffi from 'koffi';
import type { LabNode } from './node.js';
import { must } from './run.js';

export interface SharedDisk {
  /** The same path in every node. */
  readonly device: string;
  close(): void;
}

/** Makes it, with an empty ext4 on it. */
export async function createSharedDisk(megabytes: number): Promise<SharedDisk> {
  const folder = mkdtempSync('/tmp/systole-disk-');
  const image = `${folder}/image`;
  try {
    await must(['truncate', '-s', `${megabytes}M`, image]);
    await must(['mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0', image]);
    const device = (await must(['losetup', '--find', '--show', image])).trim();
    const held = openSync(device, 'r');
    // While it is held open this only marks it to be detached once nobody has it open or mounted any more.
    await must(['losetup', '--detach', device]);
    return { device, close: () => closeSync(held) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** EXT4_IOC_SHUTDOWN, and its flag for "without writing the journal first" (linux/fs/ext4). */
const shutdownRequest = 0x80_04_58_7d;
const withoutLog = Buffer.from(Uint32Array.of(2).buffer);

/**
 * What a power failure does to a disk: from now on nothing of this mounted file system is written any more, and what was not is lost.
 * To be called right before `powerOff`; without it the kernel, which goes on, would write at leisure what the node's processes left.
 */
export function cutDisk(node: LabNode, directory: string): void {
  const ioctl = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request, const uint8_t *value)');
  const folder = openSync(node.namespace.path(directory), 'r');
  try {
    if (ioctl(folder, shutdownRequest, withoutLog) !== 0)
      throw new Error(`cannot cut off ${directory}: ${koffi.errno()}`);
  } finally {
    closeSync(folder);
  }
}
