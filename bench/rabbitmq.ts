/** `npm run bench -- rabbitmq`: a real RabbitMQ goes from node to node under a client that publishes without pause. */
import { type BrokerPair, brokerPackages, createBrokerPair, longestGapMs, other } from '../test/lab/broker-pair.js';
import { missingForLab } from '../test/lab/lab.js';
import type { RabbitmqOptions } from './options.js';
import { writeResults } from './results.js';
import { ms, table } from './table.js';

interface Failover {
  readonly cause: 'power-off' | 'move';
  /** The longest time between two confirmations, seen by the client. */
  readonly outageMs: number;
}

interface Counted {
  readonly failovers: readonly Failover[];
  readonly confirmed: number;
  readonly lost: number;
  /** Moments with two brokers, or with the disk on two nodes. */
  readonly doubles: number;
}

/** Gives the exit code: 0 when nothing was lost and nothing ran twice. */
export async function benchRabbitmq({ runs }: RabbitmqOptions): Promise<number> {
  const missing = (await missingForLab()) ?? undefined;
  const packages = missing === undefined ? await brokerPackages() : { missing };
  if ('missing' in packages) {
    process.stderr.write(`bench: ${packages.missing}\n`);
    return 1;
  }
  const brokers = await createBrokerPair(packages.folders);
  try {
    const counted = await play(brokers, runs);
    process.stdout.write(`${report(counted)}\n\nwritten to ${writeResults('rabbitmq', counted)}\n`);
    return counted.lost === 0 && counted.doubles === 0 ? 0 : 1;
  } finally {
    await brokers.close();
  }
}

async function play(brokers: BrokerPair, runs: number): Promise<Counted> {
  const client = await brokers.start();
  const failovers: Failover[] = [];
  let owner: 'a' | 'b' = 'a';
  for (let run = 0; run < runs; run++) {
    const cause = run % 2 === 0 ? 'power-off' : 'move';
    const sinceNs = process.hrtime.bigint();
    await (cause === 'move' ? brokers.move(owner) : brokers.powerOff(owner));
    failovers.push({ cause, outageMs: longestGapMs(brokers.confirmed, sinceNs) });
    owner = other(owner);
  }
  const arrived = new Set(await client.collect());
  const lost = brokers.confirmed.filter(({ number }) => !arrived.has(number)).length;
  return { failovers, confirmed: brokers.confirmed.length, lost, doubles: brokers.doubles.length };
}

function report({ failovers, confirmed, lost, doubles }: Counted): string {
  const rows = failovers.map(({ cause, outageMs }, index) => [String(index + 1), cause, ms(outageMs)]);
  return [
    'RabbitMQ on a shared disk, dead time 2 s; the longest time between two confirmations, in ms:',
    table(['failover', 'by', 'outage'], rows),
    `messages confirmed: ${confirmed}; of these lost: ${lost}; moments with two brokers or two mounts: ${doubles}`,
  ].join('\n');
}
