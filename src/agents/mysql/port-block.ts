/**
 * Keeps clients from a server's port on the service addresses, in a table of nftables of its own: whoever tries is reset at once.
 * The node's other addresses stay open, so replication goes on.
 */
import { isIPv6 } from 'node:net';
import { saidBy } from '../frame/programs.js';
import type { World } from '../frame/world.js';

export interface PortBlock {
  /** One step: there is no moment in which a part is open. Rejects with a plain sentence. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export function portBlock(
  world: World,
  { port, addresses }: { port: number; addresses: readonly string[] },
): PortBlock {
  const table = `inet systole_mysql_${port}`;
  // Making it first is nft's way to remove what may not be there.
  const away = `table ${table}\ndelete table ${table}\n`;
  const rules = addresses.map(
    (address) => `${isIPv6(address) ? 'ip6' : 'ip'} daddr ${address} tcp dport ${port} reject with tcp reset`,
  );
  const chain = `chain input {\ntype filter hook input priority -10; policy accept;\n${rules.join('\n')}\n}`;
  const give = async (what: string, input: string) => {
    const ended = await world.run(['nft', '-f', '-'], { input });
    if (ended.code !== 0) throw new Error(`cannot ${what} port ${port}: ${saidBy(ended)}`);
  };
  return {
    close: () => give('block', `${away}table ${table} {\n${chain}\n}\n`),
    open: () => give('open', away),
  };
}
