/** The media: which directive of ha.cf is made by what. */
import type { MediumConfig } from '../../config/types.js';
import type { Medium, MediumHandlers } from '../seams.js';
import { bcast } from './bcast.js';
import { mcast } from './mcast.js';
import { mcast6 } from './mcast6.js';
import type { MediumPlan } from './medium.js';
import { openMedium } from './medium.js';
import { SharedReceivers } from './receiver.js';
import { openSerial } from './serial.js';
import { ucast } from './ucast.js';
import { ucast6 } from './ucast6.js';

/** A way of datagrams over an interface. */
type Datagrams = Exclude<MediumConfig, { type: 'serial' }>;

/** The table: one line a medium. */
function plan(config: Datagrams, receivers: SharedReceivers): MediumPlan {
  switch (config.type) {
    case 'bcast':
      return bcast(config, receivers);
    case 'ucast':
      return ucast(config, receivers);
    case 'mcast':
      return mcast(config);
    case 'ucast6':
      return ucast6(config, receivers);
    case 'mcast6':
      return mcast6(config);
  }
}

/**
 * Opens all media, in order. Sending works on return where nothing has to be looked up first; `onState` tells, from a
 * later turn, whether it does. Bcast and ucast media of one interface and port share their receiving socket: a packet
 * comes in once, at the first of them.
 */
export function openMedia(
  configs: readonly MediumConfig[],
  handlersFor: (config: MediumConfig) => MediumHandlers,
): Medium[] {
  const receivers = new SharedReceivers();
  return configs.map((config) =>
    config.type === 'serial'
      ? openSerial(config, handlersFor(config))
      : openMedium(plan(config, receivers), handlersFor(config)),
  );
}
