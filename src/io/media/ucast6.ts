/** `ucast6 DEVICE HOST`: heartbeats to one peer over one interface, by IPv6. */
import { isIPv6 } from 'node:net';
import type { MediumConfig } from '../../config/types.js';
import { IPPROTO_IPV6, IPV6_TCLASS } from '../kernel/libc.js';
import { ipv6 } from './family.js';
import { resolveHost } from './host.js';
import type { MediumPlan } from './medium.js';
import type { SharedReceivers } from './receiver.js';
import { connection, openSender } from './sender.js';

/** As the type of service of ucast (IPTOS_LOWDELAY). */
const lowDelay = 0x10;

/** Like ucast. A link-local address is one of this interface's network. */
export function ucast6(config: MediumConfig & { type: 'ucast6' }, receivers: SharedReceivers): MediumPlan {
  const { device, host, port } = config;
  let address = host;
  return {
    device,
    family: ipv6,
    description: `ucast6 ${device} ${isIPv6(host) ? `[${host}]` : host}:${port}`,
    dependsOn: (at) => at.address,
    ...(isIPv6(host)
      ? {}
      : {
          async prepare() {
            address = await resolveHost(host, 6);
          },
        }),
    connect(at, incoming) {
      const sender = openSender({ at, host: address, port, options: [[IPPROTO_IPV6, IPV6_TCLASS, lowDelay]] });
      return connection(sender, () => receivers.join(at, port, incoming));
    },
  };
}
