/** Commands around a group's transitions. */
import type { Hooks } from './types.js';

/** Long enough for a mail or a script that tells a balancer; a hook that hangs must not cost more. */
export const hookTimeoutMs = 10_000;

/** Of a group for which none are configured. */
export const noHooks: Hooks = {
  beforeStart: null,
  afterStart: null,
  beforeStop: null,
  afterStop: null,
  timeoutMs: hookTimeoutMs,
};
