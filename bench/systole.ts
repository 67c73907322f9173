/** Ours, as a contestant. */
import { addressLine } from '../test/lab/cluster-files.js';
import { createPair, type Pair } from '../test/lab/pair.js';
import { until } from '../test/lab/run.js';
import type { Contest, Contestant, ContestEvents, ContestOptions } from './contestant.js';

export const systole: Contestant = {
  name: 'systole',
  missing: async () => null,
  start: async (options) => {
    const pair = await createPair({
      timing: options.timing,
      addresses: options.addresses,
      haresources: haresources(options),
      failback: false,
    });
    try {
      await Promise.all([pair.start('a'), pair.start('b')]);
      await pair.settled('a', 60_000);
      return contest(pair);
    } catch (error) {
      await pair.close();
      throw error;
    }
  },
};

/** The addresses in `groups` lines, all preferred on a. */
export function haresources({ addresses, groups }: Pick<ContestOptions, 'addresses' | 'groups'>): string {
  const size = Math.ceil(addresses.length / groups);
  return Array.from({ length: groups }, (_, index) =>
    addressLine('a', addresses.slice(index * size, (index + 1) * size), 'eth0'),
  ).join('');
}

function contest(pair: Pair): Contest {
  return {
    lab: pair.lab,
    owner: pair.a,
    other: pair.b,
    stopOwner: () => pair.daemon('a').signal('SIGTERM'),
    move: async () => {
      const [group] = (await pair.status('a')).groups;
      const moved = await pair.systole('a', 'resource', 'move', group?.name ?? '', 'b');
      if (moved.code !== 0) throw new Error(`systole resource move: ${moved.stderr.trim()}`);
      await until('the group is on b', async () => (await pair.status('b')).groups[0]?.state === 'started');
    },
    events: () => eventsIn([...pair.daemon('a').lines, ...pair.daemon('b').lines]),
  };
}

/** Heartbeat's phrases, which both products log. */
export function eventsIn(lines: readonly string[]): ContestEvents {
  return {
    deaths: lines.flatMap((line) => /node (\S+): is dead/i.exec(line)?.[1] ?? []),
    lateHeartbeats: lines.filter((line) => /Late heartbeat/.test(line)).length,
  };
}
