/** Which addresses are there. */
import type { AddressConfig, ResourceConfig } from '../../config/types.js';
import type { ResourceOutcome } from '../../events.js';
import { type ListedAddress, listAddresses } from '../../io/kernel/address-list.js';
import { addressBytes } from './bytes.js';
import { type DeviceTroubles, deviceTroubles } from './devices.js';
import { isAt } from './places.js';

/** Looks at addresses. Calls of one turn of the event loop share one list. */
export class StatusReader {
  #list: Promise<readonly ListedAddress[]> | null = null;

  /** One outcome per resource, at the latest after `timeoutMs`; never rejects. Starts no process. */
  async statusOf(resources: readonly ResourceConfig[], timeoutMs: number): Promise<readonly ResourceOutcome[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, null);
    });
    try {
      const list = await Promise.race([this.#read(), late]);
      if (list === null) {
        const text = `the kernel did not tell its addresses within ${timeoutMs} ms`;
        return resources.map(({ name }) => outcome(name, 'timedOut', text));
      }
      return judgeAll(resources, list);
    } catch (error) {
      return resources.map(({ name }) => outcome(name, 'failed', (error as Error).message));
    } finally {
      clearTimeout(timer);
    }
  }

  #read(): Promise<readonly ListedAddress[]> {
    this.#list ??= Promise.resolve().then(() => {
      this.#list = null;
      return listAddresses();
    });
    return this.#list;
  }
}

function judgeAll(resources: readonly ResourceConfig[], list: readonly ListedAddress[]): ResourceOutcome[] {
  const byAddress = new Map<string, ListedAddress[]>();
  for (const one of list) {
    const same = byAddress.get(one.address);
    if (same === undefined) byAddress.set(one.address, [one]);
    else same.push(one);
  }
  const trouble = deviceTroubles();
  return resources.map(({ name, address }) => {
    if (address === null) return outcome(name, 'failed', `${name} is not an address`);
    return judge(name, address, byAddress.get(listedForm(address)) ?? [], trouble);
  });
}

/** An address that is there but cannot serve is a failure, not a running one. */
function judge(
  name: string,
  address: AddressConfig,
  found: readonly ListedAddress[],
  trouble: DeviceTroubles,
): ResourceOutcome {
  const here = found.find(({ device }) => isAt({ address: address.address, device }, address));
  if (here === undefined) return outcome(name, 'stopped', '');
  if (here.duplicate) return outcome(name, 'failed', `another machine on ${here.device} has ${address.address} too`);
  const why = trouble(here.device);
  return why === null ? outcome(name, 'running', '') : outcome(name, 'failed', why);
}

/** An address as lists of the kernel show it. */
export function listedForm({ family, address }: AddressConfig): string {
  return family === 4 ? address : Buffer.from(addressBytes(address)).toString('hex');
}

export function outcome(resource: string, result: ResourceOutcome['outcome'], text: string): ResourceOutcome {
  return { resource, outcome: result, exitCode: null, text };
}
