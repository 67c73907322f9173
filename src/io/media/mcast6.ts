/** `mcast6 DEVICE GROUP PORT HOPS LOOP`: heartbeats to an IPv6 multicast group on one interface. */
import type { MediumConfig } from '../../config/types.js';
import { IPPROTO_IPV6, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP } from '../kernel/libc.js';
import { ipv6 } from './family.js';
import type { MediumPlan } from './medium.js';
import { openReceiver } from './receiver.js';
import { connection, openSender } from './sender.js';

/** Joins the group on the interface and sends to it. The port is the medium's own, not udpport. */
export function mcast6(config: MediumConfig & { type: 'mcast6' }): MediumPlan {
  const { device, group, port, hops, loop } = config;
  return {
    device,
    family: ipv6,
    description: `mcast6 ${device} [${group}]:${port}`,
    dependsOn: (at) => at.address,
    connect(at, incoming) {
      const options = [
        [IPPROTO_IPV6, IPV6_MULTICAST_IF, at.index],
        [IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops],
        [IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop ? 1 : 0],
      ] as const;
      const sender = openSender({ at, host: group, port, options });
      return connection(sender, () => openReceiver({ at, port, group }, incoming));
    },
  };
}
