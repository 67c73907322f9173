/** Finds where an address belongs when its interface or prefix is not written: by the route to it. */
import type { AddressConfig } from '../../config/types.js';
import type { Place } from './commands.js';
import { type BatchResult, IpBatch } from './ip-batch.js';
import { type PresentAddress, readAddresses, readRoute } from './listing.js';

/** How long `ip` may take to tell addresses and routes. */
const lookupMs = 10_000;

/** What the machine said. */
export interface Lookup {
  readonly present: readonly PresentAddress[];
  /** By address and written interface, see `key`; without those that no route leads to. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Asks, in one process, for all present addresses and for the routes to some. Rejects with a plain sentence. */
export async function lookUp(addresses: readonly AddressConfig[]): Promise<Lookup> {
  const running = new IpBatch(false).run(['addr show', ...addresses.map(routeLine)]);
  const timer = setTimeout(running.kill, lookupMs).unref();
  const result = await running.done;
  clearTimeout(timer);
  if (result.killed) throw new Error(`ip did not tell addresses and routes within ${lookupMs} ms`);
  const said = result.failures.get(1) ?? result.rest;
  if (said !== '') throw new Error(`ip cannot tell addresses and routes: ${said}`);
  const present = readAddresses(result.stdout.slice(0, endOfLine(result.stdout)));
  return { present, places: places(result, addresses) };
}

function routeLine({ address, device }: AddressConfig): string {
  return `route get ${address}${device === null ? '' : ` oif ${device}`} fibmatch`;
}

function endOfLine(text: string): number {
  const end = text.indexOf('\n');
  return end === -1 ? text.length : end;
}

/** The answers stand one a line; a command that failed (no route) has written none. */
function places({ stdout, failures }: BatchResult, addresses: readonly AddressConfig[]): Map<string, Place> {
  const answers = stdout.split('\n').slice(1);
  const found = new Map<string, Place>();
  let next = 0;
  for (const [i, address] of addresses.entries()) {
    if (failures.has(i + 2)) continue;
    const place = readRoute(answers[next++] || '[]', address.family);
    if (place !== null) found.set(key(address), place);
  }
  return found;
}

/** Remembers what was found, so that a takeover need not ask. */
export class Places {
  readonly #found = new Map<string, Place>();

  /** Where the address belongs as far as is known without asking, or null. */
  known(address: AddressConfig): Place | null {
    return written(address) ?? this.#found.get(key(address)) ?? null;
  }

  /**
   * Takes over what a lookup found of these addresses. One that is present is where it is; else the route to it tells;
   * else, where only the prefix is missing, it stands alone on its interface.
   */
  learn(addresses: readonly AddressConfig[], { present, places }: Lookup): void {
    for (const address of addresses) {
      const { device, prefix, family } = address;
      const here = present.find((one) => isAt(one, address)) ?? places.get(key(address));
      if (here !== undefined)
        this.#found.set(key(address), { device: device ?? here.device, prefix: prefix ?? here.prefix });
      else if (device !== null) this.#found.set(key(address), { device, prefix: prefix ?? alone(family) });
    }
  }

  forget(address: AddressConfig): void {
    this.#found.delete(key(address));
  }
}

/** What the configuration says, if that is all there is to know. */
export function written({ device, prefix }: AddressConfig): Place | null {
  return device !== null && prefix !== null ? { device, prefix } : null;
}

/**
 * Whether a present address is the one that is meant. On the loopback only if that is written: the real servers and the
 * standby directors of LVS have the very address there without owning it.
 */
export function isAt(present: Pick<PresentAddress, 'address' | 'device'>, { address, device }: AddressConfig): boolean {
  return present.address === address && (device === null ? present.device !== 'lo' : present.device === device);
}

function key({ address, device }: AddressConfig): string {
  return `${address} ${device ?? ''}`;
}

/** The prefix of an address without a network. */
function alone(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}
