/** Which addresses are there. */
import type { AddressConfig, ResourceConfig } from '../../config/types.js';
import type { ResourceOutcome } from '../../events.js';
import type { PresentAddress } from './listing.js';
import { isAt, lookUp } from './places.js';

/** Looks at all addresses in one process. One outcome per resource, at the latest after `timeoutMs`; never rejects. */
export async function statusOf(
  resources: readonly ResourceConfig[],
  timeoutMs: number,
): Promise<readonly ResourceOutcome[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, null);
  });
  try {
    const looked = await Promise.race([lookUp([]), late]);
    return resources.map(({ name, address }) => {
      if (looked === null) return outcome(name, 'timedOut', `ip did not tell the addresses within ${timeoutMs} ms`);
      if (address === null) return outcome(name, 'failed', `${name} is not an address`);
      return judge(name, address, looked.present);
    });
  } catch (error) {
    return resources.map(({ name }) => outcome(name, 'failed', (error as Error).message));
  } finally {
    clearTimeout(timer);
  }
}

/** An address that is there but cannot serve is a failure, not a running one. */
function judge(name: string, address: AddressConfig, present: readonly PresentAddress[]): ResourceOutcome {
  const found = present.find((one) => isAt(one, address));
  if (found === undefined) return outcome(name, 'stopped', '');
  if (found.duplicate) return outcome(name, 'failed', `another machine on ${found.device} has ${address.address} too`);
  if (!found.up) return outcome(name, 'failed', `interface ${found.device} is down`);
  return outcome(name, 'running', '');
}

export function outcome(resource: string, result: ResourceOutcome['outcome'], text: string): ResourceOutcome {
  return { resource, outcome: result, exitCode: null, text };
}
