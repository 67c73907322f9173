/**
 * Runs in a node: brings addresses up (and announces them), takes them down at SIGHUP and announces them for b at SIGUSR2.
 * Prints what it has done, and what it logs.
 */
import { createAddressAgent } from '../../src/agents/addresses/agent.js';
import { addressResource, keepingLogger } from '../agents/addresses/samples.js';

const limitMs = 20_000;
const resources = process.argv.slice(2).map((word) => addressResource(word));
const say = (line: string) => process.stdout.write(`${line}\n`);
const agent = createAddressAgent({
  log: { ...keepingLogger([]), log: (level, text) => void say(`${level} ${text}`) },
  repeatMs: [100],
});
const run = async (operation: 'start' | 'stop') => {
  const outcomes = await agent.run(operation, resources, limitMs);
  say(`${operation}: ${outcomes.map(({ outcome, text }) => `${outcome}${text}`).join(' ')}`);
};

process.on('SIGHUP', () => void run('stop'));
process.on('SIGUSR2', () => agent.announceFor('b', resources));
await run('start');
// Until the lab ends.
setInterval(() => {}, 60_000);
