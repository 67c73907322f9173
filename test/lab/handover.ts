/** How long a node takes to bring up many groups that another one gives up, and whether its heartbeat suffers. */
import { createPair } from './pair.js';
import { until } from './run.js';

export interface HandoverOptions {
  /** All groups, preferred on a. */
  readonly haresources: string;
  readonly groups: number;
  /** Scripts of resource.d by name. */
  readonly agents?: Readonly<Record<string, string>>;
}

export interface Handover {
  /** From the order to the first start. */
  readonly decidedMs: number;
  /** From the first decision to start a group to the last group that is up. */
  readonly upMs: number;
  /** From the order, given on the node that has the groups, to the last group that is up on the other. */
  readonly totalMs: number;
  /** Heartbeats of the two that were late for the other: after warntime, five keepalives. */
  readonly lateHeartbeats: number;
  /** The longest lag of the event loop of the node that brings them up. */
  readonly lagMs: number;
}

const timing = { keepaliveMs: 100, deadtimeMs: 2000, warntimeMs: 500 };

/** An agent that takes its time for start and stop, and none to say that it runs. */
export const slowAgent = (seconds: number): string => `#!/bin/sh
case $2 in
  start) sleep ${seconds}; : >/run/slow-$1 ;;
  stop) sleep ${seconds}; rm -f /run/slow-$1 ;;
  status) test -e /run/slow-$1 && { echo running; exit 0; }; echo stopped; exit 3 ;;
esac
`;

/** Groups of slow agents in haresources. */
export function slowGroups(groups: number, resources: number): string {
  const line = (group: number) =>
    Array.from({ length: resources }, (_, resource) => `Slow::${group}-${resource}`).join(' ');
  return Array.from({ length: groups }, (_, group) => `a ${line(group)}\n`).join('');
}

/** Has a give up everything, and b bring it up. Rejects when that takes more than two minutes. */
export async function measureHandover({ haresources, groups, agents = {} }: HandoverOptions): Promise<Handover> {
  const times: { readonly atMs: number; readonly line: string }[] = [];
  const pair = await createPair({
    timing,
    addresses: [],
    haresources,
    failback: false,
    onLine: (node, line) => node === 'b' && times.push({ atMs: performance.now(), line }),
  });
  try {
    for (const node of pair.nodes) {
      for (const [name, text] of Object.entries(agents)) node.writeFile(`/etc/ha.d/resource.d/${name}`, text, 0o755);
    }
    await Promise.all([pair.start('a'), pair.start('b')]);
    await pair.settled('a', 120_000);
    const lateBefore = await lateOf(pair);
    times.length = 0;
    const orderedMs = performance.now();
    const order = pair.systole('a', 'node', 'standby', 'a', '--no-wait');
    const up = () => times.filter(({ line }) => line.includes(' is up here'));
    await until('every group is up on b', () => up().length >= groups, { limitMs: 120_000 });
    await order;
    const firstMs = times.find(({ line }) => line.includes('Acquiring resource group'))?.atMs ?? Number.NaN;
    const lastMs = up().at(-1)?.atMs ?? Number.NaN;
    const { counters } = await pair.status('b');
    return {
      decidedMs: firstMs - orderedMs,
      upMs: lastMs - firstMs,
      totalMs: lastMs - orderedMs,
      lateHeartbeats: (await lateOf(pair)) - lateBefore,
      lagMs: counters.loopLagRecentMs ?? Number.NaN,
    };
  } finally {
    await pair.close();
  }
}

async function lateOf(pair: Awaited<ReturnType<typeof createPair>>): Promise<number> {
  const both = await Promise.all(['a', 'b'].map((name) => pair.status(name)));
  return both.reduce((sum, { counters }) => sum + (counters.lateHeartbeats ?? 0), 0);
}
