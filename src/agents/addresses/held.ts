/** The addresses that this node holds: what was started here and not told to stop since. */
import type { ResourceConfig } from '../../config/types.js';
import type { ListedAddress } from '../../io/kernel/address-list.js';
import { listedForm } from './status.js';

/** One of them. */
export interface Holding {
  /** Name of the resource. */
  readonly resource: string;
  /** As lists of the kernel show it. */
  readonly address: string;
  readonly device: string;
}

export class Held {
  readonly #byAddress = new Map<string, Holding>();

  hold({ name, address }: ResourceConfig, device: string): void {
    if (address === null) return;
    const listed = listedForm(address);
    this.#byAddress.set(listed, { resource: name, address: listed, device });
  }

  release({ address }: ResourceConfig): void {
    if (address !== null) this.#byAddress.delete(listedForm(address));
  }

  /** It is lost: it is not held until it is started again. */
  lose({ address }: Holding): void {
    this.#byAddress.delete(address);
  }

  get(address: string): Holding | undefined {
    return this.#byAddress.get(address);
  }

  all(): Iterable<Holding> {
    return this.#byAddress.values();
  }

  isOn(device: string): boolean {
    for (const one of this.#byAddress.values()) if (one.device === device) return true;
    return false;
  }

  /** Those of some holdings that are still held as they were and that a list does not show. */
  missing(asked: readonly Holding[], list: readonly ListedAddress[]): Holding[] {
    const present = new Set(list.map(({ address, device }) => `${address} ${device}`));
    return asked.filter(
      (one) => this.#byAddress.get(one.address) === one && !present.has(`${one.address} ${one.device}`),
    );
  }
}
