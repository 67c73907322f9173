/** Which nodes have which service addresses, looked at every few milliseconds from outside: two at once are seen even when no client asks. */
import { readFileSync } from 'node:fs';
import type { LabNode } from '../lab/node.js';

const everyMs = 10;

export interface HolderWatch {
  /** Names of the nodes that have the address now. */
  holders(address: string): string[];
  /** The longest time (ms) in which two nodes had the same address since `restart`. */
  overlapMs(): number;
  restart(): void;
  stop(): void;
}

/** Watches until `stop`. A node without power has nothing. */
export function watchHolders(nodes: readonly LabNode[], addresses: readonly string[]): HolderWatch {
  const since = new Map<string, number>();
  let worstMs = 0;
  const holders = (address: string) => nodes.filter((node) => hasAddress(node, address)).map(({ name }) => name);
  const timer = setInterval(() => {
    const at = performance.now();
    for (const address of addresses) {
      if (holders(address).length < 2) {
        since.delete(address);
        continue;
      }
      const first = since.get(address) ?? at;
      since.set(address, first);
      worstMs = Math.max(worstMs, at - first + everyMs);
    }
  }, everyMs);
  return {
    holders,
    overlapMs: () => worstMs,
    restart: () => {
      since.clear();
      worstMs = 0;
    },
    stop: () => clearInterval(timer),
  };
}

/** From the kernel's own table of the node's network: no process to start. */
function hasAddress(node: LabNode, address: string): boolean {
  if (!node.isOn) return false;
  try {
    const table = readFileSync(`/proc/${node.namespace.pid}/net/fib_trie`, 'utf8');
    return table.includes(`|-- ${address}\n`) && new RegExp(`-- ${address}\n\\s+/32 host LOCAL`).test(table);
  } catch {
    // Its power went off while it was looked at.
    return false;
  }
}
