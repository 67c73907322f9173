/** Starts the pinging process in the lab's client and follows what it sees. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lab } from './lab.js';
import { type PingLog, readRecords } from './ping-log.js';
import type { PingerLine, PingerOptions } from './pinger.js';
import { until } from './run.js';

export interface PingWatch {
  readonly addresses: readonly string[];
  /** Who answers now, for each address: a TTL, or 0 while it is silent. */
  readonly owners: readonly number[];
  /** Waits until every address is answered by the machine with this TTL (0: by none). */
  answeredBy(ttl: number, limitMs?: number): Promise<void>;
  /** Ends the pinging; gives everything it recorded. */
  stop(): Promise<PingLog>;
}

export interface PingWatchOptions extends Partial<PingerOptions> {
  readonly addresses: readonly string[];
  /** Called at every change: index of the address, TTL of who answers (0: silent), and when. */
  readonly onChange?: (address: number, ttl: number, atNs: number) => void;
}

const program = fileURLToPath(new URL('pinger.js', import.meta.url));

/** Pings with the interval given (`roundMs`, default 5 ms for one address and 25 ms for many) until `stop`. */
export async function startPinging(lab: Lab, { onChange, ...given }: PingWatchOptions): Promise<PingWatch> {
  const options = withDefaults(given);
  const child = lab.helper(program, JSON.stringify(options));
  const owners = options.addresses.map(() => 0);
  let [done, errors]: [Extract<PingerLine, { event: 'done' }> | null, string] = [null, ''];
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.stderr.on('data', (data) => {
    errors += String(data);
  });
  const record = collect(child);
  const ready = new Promise<void>((resolve, reject) => {
    void ended.then(() => reject(new Error(`the pinging process ended: ${errors.trim()}`)));
    readLines(child, (line) => {
      if (line.event === 'ready') resolve();
      if (line.event === 'done') done = line;
      if (line.event !== 'changed') return;
      for (const [address, ttl] of line.changes) {
        owners[address] = ttl;
        onChange?.(address, ttl, line.atNs);
      }
    });
  });
  await ready;
  return {
    addresses: options.addresses,
    owners,
    answeredBy: async (ttl, limitMs = 20_000) => {
      const what = `${options.addresses.length} addresses answered by the node with TTL ${ttl}`;
      await until(what, () => owners.every((owner) => owner === ttl), { limitMs, everyMs: 5 });
    },
    stop: async () => {
      child.stdin.end();
      await ended;
      if (done === null) throw new Error(`the pinging process failed: ${errors.trim()}`);
      const { worstLatenessMs, refused } = done;
      const { addresses, roundMs } = options;
      return readRecords(Buffer.concat(record), { addresses, roundMs, worstLatenessMs, refused });
    },
  };
}

function withDefaults({
  addresses,
  ...given
}: Partial<PingerOptions> & Pick<PingerOptions, 'addresses'>): PingerOptions {
  const roundMs = given.roundMs ?? (addresses.length === 1 ? 5 : 25);
  const tickMs = given.tickMs ?? Math.min(roundMs, addresses.length === 1 ? roundMs : 1);
  return { addresses, roundMs, tickMs, silentMs: given.silentMs ?? Math.max(25, roundMs * 4) };
}

function collect(child: ChildProcessWithoutNullStreams): Buffer[] {
  const parts: Buffer[] = [];
  child.stdio[3]?.on('data', (part: Buffer) => parts.push(part));
  return parts;
}

function readLines(child: ChildProcessWithoutNullStreams, take: (line: PingerLine) => void): void {
  createInterface({ input: child.stdout }).on('line', (line) => take(JSON.parse(line) as PingerLine));
}
