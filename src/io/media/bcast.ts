/** `bcast DEVICE`: heartbeats to everybody on an interface's network. */
import type { MediumConfig } from '../../config/types.js';
import { SO_BROADCAST, SO_DONTROUTE, SOL_SOCKET } from '../kernel/libc.js';
import { ipv4 } from './family.js';
import type { MediumPlan } from './medium.js';
import type { SharedReceivers } from './receiver.js';
import { connection, openSender } from './sender.js';

/**
 * Sends to the interface's broadcast address, past the routing table, as Heartbeat does.
 */
export function bcast(config: MediumConfig & { type: 'bcast' }, receivers: SharedReceivers): MediumPlan {
  const { device, port } = config;
  return {
    device,
    family: ipv4,
    description: `bcast ${device}`,
    dependsOn: (at) => `${at.address} ${at.broadcast}`,
    connect(at, incoming) {
      const options = [
        [SOL_SOCKET, SO_BROADCAST, 1],
        [SOL_SOCKET, SO_DONTROUTE, 1],
      ] as const;
      const sender = openSender({ at, host: at.broadcast, port, options });
      return connection(sender, () => receivers.join(at, port, incoming));
    },
  };
}
