/**
 * The kernel's neighbour (ARP) table has limits that count over all namespaces of a machine and can be set only in its first one:
 * from 512 entries (gc_thresh2) on it throws away young ones, at 1024 (gc_thresh3) it refuses new ones. A client of a thousand
 * addresses, two nodes and whatever else this machine talks to would run into them; a client on a machine of its own has them
 * for itself. So a measurement with many addresses raises them for its time.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const folder = '/proc/sys/net/ipv4/neigh/default';
const names = ['gc_thresh1', 'gc_thresh2', 'gc_thresh3'] as const;

export interface NeighbourLimits {
  /** What was changed, for the report; null when nothing had to be. */
  readonly note: string | null;
  /** Puts the former limits back. */
  restore(): Promise<void>;
}

/**
 * Raises the limits to hold `count` entries with room. A small shell keeps the former values and puts them back when this process
 * lets go of it, also by dying.
 */
export async function raiseNeighbourLimits(count: number): Promise<NeighbourLimits> {
  const before = names.map((name) => Number(readFileSync(`${folder}/${name}`, 'utf8')));
  const wanted = [2 * count, 4 * count, 8 * count];
  if (before.every((value, index) => value >= (wanted[index] ?? 0))) return { note: null, restore: async () => {} };
  const set = (values: readonly number[]) =>
    names.map((name, index) => `echo ${values[index]} > ${folder}/${name}`).join('; ');
  const guard = spawn('sh', ['-c', `${set(wanted)}; echo set; read wait; ${set(before)}`], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => guard.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    guard.stdout.once('data', () => resolve());
    guard.once('error', reject);
  });
  return {
    note: `net.ipv4.neigh.default.gc_thresh1..3 raised from ${before.join('/')} to ${wanted.join('/')} for this run`,
    restore: async () => {
      guard.stdin.end();
      await ended;
    },
  };
}
