/** Who has a shared disk mounted, and what its loss of power does to it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LabNode } from './node.js';
import { until } from './run.js';
import { cutDisk } from './shared-disk.js';

/** The nodes (of these) that have it mounted. */
export function mountedOn(device: string, nodes: readonly LabNode[]): LabNode[] {
  return nodes.filter((node) => mountPoint(device, node) !== null);
}

/** Cuts a node's power, with the loss of what is not on the disk; resolves when the kernel has let go of it. */
export async function cutPower(device: string, node: LabNode): Promise<void> {
  const point = mountPoint(device, node);
  if (point !== null) cutDisk(node, point);
  node.powerOff();
  await node.namespace.gone;
  // The kernel may still look after the mount for a moment.
  await until(`${device} is released`, () => !existsSync(`/sys/fs/ext4/${basename(device)}`));
}

function mountPoint(device: string, node: LabNode): string | null {
  try {
    const lines = readFileSync(`/proc/${node.namespace.pid}/mountinfo`, 'utf8').split('\n');
    const fields = lines.map((line) => line.split(' ')).find((words) => words.at(-2) === device);
    return fields?.[4] ?? null;
  } catch {
    // The node is off: it has nothing mounted.
    return null;
  }
}
