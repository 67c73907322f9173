/** Interfaces as far as they matter to addresses: their state and settings (Documentation/networking/ip-sysctl). */
import { readFile, writeFile } from 'node:fs/promises';
import { interfaceState } from '../../io/kernel/interface.js';

/** Why an interface cannot take an address, or null. */
export type DeviceTroubles = (device: string) => string | null;

/** Asks the kernel once per interface. */
export function deviceTroubles(): DeviceTroubles {
  const known = new Map<string, string | null>();
  return (device) => {
    const trouble = known.get(device);
    if (trouble !== undefined) return trouble;
    const state = interfaceState(device);
    const why = state === null ? `interface ${device} does not exist` : state.up ? null : `interface ${device} is down`;
    known.set(device, why);
    return why;
  };
}

/**
 * Makes the next address of a network take over when its first is removed. Without it the kernel removes all others of
 * that network too: giving up one group would silently take the addresses of another. Gives null, or why not in a
 * plain sentence.
 */
export async function promoteSecondaries(device: string): Promise<string | null> {
  try {
    await writeFile(`/proc/sys/net/ipv4/conf/${device}/promote_secondaries`, '1\n');
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `cannot set net.ipv4.conf.${device}.promote_secondaries (${code}): removing one address of ${device} may remove others`;
  }
}

/** Whether this machine forwards IPv6 packets that come in on the interface. */
export async function isIpv6Router(device: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/sys/net/ipv6/conf/${device}/forwarding`, 'utf8')).trim() !== '0';
  } catch {
    // No such interface, or no IPv6 at all: then nothing is announced either.
    return false;
  }
}
