/** Waiting, for commands: the daemon itself never waits, it arms the one timer of its loop. */
import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => wait(ms);
