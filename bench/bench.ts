/** `npm run bench -- failover|idle|heal|mysql|rabbitmq|services`: measures what is promised, beside the peers. Needs root; everything happens in namespaces of its own. */
import type { Contestant } from './contestant.js';
import { benchFailover } from './failover.js';
import { benchHeal } from './heal.js';
import { benchIdle } from './idle.js';
import { benchMysql } from './mysql.js';
import {
  failoverOptions,
  healOptions,
  idleOptions,
  mysqlOptions,
  rabbitmqOptions,
  servicesOptions,
  UsageError,
  usage,
} from './options.js';
import { heartbeat } from './peers/heartbeat.js';
import { keepalived } from './peers/keepalived.js';
import { benchRabbitmq } from './rabbitmq.js';
import { benchServices } from './services.js';
import { systole } from './systole.js';

const peers: readonly Contestant[] = [keepalived, heartbeat];

function chosen(names: readonly string[]): Contestant[] {
  const unknown = names.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown !== undefined)
    throw new UsageError(`--peer: "${unknown}" is none of ${peers.map((one) => one.name).join(', ')}`);
  return [systole, ...peers.filter((peer) => names.includes(peer.name))];
}

async function main([bench, ...argv]: readonly string[]): Promise<number> {
  if (bench === 'failover') {
    const options = failoverOptions(argv);
    return benchFailover(options, chosen(options.peers));
  }
  if (bench === 'idle') {
    const options = idleOptions(argv);
    return benchIdle(options, chosen(options.peers));
  }
  if (bench === 'heal') return benchHeal(healOptions(argv));
  if (bench === 'mysql') return benchMysql(mysqlOptions(argv));
  if (bench === 'rabbitmq') return benchRabbitmq(rabbitmqOptions(argv));
  if (bench === 'services') return benchServices(servicesOptions(argv));
  process.stdout.write(`${usage}\n`);
  return bench === undefined || bench === '--help' ? 0 : 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
