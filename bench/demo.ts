/**
 * `npm run demo`: two nodes and a client on this machine, a service address on the first. Cuts the first one's power, shows what
 * the other sees and does, prints how long the client was without an answer, brings the node back, and cleans up.
 */
import { missingForLab } from '../test/lab/lab.js';
import type { LabNode } from '../test/lab/node.js';
import { createPair, type Pair } from '../test/lab/pair.js';
import { startPinging } from '../test/lab/ping-client.js';
import { handovers, oldAfterNew, type PingLog } from '../test/lab/ping-log.js';

const address = '10.77.100.1';
const timing = { keepaliveMs: 100, deadtimeMs: 500 };

const startedAt = performance.now();

function say(who: string, text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(3).padStart(7);
  process.stdout.write(`${seconds} s  ${who.padEnd(6)}  ${text}\n`);
}

/** Without the date, the host and the program, which are the same in every line here. */
function shortened(line: string): string {
  return line.replace(/^.*?(?:heartbeat|systole)[^:]*: (?:\d{4}[^ ]* )?/, '');
}

async function demo(pair: Pair): Promise<void> {
  const { a, b, lab } = pair;
  say(
    'demo',
    `nodes a (${a.address('eth0')}) and b (${b.address('eth0')}), heartbeats on eth0 and eth1, service address ${address}`,
  );
  say('demo', `keepalive ${timing.keepaliveMs} ms, deadtime ${timing.deadtimeMs} ms; starting systole on both`);
  await Promise.all([pair.start('a'), pair.start('b')]);
  const ping = await startPinging(lab, { addresses: [address], onChange: (_, ttl) => say('client', owner(ttl, pair)) });
  await ping.answeredBy(a.ttl);
  await pair.settled('a');
  await pause(1000);

  say('demo', 'POWER OFF: node a loses its power now');
  a.powerOff();
  await ping.answeredBy(b.ttl);
  await pair.statusUntil('b', 'the address is started on b', ({ groups }) =>
    groups.every((group) => group.owner === 'b'),
  );
  await pause(1000);
  const log = await ping.stop();
  tell(log, a, b);

  say('demo', 'POWER ON: node a comes back');
  await a.boot();
  await pair.start('a');
  await pair.settled('b');
  const { nodes } = await pair.status('a');
  say(
    'demo',
    `a sees: ${nodes.map(({ name, state }) => `${name} ${state}`).join(', ')}; the address stays on b (auto_failback off)`,
  );
}

function owner(ttl: number, { a, b }: Pair): string {
  if (ttl === 0) return `${address} is silent`;
  const name = ttl === a.ttl ? 'a' : ttl === b.ttl ? 'b' : 'somebody unknown';
  return `${address} is answered by ${name}`;
}

function tell(log: PingLog, a: LabNode, b: LabNode): void {
  const [gap] = handovers(log, { oldTtl: a.ttl, newTtl: b.ttl });
  const twice = oldAfterNew(log, { oldTtl: a.ttl, newTtl: b.ttl });
  if (gap === null || gap === undefined) throw new Error('the client saw no change of owner');
  say(
    'demo',
    `OUTAGE: ${gap.ms.toFixed(0)} ms between the last answer of a and the first of b (deadtime ${timing.deadtimeMs} ms)`,
  );
  if (twice > 0) throw new Error(`${twice} answers of a came after the first one of b`);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

async function main(): Promise<number> {
  const missing = await missingForLab();
  if (missing !== null) {
    process.stderr.write(`demo: ${missing}\n`);
    return 1;
  }
  const onLine = (node: string, line: string) => say(node, shortened(line));
  const pair = await createPair({ timing, addresses: [address], failback: false, onLine });
  const interrupted = new Promise<number>((resolve) => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.once(signal, () => resolve(code));
    }
  });
  try {
    const code = await Promise.race([demo(pair).then(() => 0), interrupted]);
    if (code !== 0) say('demo', 'interrupted');
    return code;
  } catch (error) {
    process.stderr.write(`demo: ${(error as Error).message}\n`);
    return 1;
  } finally {
    await pair.close();
    say('demo', 'cleaned up: no namespace, process or interface is left');
  }
}

process.exit(await main());
