/** Waiting, for commands and for what works beside the daemon's loop, which itself never waits: it arms its one timer. */
import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => wait(ms);
