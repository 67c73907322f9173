/** What takes addresses away from a node of the lab: an operator's hand, a network manager. And how long a client then waits. */
import type { LabNode } from './node.js';
import type { Pair } from './pair.js';
import type { PingLog } from './ping-log.js';
import { must, until } from './run.js';

/** When something began to take addresses away, and when all were put back (process.hrtime, ns). */
export interface Deletion {
  readonly fromNs: number;
  readonly toNs: number;
}

/** How often a node has put its resources back. */
export async function healed(pair: Pair, node: string): Promise<number> {
  const { groups } = await pair.status(node);
  return groups.flatMap(({ resources }) => resources).reduce((sum, { healed = 0 }) => sum + healed, 0);
}

/** Deletes an address by hand, and waits until it is put back. */
export async function deleteByHand(pair: Pair, node: LabNode, address: string): Promise<Deletion> {
  const before = await healed(pair, node.name);
  const fromNs = now();
  await must(node.namespace.enter(['ip', 'addr', 'del', `${address}/16`, 'dev', 'eth0']));
  await until(`${address} is put back`, async () => (await healed(pair, node.name)) > before, { everyMs: 10 });
  return { fromNs, toNs: now() };
}

/**
 * Takes every address from the interface that it was not told of, as systemd-networkd does when it configures an interface
 * anew; once, and waits until all are put back.
 */
export async function reconfigure(pair: Pair, node: LabNode, count: number): Promise<Deletion> {
  const declared = `${node.address('eth0')}/16`;
  const before = await healed(pair, node.name);
  const fromNs = now();
  const script =
    'ip -4 -o addr show dev eth0 | while read -r _ _ _ a _; do [ "$a" = "$1" ] || echo "addr del $a dev eth0"; done | ip -batch -';
  await must(node.namespace.enter(['sh', '-c', script, 'manager', declared]));
  await until('all are put back', async () => (await healed(pair, node.name)) >= before + count, { everyMs: 10 });
  return { fromNs, toNs: now() };
}

/** The longest time (ms) between two answers of an address around a deletion. No less than the client's interval. */
export function silence(log: PingLog, address: string, { fromNs, toNs }: Deletion): number {
  let [longest, last] = [0, Number.NaN];
  for (const [index, atNs] of log.atNs.entries()) {
    if (log.addresses[log.address[index] ?? 0] !== address) continue;
    if (atNs > fromNs && last < toNs) longest = Math.max(longest, (atNs - last) / 1e6);
    last = atNs;
  }
  return longest;
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const now = (): number => Number(process.hrtime.bigint());
