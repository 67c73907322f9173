/** `ucast DEVICE HOST`: heartbeats to one peer over one interface. */
import { isIPv4 } from 'node:net';
import type { MediumConfig } from '../../config/types.js';
import { IP_TOS, IPPROTO_IP } from '../kernel/libc.js';
import { ipv4 } from './family.js';
import { resolveHost } from './host.js';
import type { MediumPlan } from './medium.js';
import type { SharedReceivers } from './receiver.js';
import { connection, openSender } from './sender.js';

/** IPTOS_LOWDELAY, as Heartbeat sets it. */
const lowDelay = 0x10;

/** Sends to the host's port. A host name is looked up once, when the medium opens, and again only while that fails. */
export function ucast(config: MediumConfig & { type: 'ucast' }, receivers: SharedReceivers): MediumPlan {
  const { device, host, port } = config;
  let address = host;
  return {
    device,
    family: ipv4,
    description: `ucast ${device} ${host}:${port}`,
    dependsOn: (at) => at.address,
    ...(isIPv4(host)
      ? {}
      : {
          async prepare() {
            address = await resolveHost(host, 4);
          },
        }),
    connect(at, incoming) {
      const sender = openSender({ at, host: address, port, options: [[IPPROTO_IP, IP_TOS, lowDelay]] });
      return connection(sender, () => receivers.join(at, port, incoming));
    },
  };
}
