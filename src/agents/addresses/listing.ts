/** The addresses and routes of the machine, as `ip -json` tells them. Pure. */
import type { AddressConfig } from '../../config/types.js';
import type { Place } from './commands.js';

/** An address that an interface has now. */
export interface PresentAddress extends Place {
  readonly address: string;
}

interface JsonInterface {
  readonly ifname?: string;
  readonly flags?: readonly string[];
  readonly addr_info?: readonly {
    readonly local?: string;
    readonly prefixlen?: number;
    readonly dadfailed?: boolean;
  }[];
}

/** Reads `ip -json addr show`, in the kernel's order: of one network, the primary address comes first. */
export function readAddresses(json: string): PresentAddress[] {
  const interfaces = JSON.parse(json) as readonly JsonInterface[];
  return interfaces.flatMap(({ ifname: device = '', addr_info = [] }) =>
    addr_info.flatMap(({ local, prefixlen }) =>
      local === undefined || prefixlen === undefined ? [] : [{ address: local, prefix: prefixlen, device }],
    ),
  );
}

interface JsonRoute {
  readonly type?: string;
  readonly dst?: string;
  readonly gateway?: string;
  readonly dev?: string;
}

/**
 * Where an address belongs by the route to it, from `ip -json route get ADDRESS fibmatch`: the interface, and the
 * prefix of the network if it is reached directly (else the address stands alone: 32 or 128). Null for a route that
 * leads nowhere, or to this machine itself.
 */
export function readRoute(json: string, family: AddressConfig['family']): Place | null {
  const [route] = JSON.parse(json) as readonly JsonRoute[];
  if (route?.dev === undefined || (route.type !== undefined && route.type !== 'unicast')) return null;
  const prefix = route.gateway === undefined ? /\/(\d+)$/.exec(route.dst ?? '')?.[1] : undefined;
  return { device: route.dev, prefix: prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix) };
}
