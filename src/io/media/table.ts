/** The media: which directive of ha.cf is made by what. */
import type { MediumConfig } from '../../config/types.js';
import type { Medium, MediumHandlers } from '../seams.js';
import { bcast } from './bcast.js';
import { mcast } from './mcast.js';
import type { MediumPlan } from './medium.js';
import { openMedium } from './medium.js';
import { SharedReceivers } from './receiver.js';
import { ucast } from './ucast.js';

/** The table: one line a medium. */
function plan(config: MediumConfig, receivers: SharedReceivers): MediumPlan {
  switch (config.type) {
    case 'bcast':
      return bcast(config, receivers);
    case 'ucast':
      return ucast(config, receivers);
    case 'mcast':
      return mcast(config);
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
  return configs.map((config) => openMedium(plan(config, receivers), handlersFor(config)));
}
