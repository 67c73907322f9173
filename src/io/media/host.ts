/** Names of hosts. */
import { lookup } from 'node:dns/promises';

/** The first address of a host in one family. Rejects with a plain sentence. */
export async function resolveHost(host: string, family: 4 | 6): Promise<string> {
  try {
    return (await lookup(host, { family })).address;
  } catch (error) {
    throw new Error(`no IPv${family} address is known for host ${host} (${(error as NodeJS.ErrnoException).code})`);
  }
}
