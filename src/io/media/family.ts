/** IPv4 and IPv6: what is different about them for a medium. */
import type { InterfaceAddress } from '../kernel/interface.js';
import { interfaceAddress, interfaceAddress6, interfaceAddressNow, outgoingAddress } from '../kernel/interface.js';

export interface Family {
  readonly name: 'IPv4' | 'IPv6';
  /** The interface's address, or null when it has none. May wait for the kernel's configuration lock: at start-up only. */
  readonly addressNow: (device: string) => InterfaceAddress | null;
  /** The same without making anybody wait. */
  readonly address: (device: string) => Promise<InterfaceAddress | null>;
  /** The address that packets carry now: quick, to be asked often. */
  readonly outgoing: (device: string) => string | null;
}

export const ipv4: Family = {
  name: 'IPv4',
  addressNow: interfaceAddressNow,
  address: interfaceAddress,
  outgoing: outgoingAddress,
};

export const ipv6: Family = {
  name: 'IPv6',
  addressNow: interfaceAddress6,
  address: async (device) => interfaceAddress6(device),
  outgoing: (device) => interfaceAddress6(device)?.address ?? null,
};
