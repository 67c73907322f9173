/** `mcast DEVICE GROUP PORT TTL LOOP`: heartbeats to a multicast group on one interface. */
import type { MediumConfig } from '../../config/types.js';
import { IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL, IPPROTO_IP } from '../kernel/libc.js';
import { multicastRequest } from '../kernel/sockaddr.js';
import { ipv4 } from './family.js';
import type { MediumPlan } from './medium.js';
import { openReceiver } from './receiver.js';
import { connection, openSender } from './sender.js';

/** Joins the group on the interface and sends to it. The port is the medium's own, not udpport. */
export function mcast(config: MediumConfig & { type: 'mcast' }): MediumPlan {
  const { device, group, port, ttl, loop } = config;
  return {
    device,
    family: ipv4,
    description: `mcast ${device} ${group}:${port}`,
    dependsOn: (at) => at.address,
    connect(at, incoming) {
      const options = [
        [IPPROTO_IP, IP_MULTICAST_IF, multicastRequest('0.0.0.0', at.index)],
        [IPPROTO_IP, IP_MULTICAST_TTL, ttl],
        [IPPROTO_IP, IP_MULTICAST_LOOP, loop ? 1 : 0],
      ] as const;
      const sender = openSender({ at, host: group, port, options });
      return connection(sender, () => openReceiver({ at, port, group }, incoming));
    },
  };
}
